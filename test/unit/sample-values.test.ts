import { describe, expect, it } from 'vitest';
import { findSchemaErrors, matchesSchema } from '../../src/domain/json-schema.ts';
import { sampleValues } from '../../src/domain/sample-values.ts';
import type { JsonObject } from '../../src/domain/json.ts';

function samples(schema: JsonObject, ...conditions: JsonObject[]): unknown[] {
  return sampleValues({ schema, conditions });
}

describe('sample values', () => {
  it.each<[string, JsonObject, unknown[]]>([
    ['every value of an enum', { enum: ['low', 'high', 3] }, ['low', 'high', 3]],
    ['both booleans', { type: 'boolean' }, [true, false]],
    ['a constant', { const: 'x' }, ['x']],
    ['null beside the type', { type: ['boolean', 'null'] }, [true, false, null]],
  ])('are %s', (_what, schema, expected) => {
    expect(samples(schema)).toEqual(expected);
  });

  it('stand at both bounds of a number, and between them', () => {
    const values = samples({ type: 'integer', minimum: 3, maximum: 9 });
    expect(values).toEqual(expect.arrayContaining([3, 9, 6]));
    expect(values.every((value) => typeof value === 'number' && value >= 3 && value <= 9)).toBe(true);
  });

  it('have every combination of small fields, with and without what is optional', () => {
    const values = samples({
      type: 'object',
      properties: { risk: { enum: ['low', 'high'] }, isUrgent: { type: 'boolean' } },
      required: ['risk'],
      additionalProperties: false,
    });
    expect(values).toHaveLength(6);
    expect(values).toEqual(expect.arrayContaining([{ risk: 'low' }, { risk: 'high', isUrgent: false }]));
  });

  it.each<[string, JsonObject, JsonObject]>([
    ['a threshold', { type: 'number' }, { type: 'number', exclusiveMinimum: 1_000 }],
    ['a word', { type: 'string' }, { const: 'yes' }],
    ['a text that is contained', { type: 'string' }, { pattern: 'urgent\\!' }],
    ['a list with an item', { type: 'array', items: { type: 'string' } }, { contains: { const: 'vip' } }],
    ['a length', { type: 'string' }, { minLength: 20 }],
    ['one of several', { type: 'string' }, { anyOf: [{ const: 'a' }, { const: 'b' }] }],
    [
      'a field within a field',
      { type: 'object', properties: { a: { type: 'object', properties: { b: { type: 'number' } } } } },
      { properties: { a: { properties: { b: { const: 7 } }, required: ['b'] } }, required: ['a'] },
    ],
    [
      'what is not',
      { type: 'object', properties: { a: { type: 'string' } } },
      { not: { properties: { a: { const: 'x' } } } },
    ],
    [
      'what is filled in',
      { type: 'object' },
      { properties: { a: { not: { enum: [null, ''] } } }, required: ['a'] },
    ],
  ])('meet and miss a condition: %s', (_what, schema, condition) => {
    const values = sampleValues({ schema, conditions: [condition] });
    expect(values.some((value) => matchesSchema(condition, value))).toBe(true);
    expect(values.some((value) => !matchesSchema(condition, value))).toBe(true);
  });

  it('follow references, also in a schema that refers to itself', () => {
    const schema: JsonObject = {
      $ref: '#/definitions/node',
      definitions: {
        node: {
          type: 'object',
          properties: { kind: { enum: ['leaf', 'tree'] }, next: { $ref: '#/definitions/node' } },
          required: ['kind'],
        },
      },
    };
    const values = sampleValues({ schema, conditions: [] });
    expect(values.length).toBeGreaterThan(1);
    expect(values.flatMap((value) => findSchemaErrors(schema, value))).toEqual([]);
  });

  it('always fit, and are at most as many as asked for', () => {
    const wide: JsonObject = {
      type: 'object',
      properties: Object.fromEntries(
        Array.from({ length: 30 }, (_none, index) => [`field_${index}`, { enum: ['a', 'b', 'c', 'd'] }]),
      ),
    };
    const values = sampleValues({ schema: wide, conditions: [], maxValues: 50 });
    expect(values).toHaveLength(50);
    expect(values.every((value) => matchesSchema(wide, value))).toBe(true);
  });
});
