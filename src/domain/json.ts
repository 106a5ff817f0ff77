import { ValidationError } from '../errors.ts';

/** A value that JSON can carry (RFC 8259). */
export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;
export interface JsonObject {
  [key: string]: JsonValue;
}

/** How deep a value from outside may nest. */
const maxDepth = 32;
/** How many keys one object may have: a template can walk over all of them within all of them. */
const maxKeys = 300;
/** How long a value from outside may be as JSON text, in UTF-16 code units. */
const maxLength = 256 * 1024;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Promises that the value is plain JSON that can be stored and hashed: at most 32 levels and 256 KiB,
 * with no key that a database or a prototype could read as something else.
 *
 * @throws ValidationError with the path of the first thing that is wrong
 */
export function assertStorableJson(value: unknown, path: string): asserts value is JsonValue {
  assertStorable(value, path, 0);
  const length = JSON.stringify(value).length;
  if (length > maxLength) {
    throw new ValidationError(
      `${path} is too large: ${length} characters, at most ${maxLength} are allowed.`,
      [{ path, message: 'is too large' }],
    );
  }
}

function assertStorable(value: unknown, path: string, depth: number): void {
  if (depth > maxDepth) refuse(path, `is nested more than ${maxDepth} levels deep`);
  switch (typeof value) {
    case 'string':
      // RFC 8785 cannot write them, so no event could be hashed.
      if (!value.isWellFormed()) refuse(path, 'has half of a surrogate pair in it: send well-formed Unicode');
      return;
    case 'boolean':
      return;
    case 'number':
      if (!Number.isFinite(value)) refuse(path, 'must be a finite number');
      return;
    case 'object':
      break;
    default:
      refuse(path, 'must be JSON');
  }
  if (value === null) return;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) assertStorable(item, `${path}/${index}`, depth + 1);
    return;
  }
  const entries = Object.entries(value);
  if (entries.length > maxKeys) refuse(path, `has more than ${maxKeys} keys in one object: use a list`);
  for (const [key, item] of entries) {
    assertStorableKey(key, path);
    assertStorable(item, `${path}/${key}`, depth + 1);
  }
}

/** Names that JavaScript or the database's driver read as something else than data. */
const reservedKeys = new Set(['__proto__', 'constructor', 'prototype', '_bsontype']);

function assertStorableKey(key: string, path: string): void {
  if (key.startsWith('$') || key.includes('.') || key.includes('\0')) {
    refuse(path, `has the key "${key}": keys must not start with "$" or contain "." or a null character`);
  }
  if (reservedKeys.has(key)) {
    refuse(path, `has the key "${key}", which is reserved`);
  }
}

function refuse(path: string, message: string): never {
  throw new ValidationError(`${path} ${message}.`, [{ path, message }]);
}
