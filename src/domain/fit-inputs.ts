import { type JsonObject, type JsonValue, isJsonObject } from './json.ts';
import type { JsonSchema } from './json-schema.ts';
import { isOfType } from './schema-type.ts';

const numberPattern = /^-?(?:0|[1-9]\d{0,15})(?:\.\d{1,15})?$/;
const yes = new Set(['true', 'yes', 'on', '1']);
const no = new Set(['false', 'no', 'off', '0']);

/**
 * Values that came as text, from a form or out of a message, in the types that the schema asks for where it is
 * plain what is meant: `"420"` for a number, `"yes"` for a boolean, `7` for a text, one value for a list, and
 * nothing for an empty text that is to be something else. What is not plain stays, for the schema to refuse.
 */
export function fitInputs(inputs: JsonObject, schema: JsonSchema): JsonObject {
  const properties = schema['properties'];
  if (!isJsonObject(properties)) return inputs;
  const entries = Object.entries(inputs).flatMap(([key, value]) => {
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
    const fitted = isJsonObject(property) ? fitValue(value, property) : value;
    return fitted === undefined ? [] : [[key, fitted] as const];
  });
  return Object.fromEntries(entries);
}

/** @returns undefined for an empty text where something else is wanted */
function fitValue(value: JsonValue, schema: JsonObject): JsonValue | undefined {
  const types = [schema['type'] ?? []].flat();
  if (types.some((type) => isOfType(value, type))) {
    if (isJsonObject(value)) return fitInputs(value, schema);
    const { items } = schema;
    return Array.isArray(value) && isJsonObject(items) ? fitItems(value, items) : value;
  }
  if (types.length === 0) return value;
  if (typeof value === 'number' || typeof value === 'boolean') {
    return types.includes('string') ? String(value) : value;
  }
  if (value === '') return types.includes('null') ? null : undefined;
  const { items } = schema;
  if (types.includes('array')) return isJsonObject(items) ? fitItems([value], items) : [value];
  return typeof value === 'string' ? fitText(value.trim(), types, value) : value;
}

function fitItems(list: readonly JsonValue[], items: JsonObject): JsonValue[] {
  return list.map((item) => fitValue(item, items) ?? item);
}

function fitText(text: string, types: readonly JsonValue[], otherwise: JsonValue): JsonValue {
  const isNumeric = types.includes('number') || types.includes('integer');
  if (isNumeric && numberPattern.test(text)) return Number(text);
  if (types.includes('boolean')) {
    if (yes.has(text.toLowerCase())) return true;
    if (no.has(text.toLowerCase())) return false;
  }
  return otherwise;
}
