import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ValidationError } from '../../../src/errors.ts';
import { assertSafeJson } from '../../../src/http/api/safe-json.ts';

function wrongPath(json: string): string | undefined {
  try {
    assertSafeJson(JSON.parse(json), '');
  } catch (error) {
    if (error instanceof ValidationError) return error.fields[0]?.path;
    throw error;
  }
  return undefined;
}

describe('JSON that can be kept', () => {
  it.each([
    ['{"a":{"__proto__":1}}', 'a'],
    ['{"__proto__":1}', ''],
    ['[{"_bsontype":"Long"}]', '0'],
    ['{"a\\u0000":1}', ''],
    ['{"a":["\\udc00"]}', 'a/0'],
    ['{"\\ud800":1}', ''],
    ['{"a":-1e400}', 'a'],
  ])('is not %s', (json, path) => {
    expect(wrongPath(json)).toBe(path);
  });

  it('is anything else that people send', () => {
    const ordinary = fc.jsonValue({
      stringUnit: 'grapheme',
      noUnicodeString: false,
    } as fc.JsonSharedConstraints);
    fc.assert(
      fc.property(ordinary, (value) => {
        const json = JSON.stringify(value);
        fc.pre(!json.includes('__proto__') && !json.includes('\\u0000'));
        expect(wrongPath(json)).toBeUndefined();
      }),
    );
  });

  it('may nest, but not without end', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(wrongPath(nested(60))).toBeUndefined();
    expect(wrongPath(nested(100_000))).toBeDefined();
  });

  it('keeps the path in its answer short', () => {
    const key = 'k'.repeat(100_000);
    expect(wrongPath(`{"${key}":1e999}`)?.length).toBeLessThanOrEqual(200);
  });
});
