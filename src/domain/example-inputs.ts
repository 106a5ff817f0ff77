import { type JsonObject, type JsonValue, isJsonObject } from './json.ts';
import { type JsonSchema, findSchemaErrors, matchesSchema } from './json-schema.ts';
import { findValue } from './satisfy/find-value.ts';
import { beside, fitting } from './satisfy/schema-literal.ts';
import { WorkBudget } from './work-budget.ts';

const exampleTexts = new Map(
  Object.entries({
    email: 'ana@example.com',
    date: '2026-03-02',
    'date-time': '2026-03-02T09:00:00Z',
    time: '09:00:00Z',
    uri: 'https://example.com/',
  }),
);
const maxFields = 20;
/** For all that is looked for together; as much as one search may cost. */
const maxUnits = 500_000;

/**
 * Inputs as somebody could send them, for a command that shows how: a value for each field that is asked for. Where the
 * schema is too narrow for a plain one, it is one that was looked for, as far as that costs little.
 */
export function exampleInputs(schema: JsonSchema): JsonObject {
  const plain = plainInputs(schema);
  const errors = findSchemaErrors(schema, plain);
  if (errors.length === 0) return plain;
  const wrong = new Set(errors.flatMap(({ path }) => (path === '' ? [] : (path.split('/')[0] ?? []))));
  const budget = new WorkBudget(maxUnits, 'there are too many cases');
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  const narrow = [...wrong].flatMap((name) => {
    const found = findValue([beside(fitting(schema), properties[name] ?? {})], budget);
    return found.kind === 'found' ? [[name, found.value] as const] : [];
  });
  const mended = { ...plain, ...Object.fromEntries(narrow) };
  if (matchesSchema(schema, mended)) return mended;
  const whole = findValue([fitting(schema)], budget);
  return whole.kind === 'found' && isJsonObject(whole.value) ? whole.value : plain;
}

function plainInputs(schema: JsonSchema): JsonObject {
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const names = Object.keys(properties);
  const shown = required.length > 0 ? names.filter((name) => required.includes(name)) : names;
  return Object.fromEntries(shown.slice(0, maxFields).map((name) => [name, exampleValue(properties[name])]));
}

/** A value for one field. */
export function exampleValue(schema: JsonValue | undefined): JsonValue {
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
      return [exampleValue(schema['items'])];
    case 'object':
      return plainInputs(schema);
    case 'null':
      return null;
    default:
      return (typeof format === 'string' ? exampleTexts.get(format) : undefined) ?? 'text';
  }
}
