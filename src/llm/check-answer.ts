import { type JsonValue, assertStorableJson } from '../domain/json.ts';
import { type JsonSchema, findSchemaErrors } from '../domain/json-schema.ts';
import { type FieldError, ValidationError } from '../errors.ts';
import { parseJsonAnswer } from './parse-json-answer.ts';

export type CheckedAnswer = { kind: 'fits'; output: JsonValue } | { kind: 'wrong'; errors: FieldError[] };

/** Parses an answer and checks it: that it can be stored, that it fits the schema, and what else has to be true. */
export function checkAnswer(
  text: string,
  schema: JsonSchema,
  check?: (value: JsonValue) => FieldError[],
): CheckedAnswer {
  const output = parseJsonAnswer(text);
  if (output === undefined)
    return { kind: 'wrong', errors: [{ path: '', message: 'the answer is not JSON' }] };
  const unfit = findSchemaErrors(schema, output);
  if (unfit.length > 0) return { kind: 'wrong', errors: unfit };
  try {
    assertStorableJson(output, 'answer');
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    return { kind: 'wrong', errors: error.fields };
  }
  const errors = check?.(output) ?? [];
  return errors.length > 0 ? { kind: 'wrong', errors } : { kind: 'fits', output };
}

const maxShownErrors = 20;

/** What a model is told about its answer. */
export function describeWrongAnswer(errors: readonly FieldError[], schema: JsonSchema): string {
  const lines = errors
    .slice(0, maxShownErrors)
    .map(({ path, message }) => `- ${path === '' ? 'The answer' : path}: ${message}`);
  const more = errors.length > maxShownErrors ? [`- and ${errors.length - maxShownErrors} more`] : [];
  return [
    'Your answer cannot be used:',
    ...lines,
    ...more,
    `Answer again with one JSON value and nothing else. It must fit this JSON Schema:\n${JSON.stringify(schema)}`,
  ].join('\n');
}
