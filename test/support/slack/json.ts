/** A JSON object whose fields are not known yet. */
export type JsonObject = Record<string, unknown>;

/** True for an object that is neither null nor an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as an object, or an empty one. */
export function toObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** The value as a list, or an empty one. */
export function toList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The objects of a list; whatever else is in it is left out. */
export function toObjects(value: unknown): JsonObject[] {
  return toList(value).filter(isObject);
}

/** The value as a string; numbers and booleans are written out, the rest is ''. */
export function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** `text.text` of a Block Kit text object, or ''. */
export function textOf(value: unknown): string {
  return toText(toObject(value).text);
}
