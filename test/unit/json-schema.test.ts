import { Ajv } from 'ajv';
import * as ajvFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../src/domain/json.ts';
import { assertJsonSchema, findSchemaErrors, matchesSchema } from '../../src/domain/json-schema.ts';
import { ValidationError } from '../../src/errors.ts';

function refusalOf(schema: unknown): string | null {
  try {
    assertJsonSchema(schema, 'inputsSchema');
    return null;
  } catch (error) {
    if (error instanceof ValidationError) return error.message;
    throw error;
  }
}

const names = ['a', 'b', 'ab', 'constructor', 'x/y'];
const values: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<JsonValue>(null, true, false, 0, 1, 2.5, -3, 'a', 'ab', '', 'ana@example.com', '🙂🙂'),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...names), tie('value'), {
      maxKeys: 4,
      noNullPrototype: true,
    }) as fc.Arbitrary<JsonValue>,
  ),
})).value;

const small = fc.nat({ max: 3 });
const type = fc.constantFrom('string', 'number', 'integer', 'boolean', 'null', 'array', 'object');
const schemas: fc.Arbitrary<JsonObject> = fc.letrec<{ schema: JsonObject; any: JsonObject | boolean }>(
  (tie) => {
    const any = tie('any');
    const anyList = fc.array(any, { minLength: 1, maxLength: 3 });
    const keywords: Record<string, fc.Arbitrary<unknown>> = {
      type: fc.oneof(type, fc.uniqueArray(type, { minLength: 1, maxLength: 3 })),
      enum: fc.uniqueArray(values, {
        minLength: 1,
        maxLength: 3,
        selector: (value) => JSON.stringify(value),
      }),
      const: values,
      minimum: small,
      maximum: small,
      exclusiveMinimum: small,
      exclusiveMaximum: small,
      multipleOf: fc.constantFrom(1, 2, 0.5),
      minLength: small,
      maxLength: small,
      pattern: fc.constantFrom('^a', 'b$', '^[ab]+$', '.'),
      format: fc.constantFrom('email', 'date', 'no-such-format'),
      items: fc.oneof(any, anyList),
      additionalItems: any,
      contains: tie('any'),
      minItems: small,
      maxItems: small,
      uniqueItems: fc.boolean(),
      required: fc.uniqueArray(fc.constantFrom(...names), { maxLength: 2 }),
      properties: fc.dictionary(fc.constantFrom(...names), any, { maxKeys: 3, noNullPrototype: true }),
      patternProperties: fc.dictionary(fc.constantFrom('^a', 'b'), any, {
        maxKeys: 2,
        noNullPrototype: true,
      }),
      additionalProperties: any,
      minProperties: small,
      maxProperties: small,
      propertyNames: any,
      dependencies: fc.dictionary(
        fc.constantFrom(...names),
        fc.oneof(any, fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 2 })),
        { maxKeys: 2, noNullPrototype: true },
      ),
      allOf: anyList,
      anyOf: anyList,
      oneOf: anyList,
      not: any,
      if: any,
      then: any,
      else: any,
      $ref: fc.constant('#/definitions/shared'),
    };
    const groups = [
      ['if', 'then', 'else'],
      ['items', 'additionalItems', 'type'],
      ['properties', 'patternProperties', 'additionalProperties'],
    ];
    const chosen = fc.oneof(
      fc.uniqueArray(fc.constantFrom(...Object.keys(keywords)), { maxLength: 4 }),
      fc.constantFrom(...groups),
    );
    return {
      any: fc.oneof(
        { maxDepth: 3, depthSize: 'small' },
        fc.boolean(),
        fc.constant({ type: 'string' }),
        tie('schema'),
      ),
      schema: chosen.chain((keys) =>
        fc.record(Object.fromEntries(keys.map((key) => [key, keywords[key] ?? small])), {
          noNullPrototype: true,
        }),
      ) as fc.Arbitrary<JsonObject>,
    };
  },
).schema;

/**
 * The same for ajv. It lets an empty list pass `contains` where that is false, or stands behind a keyword whose result it
 * mixes up with that of `contains`; by draft-07, section 6.4.6, one item must be there.
 */
function forAjv(schema: JsonValue): JsonValue {
  if (Array.isArray(schema)) return schema.map(forAjv);
  if (typeof schema !== 'object' || schema === null) return schema;
  const same = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, forAjv(value)]));
  const { minItems } = same;
  return 'contains' in same
    ? { ...same, minItems: Math.max(1, typeof minItems === 'number' ? minItems : 0) }
    : same;
}

describe('checking a value against a schema', () => {
  it('says the same as ajv, for any schema and any value', () => {
    fc.assert(
      fc.property(schemas, values, (schema, value) => {
        const whole = {
          ...schema,
          definitions: { shared: { type: ['string', 'number', 'object'], minLength: 2 } },
        };
        const ajv = new Ajv({
          ownProperties: true,
          strict: false,
          logger: false,
          meta: false,
          validateSchema: false,
          code: { optimize: false },
        });
        ajvFormats.default.default(ajv);
        expect(matchesSchema(whole, value)).toBe(ajv.compile(forAjv(whole) as JsonObject)(value));
        expect(refusalOf(whole)).toBeNull();
      }),
      { numRuns: 400 },
    );
  });

  const person: JsonObject = {
    type: 'object',
    properties: {
      name: { type: 'string', minLength: 2 },
      role: { enum: ['dev', 'ops'] },
      tags: { type: 'array', items: { type: 'string' }, uniqueItems: true },
    },
    required: ['name', 'constructor'],
    additionalProperties: false,
  };
  it.each<[string, JsonValue, string[]]>([
    ['what is missing, own properties only', { name: 'Bo' }, ['person/constructor is required']],
    [
      'each place that is wrong',
      { name: 'B', role: 'x', constructor: 1 },
      [
        'person/name must NOT have fewer than 2 characters',
        'person/role must be one of dev, ops',
        'person/constructor is not a known field',
      ],
    ],
    [
      'items',
      { name: 'Bo', constructor: 1, tags: ['a', 1, 'a'] },
      [
        'person/constructor is not a known field',
        'person/tags/1 must be string',
        'person/tags must NOT have duplicate items',
      ],
    ],
  ])('names %s', (_what, value, expected) => {
    const found = findSchemaErrors(person, value, 'person').map(({ path, message }) => `${path} ${message}`);
    expect(found).toEqual(expected);
  });

  it('follows a schema that refers to itself as deep as the value goes', () => {
    const tree = { properties: { kids: { type: 'array', items: { $ref: '#' } } }, required: ['id'] };
    expect(refusalOf(tree)).toBeNull();
    const value = { id: 1, kids: [{ id: 2, kids: [{ kids: [] }] }] };
    expect(findSchemaErrors(tree, value)).toEqual([{ path: 'kids/0/kids/0/id', message: 'is required' }]);
  });
});

describe('a schema that is refused', () => {
  const nested = (depth: number): JsonObject =>
    Array.from({ length: depth }).reduce<JsonObject>((inner) => ({ allOf: [inner] }), {});
  it.each<[string, unknown, RegExp]>([
    ['no object', [], /must be a JSON Schema object/],
    ['an unknown type', { type: 'thing' }, /draft-07.*type/],
    ['a newer draft', { $schema: 'https://json-schema.org/draft/2020-12/schema' }, /must be draft-07/],
    ['too long', { enum: ['x'.repeat(70_000)] }, /at most 65536/],
    ['too deep', nested(2_000), /nested more than 24/],
    ['a remote reference', { $ref: 'https://example.com/schema' }, /remote references are not fetched/],
    ['a file', { $ref: 'file:///etc/passwd' }, /remote references are not fetched/],
    ['a reference to nothing', { $ref: '#/definitions/none' }, /there is no schema/],
    ['a reference to itself', { $ref: '#' }, /without end/],
    [
      'two that refer to each other',
      { allOf: [{ $ref: '#/definitions/a' }], definitions: { a: { $ref: '#' } } },
      /without end/,
    ],
    ['a pattern that is none', { pattern: '(' }, /pattern/],
    ['a pattern that looks ahead', { pattern: '(?=a)b' }, /pattern/],
    ['a pattern that is too large', { pattern: '((a{100}){100}){100}' }, /pattern/],
    [
      'patterns that are too large together',
      { allOf: Array.from({ length: 30 }, (_, index) => ({ pattern: `[a-z${index}]{1,900}` })) },
      /patterns that are too large/,
    ],
    ['an address within', { properties: { a: { $id: 'https://example.com/a' } } }, /has no address/],
  ])('%s', (_what, schema, reason) => {
    expect(refusalOf(schema)).toMatch(reason);
  });
});

describe('a check that would explode', () => {
  const doubled = Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => [
      `d${index}`,
      index === 0
        ? { type: 'string' }
        : { allOf: [{ $ref: `#/definitions/d${index - 1}` }, { $ref: `#/definitions/d${index - 1}` }] },
    ]),
  );
  const letters = 'a'.repeat(28);
  it.each<[string, JsonObject, JsonValue]>([
    ['references that double', { $ref: '#/definitions/d39', definitions: doubled }, 'x'],
    [
      'many branches over many items',
      { items: { anyOf: Array.from({ length: 3_000 }, (_, index) => ({ const: index })) } },
      Array.from({ length: 50_000 }, () => -1),
    ],
    ['a large pattern over a long text', { pattern: '([a-z]{1,300}!)+' }, 'a'.repeat(250_000)],
  ])('ends, and says that it cannot be done: %s', (_what, schema, value) => {
    const [error] = findSchemaErrors(schema, value);
    expect(error?.message).toMatch(/^cannot be checked/);
  });

  it.each<[string, JsonObject, JsonValue, boolean]>([
    ['a nested repetition', { pattern: '^(a+)+$' }, `${letters}!`, false],
    ['an overlapping choice', { pattern: '^(a|a)*$' }, `${letters}!`, false],
    [
      '5,000 branches',
      { anyOf: Array.from({ length: 3_000 }, (_, index) => ({ const: index })) },
      2_999,
      true,
    ],
    [
      'many different items',
      { uniqueItems: true },
      Array.from({ length: 40_000 }, (_, index) => index),
      true,
    ],
    ['a format whose expression is slow', { format: 'url' }, `http://${'a:@'.repeat(80_000)}`, false],
  ])('is no trouble: %s', (_what, schema, value, fits) => {
    expect(refusalOf(schema)).toBeNull();
    expect(matchesSchema(schema, value)).toBe(fits);
  });
});
