import { describe, expect, it } from 'vitest';
import { exampleBody } from '../../src/domain/example-body.ts';
import { exampleInputs } from '../../src/domain/example-inputs.ts';
import { fitInputs } from '../../src/domain/fit-inputs.ts';
import { type JsonSchema, findSchemaErrors } from '../../src/domain/json-schema.ts';
import { renderMapping } from '../../src/domain/mapping.ts';

const order: JsonSchema = {
  type: 'object',
  properties: {
    customer: { type: 'string' },
    amount: { type: 'number', minimum: 10 },
    note: { type: 'string' },
    address: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
  required: ['customer', 'amount'],
};

describe('example inputs', () => {
  it('are plain values for what is asked for', () => {
    expect(exampleInputs(order)).toEqual({ customer: 'text', amount: 10 });
  });

  it.each<[string, JsonSchema]>([
    ['a length', { type: 'string', minLength: 12 }],
    ['a pattern', { type: 'string', pattern: '^ORD-[0-9]{4}$' }],
    ['a step', { type: 'number', multipleOf: 7, minimum: 8 }],
    ['how many', { type: 'array', items: { type: 'string' }, minItems: 3 }],
    ['a bound that is left out', { type: 'number', exclusiveMinimum: 5, maximum: 5.5 }],
  ])('fit a schema that is narrow: %s', (_what, field) => {
    const properties = { field, customer: { type: 'string' } };
    const schema = { type: 'object', properties, required: ['field', 'customer'] };
    expect(findSchemaErrors(schema, exampleInputs(schema))).toEqual([]);
    expect(exampleInputs(schema)['customer']).toBe('text');
  });
});

describe('example inputs of a schema that is hard to meet', () => {
  it('have more fields where the schema asks for so many, and none without a name', () => {
    const schema = {
      type: 'object',
      properties: { a: { type: 'string' } },
      required: ['a'],
      minProperties: 3,
    };
    expect(findSchemaErrors(schema, exampleInputs(schema))).toEqual([]);
    expect(Object.keys(exampleInputs(schema))).not.toContain('');
  });

  it('are not misled by a format that has the name of what every object has', () => {
    const schema = {
      type: 'object',
      properties: { a: { type: 'string', format: 'toString' } },
      required: ['a'],
    };
    expect(exampleInputs(schema)).toEqual({ a: 'text' });
  });

  it('are plain where too much would have to be tried, for all fields together', () => {
    const names = Array.from({ length: 100 }, (_, index) => `field_${index}`);
    const choice = { anyOf: [{ minimum: 5 }, { multipleOf: 3 }, { pattern: 'a' }, { minLength: 9 }] };
    const hard = {
      allOf: Array.from({ length: 12 }, () => choice),
      not: { type: ['string', 'number', 'array', 'object'] },
    };
    const schema = {
      type: 'object',
      properties: Object.fromEntries(names.map((name) => [name, { $ref: '#/definitions/hard' }])),
      required: names,
      definitions: { hard: { ...hard, type: ['string', 'number'] } },
    };
    expect(Object.values(exampleInputs(schema)).every((value) => value === 'text')).toBe(true);
  });
});

describe('an example body', () => {
  it.each([
    ['by the names of the inputs', { customer: '{{body.customer}}', amount: '{{body.amount}}' }],
    [
      'deep in what comes',
      {
        customer: '{{body.order.customer.name}}',
        amount: '{{body.order.total}}',
        note: 'Order {{body.order.id}}',
      },
    ],
    ['the same place twice', { customer: '{{body.id}}', amount: '{{body.total}}', note: '{{body.id}}' }],
    ['a field of an input', { customer: 'x', amount: '{{body.n}}', address: { city: '{{body.where}}' } }],
    [
      'a whole object',
      { customer: '{{body.address.city}}', amount: '{{body.n}}', address: '{{body.address}}' },
    ],
    ['nothing of it', { customer: 'Acme', amount: '12' }],
  ])('gives inputs that fit, through a template that reads %s', (_what, template) => {
    const body = exampleBody(template, order);
    const inputs = fitInputs(renderMapping(template, { body }), order);
    expect(findSchemaErrors(order, inputs)).toEqual([]);
    for (const name of Object.keys(template)) expect(inputs).toHaveProperty(name);
  });

  it('has a value for each place that is read', () => {
    const template = {
      customer: '{{body.order.customer}}',
      amount: '{{body.order.total}}',
      note: 'No. {{body.no}}',
    };
    expect(exampleBody(template, order)).toEqual({ order: { customer: 'text', total: 10 }, no: 'text' });
  });
});
