import { ValidationError } from '../../errors.ts';

/** Deeper than anything that is kept, and far from what would exhaust the call stack. */
const maxDepth = 64;
/** Half of a character (RFC 8259, section 8.2): it can be neither stored nor hashed. */
const loneSurrogate = /\p{Surrogate}/u;
/** Keys that a prototype or the database's driver would read as something else. */
const forbiddenKeys = new Set(['__proto__', '_bsontype']);

/**
 * Promises that a value that came as JSON can be walked, stored and hashed: at most 64 levels, whole
 * characters, finite numbers, and no key that means something to the language or to the database.
 *
 * @throws ValidationError with the first place that is wrong
 */
export function assertSafeJson(value: unknown, path: string, depth = 0): void {
  if (depth > maxDepth) refuse(path, `is nested more than ${maxDepth} levels deep`);
  if (typeof value === 'string' && loneSurrogate.test(value)) refuse(path, 'has half of a character in it');
  if (typeof value === 'number' && !Number.isFinite(value)) refuse(path, 'is too large a number');
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) {
    const at = path === '' ? key : `${path}/${key}`;
    if (forbiddenKeys.has(key) || key.includes('\0') || loneSurrogate.test(key)) {
      refuse(path, `has the key ${JSON.stringify(key)}, which cannot be kept`);
    }
    assertSafeJson(item, at, depth + 1);
  }
}

function refuse(path: string, message: string): never {
  // A path may be as long as the body, and the start of it says enough.
  const place = path.slice(0, 200);
  throw new ValidationError(`${place === '' ? 'The body' : place} ${message}.`, [{ path: place, message }]);
}
