import { type JsonObject, type JsonValue, isJsonObject } from './json.ts';
import type { JsonSchema } from './json-schema.ts';

const exampleTexts: Readonly<Record<string, string>> = {
  email: 'ana@example.com',
  date: '2026-03-02',
  'date-time': '2026-03-02T09:00:00Z',
  time: '09:00:00Z',
  uri: 'https://example.com/',
};
const maxFields = 20;

/** Inputs as somebody could send them, for a command that shows how: a value for each field that is asked for. */
export function exampleInputs(schema: JsonSchema): JsonObject {
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const names = Object.keys(properties);
  const shown = required.length > 0 ? names.filter((name) => required.includes(name)) : names;
  return Object.fromEntries(shown.slice(0, maxFields).map((name) => [name, exampleOf(properties[name])]));
}

function exampleOf(schema: JsonValue | undefined): JsonValue {
  if (!isJsonObject(schema)) return 'text';
  const { default: usual, examples, format } = schema;
  const choices = Array.isArray(schema['enum']) ? schema['enum'] : [];
  const given = usual ?? (Array.isArray(examples) ? examples[0] : undefined) ?? choices[0] ?? schema['const'];
  if (given !== undefined) return given;
  switch ([schema['type'] ?? 'string'].flat()[0]) {
    case 'number':
    case 'integer':
      return typeof schema['minimum'] === 'number' ? Math.ceil(schema['minimum']) : 1;
    case 'boolean':
      return true;
    case 'array':
      return [exampleOf(schema['items'])];
    case 'object':
      return exampleInputs(schema);
    case 'null':
      return null;
    default:
      return (typeof format === 'string' ? exampleTexts[format] : undefined) ?? 'text';
  }
}
