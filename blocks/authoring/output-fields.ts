import { isJsonObject, type JsonValue } from '../../src/domain/json.ts';
import type { JsonSchema } from '../../src/domain/json-schema.ts';
import { choicesOf, resolveSchema, typeOf } from '../schema-parts.ts';

/** A field of a step's output that a condition can look at. */
export interface OutputField {
  /** Names joined by dots. */
  path: string;
  schema: JsonSchema;
}

const maxDepth = 3;
const maxFields = 90;

/** The fields of a step's output, from top to bottom, without those that hold other fields. */
export function listOutputFields(outputSchema: JsonSchema | undefined): OutputField[] {
  return outputSchema === undefined ? [] : collect(outputSchema, outputSchema, '', 0).slice(0, maxFields);
}

/** What was typed for a field, as the value that it is compared with. */
export function readOutputValue(text: string, schema: JsonSchema | undefined): JsonValue {
  const choices = schema === undefined ? null : choicesOf(schema, schema);
  const chosen = choices?.find(
    ({ label, value }) => label.toLowerCase() === text.toLowerCase() || value === text,
  );
  if (chosen !== undefined) return chosen.value;
  const type = schema === undefined ? null : typeOf(schema).type;
  if (type === 'string') return text;
  if (/^(yes|true)$/i.test(text) && type !== 'number')
    return type === 'boolean' || text === 'true' ? true : text;
  if (/^(no|false)$/i.test(text) && type !== 'number')
    return type === 'boolean' || text === 'false' ? false : text;
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  return text === 'null' ? null : text;
}

/** The value as it is typed. */
export function printOutputValue(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function collect(node: JsonValue, root: JsonSchema, path: string, depth: number): OutputField[] {
  const schema = resolveSchema(node, root);
  const properties = schema['properties'];
  if (!isJsonObject(properties) || depth >= maxDepth) return path === '' ? [] : [{ path, schema }];
  return Object.entries(properties).flatMap(([name, property]) =>
    collect(property, root, path === '' ? name : `${path}.${name}`, depth + 1),
  );
}
