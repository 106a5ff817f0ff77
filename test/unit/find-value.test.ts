import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../src/domain/json.ts';
import { matchesSchema } from '../../src/domain/json-schema.ts';
import { findValue } from '../../src/domain/satisfy/find-value.ts';
import { type SchemaLiteral, fitting, notFitting } from '../../src/domain/satisfy/schema-literal.ts';

const names = ['a', 'b', 'c'];
const leaf: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.constantFrom<JsonValue>(null, true, false, 'x', 'y', '', 'text', 0, 1, 2.5, -3),
);
const value: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    leaf,
    fc.dictionary(fc.constantFrom(...names, 'other'), tie('value'), {
      maxKeys: 3,
    }) as fc.Arbitrary<JsonObject>,
    fc.array(tie('value'), { maxLength: 3 }),
  ),
})).value;

/** Schemas over a small vocabulary, so that they often contradict each other. */
const schema: fc.Arbitrary<JsonObject> = fc.letrec<{ schema: JsonObject }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constant<JsonObject>({}),
    fc.record<JsonObject>({
      type: fc.constantFrom<JsonValue>('string', 'number', 'integer', 'boolean', 'object', 'array', 'null', [
        'string',
        'null',
      ]),
    }),
    fc.record<JsonObject>({ const: leaf }),
    fc.record<JsonObject>({ enum: fc.array(leaf, { minLength: 1, maxLength: 3 }) }),
    fc.record<JsonObject>({ minimum: fc.constantFrom(0, 1, 2) }),
    fc.record<JsonObject>({ exclusiveMaximum: fc.constantFrom(0, 1, 3) }),
    fc.record<JsonObject>({ multipleOf: fc.constantFrom(2, 3) }),
    fc.record<JsonObject>({ minLength: fc.nat({ max: 2 }), maxLength: fc.nat({ max: 2 }) }),
    fc.record<JsonObject>({ required: fc.subarray(names) }),
    fc.record<JsonObject>({ minProperties: fc.nat({ max: 2 }), maxProperties: fc.nat({ max: 2 }) }),
    fc.record<JsonObject>({ minItems: fc.nat({ max: 2 }), maxItems: fc.nat({ max: 2 }) }),
    fc.record<JsonObject>({
      properties: fc.dictionary(fc.constantFrom(...names), tie('schema'), {
        maxKeys: 2,
      }) as fc.Arbitrary<JsonObject>,
      additionalProperties: fc.oneof(fc.boolean() as fc.Arbitrary<JsonValue>, tie('schema')),
    }),
    fc.record<JsonObject>({
      dependencies: fc.record<JsonObject>({ a: fc.oneof(fc.constant<JsonValue>(['b']), tie('schema')) }),
    }),
    fc.record<JsonObject>({ items: tie('schema') }),
    fc.record<JsonObject>({
      items: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }) as fc.Arbitrary<JsonValue>,
      additionalItems: fc.oneof(fc.boolean() as fc.Arbitrary<JsonValue>, tie('schema')),
    }),
    fc.record<JsonObject>({ contains: tie('schema') }),
    fc.record<JsonObject>({ uniqueItems: fc.boolean() }),
    fc.record<JsonObject>({ not: tie('schema') }),
    fc.record<JsonObject>({ if: tie('schema'), then: tie('schema'), else: tie('schema') }),
    fc.record<JsonObject>({ allOf: schemaList(tie('schema')) }),
    fc.record<JsonObject>({ anyOf: schemaList(tie('schema')) }),
    fc.record<JsonObject>({ oneOf: schemaList(tie('schema')) }),
  ),
})).schema;

function schemaList(one: fc.Arbitrary<JsonObject>): fc.Arbitrary<JsonValue> {
  return fc.array(one, { minLength: 1, maxLength: 2 }) as fc.Arbitrary<JsonValue>;
}

const literals = fc.array(fc.tuple(schema, fc.boolean()), { minLength: 1, maxLength: 3 });

function toLiterals(drawn: readonly [JsonObject, boolean][]): SchemaLiteral[] {
  return drawn.map(([one, holds]) => (holds ? fitting(one) : notFitting(one)));
}

describe('the search for a value', () => {
  it('never says that there is none when there is one', () => {
    fc.assert(
      fc.property(literals, fc.array(value, { minLength: 60, maxLength: 60 }), (drawn, values) => {
        if (findValue(toLiterals(drawn)).kind !== 'none') return;
        const counterexample = values.find((one) =>
          drawn.every(([each, holds]) => matchesSchema(each, one) === holds),
        );
        expect(counterexample).toBeUndefined();
      }),
      { numRuns: 3_000, seed: 7 },
    );
  });

  it('gives a value that is right, and is seldom undecided', () => {
    const counts = { found: 0, none: 0, undecided: 0 };
    fc.assert(
      fc.property(literals, (drawn) => {
        const found = findValue(toLiterals(drawn));
        counts[found.kind] += 1;
        if (found.kind !== 'found') return;
        for (const [each, holds] of drawn) expect(matchesSchema(each, found.value)).toBe(holds);
      }),
      { numRuns: 3_000, seed: 11 },
    );
    expect(counts.found).toBeGreaterThan(500);
    expect(counts.none).toBeGreaterThan(200);
    expect(counts.undecided).toBeLessThan(90);
  });

  const risk = { type: 'object', properties: { risk: { enum: ['low', 'high'] } }, required: ['risk'] };
  const rows: [string, SchemaLiteral[], 'found' | 'none' | 'undecided'][] = [
    ['both values of an enum are covered', [fitting(risk), ...['low', 'high'].map(isNot)], 'none'],
    ['one value is left', [fitting(risk), isNot('low')], 'found'],
    [
      'a field that is optional may be missing',
      [fitting({ ...risk, required: [] }), notFitting({ required: ['risk'] })],
      'found',
    ],
    [
      'a number lies between two bounds',
      [fitting({ type: 'number', exclusiveMinimum: 1, exclusiveMaximum: 2 })],
      'found',
    ],
    [
      'no integer lies between two neighbours',
      [fitting({ type: 'integer', exclusiveMinimum: 1, exclusiveMaximum: 2 })],
      'none',
    ],
    ['a pattern is met', [fitting({ type: 'string', pattern: '^[A-Z]{3}-\\d+$' })], 'found'],
    ['a format is met', [fitting({ type: 'string', format: 'email' })], 'found'],
    [
      'two patterns are beyond it',
      [fitting({ type: 'string', pattern: '^a+$' }), fitting({ pattern: '^b' })],
      'undecided',
    ],
    [
      'a reference is followed',
      [
        fitting({ definitions: { yes: { const: 'y' } }, $ref: '#/definitions/yes' }),
        notFitting({ const: 'y' }),
      ],
      'none',
    ],
    [
      'a schema that asks for itself without end is beyond it',
      [fitting({ type: 'object', properties: { a: { $ref: '#' } }, required: ['a'] })],
      'undecided',
    ],
  ];

  it.each(rows)('knows when %s', (_name, given, kind) => {
    expect(findValue(given).kind).toBe(kind);
  });
});

function isNot(text: string): SchemaLiteral {
  return notFitting({ properties: { risk: { const: text } }, required: ['risk'] });
}
