import { type JsonValue, isJsonObject } from './json.ts';

/** What `type` of JSON Schema, draft-07 (section 6.1.1), says of a value. A type that it does not know fits nothing. */
export function isOfType(value: JsonValue, type: JsonValue): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isJsonObject(value);
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    default:
      return typeof value === type;
  }
}
