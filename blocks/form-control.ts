import { isJsonObject } from '../src/domain/json.ts';
import type { JsonSchema } from '../src/domain/json-schema.ts';
import type { Control } from './form-field.ts';
import { limits } from './limits.ts';
import { choicesOf, resolveSchema, typeOf } from './schema-parts.ts';

/** A text that may be longer than this gets more than one line. */
const maxLineLength = 200;

/**
 * How a field is asked. `needsValue` is false where leaving the input empty is an answer: null, or an
 * empty list.
 */
export function controlFor(
  schema: JsonSchema,
  root: JsonSchema,
  required: boolean,
): { control: Control; needsValue: boolean } {
  const { type, nullable } = typeOf(schema);
  const control = chooseControl(schema, root, required && !nullable);
  const emptyList = type === 'array' && schema['minItems'] === 0;
  return { control, needsValue: !nullable && !emptyList };
}

function chooseControl(schema: JsonSchema, root: JsonSchema, required: boolean): Control {
  const choices = choicesOf(schema, root);
  if (choices !== null && choices.length > 0) {
    return { kind: choices.length <= limits.selectOptions ? 'choice' : 'choice-text', choices };
  }
  switch (typeOf(schema).type) {
    case 'string':
      return stringControl(schema);
    case 'number':
      return { kind: 'number', integer: false };
    case 'integer':
      return { kind: 'number', integer: true };
    case 'boolean':
      return { kind: required ? 'yes-no' : 'tick' };
    case 'array':
      return listControl(schema, root);
    case 'object':
      return { kind: 'json' };
    case null:
      return { kind: 'any' };
  }
}

function stringControl(schema: JsonSchema): Control {
  const { format, maxLength } = schema;
  if (format === 'date') return { kind: 'date' };
  const isLong = typeof maxLength === 'number' && maxLength > maxLineLength;
  return { kind: 'text', multiline: format === 'textarea' || isLong };
}

function listControl(schema: JsonSchema, root: JsonSchema): Control {
  if (!isJsonObject(schema['items'])) return { kind: 'json' };
  const item = resolveSchema(schema['items'], root);
  const choices = choicesOf(item, root);
  if (choices !== null && choices.length > 0) {
    return { kind: choices.length <= limits.selectOptions ? 'choices' : 'choices-text', choices };
  }
  const { type, nullable } = typeOf(item);
  if (!nullable && (type === 'string' || type === 'number' || type === 'integer'))
    return { kind: 'list', item: type };
  return { kind: 'json' };
}
