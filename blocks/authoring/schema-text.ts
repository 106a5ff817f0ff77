import { isJsonObject } from '../../src/domain/json.ts';
import { assertJsonSchema, type JsonSchema } from '../../src/domain/json-schema.ts';
import { errorMessage } from '../../src/errors.ts';
import { clip } from '../escape.ts';

const maxProblemLength = 400;

export type ParsedSchema = { schema: JsonSchema; problem: null } | { schema: null; problem: string };

/** Reads a pasted JSON Schema. Phones turn straight quotes into curly ones; those count as straight where nothing else helps. */
export function parseSchemaText(text: string): ParsedSchema {
  const parsed = parse(text) ?? parse(text.replace(/[“”]/g, '"'));
  if (parsed === null) return { schema: null, problem: `Is not valid JSON: ${jsonProblem(text)}` };
  if (!isJsonObject(parsed.value))
    return { schema: null, problem: 'Must be a JSON object: { "type": "object", … }.' };
  try {
    assertJsonSchema(parsed.value, 'The schema');
  } catch (error) {
    return { schema: null, problem: clip(errorMessage(error), maxProblemLength) };
  }
  return { schema: parsed.value, problem: null };
}

function parse(text: string): { value: unknown } | null {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return null;
  }
}

/** What the parser says, with line and column where it knows the place. */
function jsonProblem(text: string): string {
  try {
    JSON.parse(text);
    return '';
  } catch (error) {
    const message = errorMessage(error);
    const position = Number(/position (\d+)/.exec(message)?.[1] ?? Number.NaN);
    if (Number.isNaN(position) || message.includes('line ')) return clip(message, maxProblemLength);
    const lines = text.slice(0, position).split('\n');
    return clip(
      `${message} (line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1})`,
      maxProblemLength,
    );
  }
}
