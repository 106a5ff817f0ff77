import { type JsonObject, type JsonValue, isJsonObject } from '../../domain/json.ts';
import type { JsonSchema } from '../../domain/json-schema.ts';

/**
 * The arguments with texts as numbers and truth values where the tool's schema wants those: a template always
 * gives text. What does not read as one stays as it is, and is refused by the tool's schema.
 */
export function fitArguments(args: JsonObject, schema: JsonSchema): JsonObject {
  const properties = isJsonObject(schema) ? schema['properties'] : undefined;
  if (!isJsonObject(properties)) return args;
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [
      name,
      fit(value, Object.hasOwn(properties, name) ? properties[name] : undefined),
    ]),
  );
}

function fit(value: JsonValue, schema: JsonValue | undefined): JsonValue {
  if (!isJsonObject(schema)) return value;
  if (isJsonObject(value)) return fitArguments(value, schema as JsonSchema);
  if (typeof value !== 'string') return value;
  const text = value.trim();
  const { type } = schema;
  if ((type === 'number' || type === 'integer') && text !== '' && Number.isFinite(Number(text)))
    return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return value;
}
