import { type JsonObject, type JsonValue, isJsonObject } from './json.ts';
import { findSchemaErrors, type JsonSchema } from './json-schema.ts';
import type { FieldError } from '../errors.ts';
import type { ToolInfo } from './tool-server.ts';

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

/** What is wrong with the arguments as far as they are written out; what a template will give is seen when it is called. */
export function findArgumentErrors(
  { inputSchema }: Pick<ToolInfo, 'inputSchema'>,
  args: JsonObject,
): FieldError[] {
  const given = fitArguments(args, inputSchema);
  return findSchemaErrors(inputSchema, given, 'arguments').filter(({ path, message }) => {
    if (message === 'is required' || message === 'is not a known field') return true;
    return !hasTemplate(valueAt(given, path));
  });
}

function valueAt(args: JsonValue, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = args;
  for (const part of path.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(value)) value = value[Number(key)];
    else value = isJsonObject(value) ? value[key] : undefined;
  }
  return value;
}

/** True for what a template gives, in whole or in part. */
export function hasTemplate(value: JsonValue | undefined): boolean {
  if (typeof value === 'string') return value.includes('{{');
  return typeof value === 'object' && value !== null && Object.values(value).some(hasTemplate);
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
