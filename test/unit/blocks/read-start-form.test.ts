import { describe, expect, it } from 'vitest';
import type { InputState } from '../../../blocks/form-reader.ts';
import { limits } from '../../../blocks/limits.ts';
import { placeStartFormErrors, readStartForm } from '../../../blocks/start-form.ts';
import type { JsonValue } from '../../../src/domain/json.ts';
import { chosen, everything, inputsOf, object, open, state } from './start-form-fixture.ts';

const valid = {
  text: 'hi',
  amount: '12.5',
  urgent: chosen('false'),
  size: chosen('S'),
  'assignee/name': 'Bo',
};
const validInputs = { text: 'hi', amount: 12.5, urgent: false, size: 'S', assignee: { name: 'Bo' } };

describe('reading the form', () => {
  it('leaves out everything that is empty and optional', () => {
    expect(readStartForm(everything, state({ ...valid, long: '  ', tags: '', colours: [] }))).toEqual({
      inputs: validInputs,
      errors: {},
    });
  });

  it.each<[string, string | string[] | InputState, JsonValue]>([
    ['amount', ' 420 ', 420],
    ['amount', '+3.50', 3.5],
    ['count', '0', 0],
    ['tags', 'a, b,, c\nd ', ['a', 'b', 'c', 'd']],
    ['tags', '["a, b", "c"]', ['a, b', 'c']],
    ['scores', '1, -2', [1, -2]],
    ['gift', ['true'], true],
    ['level', chosen('1'), 1],
    ['level', chosen('null'), null],
    ['level', chosen('true'), true],
    ['due', { selected_date: '2026-03-05' }, '2026-03-05'],
    ['colours', ['red', 'green'], ['red', 'green']],
    ['country', 'COUNTRY 149', 'country 149'],
    ['titled', chosen('b'), 'b'],
    ['lines', '[{ "sku": "A1" }]', [{ sku: 'A1' }]],
    ['either', '12', 12],
    ['free', 'just words', 'just words'],
    ['free', '{ "a": [1] }', { a: [1] }],
  ])('reads %s from %j', (blockId, typed, value) => {
    const { inputs, errors } = readStartForm(everything, state({ ...valid, [blockId]: typed }));
    expect(errors).toEqual({});
    expect(inputs[blockId]).toEqual(value);
  });

  it.each<[string, string | InputState, string]>([
    ['amount', '12,5', 'Write decimals with a point: 12.5.'],
    ['amount', '1,000', 'Write it without commas: 1000.'],
    ['amount', '$420', 'Must be a number, such as 42 or 12.5.'],
    ['amount', '1e3', 'Must be a number, such as 42 or 12.5.'],
    ['amount', '0x1F', 'Must be a number, such as 42 or 12.5.'],
    ['amount', '501', 'Must be at most 500.'],
    ['amount', '0', 'Must be at least 1.'],
    ['amount', '', 'Please fill this in.'],
    ['count', 'three', 'Must be a whole number, such as 42.'],
    ['count', '1.5', 'Must be a whole number.'],
    ['count', '12345678901234567890', 'Has more digits than can be kept exactly.'],
    ['text', 'longer than twenty characters', 'Must have at most 20 characters.'],
    ['email', 'nobody', 'Must be an email address, such as ana@example.com.'],
    ['scores', '1, x', '“x”: Must be a whole number, such as 42.'],
    ['scores', '[1, "x"]', 'Entry 2: must be integer.'],
    ['country', 'Atlantis', '“Atlantis” is not one of the choices.'],
    ['size', chosen('XXL'), 'Is no longer one of the choices. Open the form again.'],
  ])('says at %s what is wrong with %j', (blockId, typed, message) => {
    const { errors } = readStartForm(everything, state({ ...valid, [blockId]: typed }));
    expect(Object.keys(errors)).toEqual([blockId]);
    expect(errors[blockId]?.toLowerCase()).toContain(
      message.replace('be integer', 'be a whole number').toLowerCase(),
    );
  });

  it('says everything that is wrong at once', () => {
    const { errors } = readStartForm(
      everything,
      state({ ...valid, amount: '12,5', email: 'x', 'assignee/name': '' }),
    );
    expect(Object.keys(errors).toSorted()).toEqual(['amount', 'assignee/name', 'email']);
  });

  it('wants the rest of an optional object once something in it is filled in', () => {
    const schema = object({
      to: object({ street: { type: 'string' }, city: { type: 'string' }, gift: { type: 'boolean' } }, [
        'street',
      ]),
    });
    expect(readStartForm(schema, state({}))).toEqual({ inputs: {}, errors: {} });
    expect(readStartForm(schema, state({ 'to/city': 'Bonn' })).errors).toEqual({
      'to/street': 'Please fill this in.',
    });
    expect(readStartForm(schema, state({ 'to/street': 'Markt', 'to/gift': ['true'] })).inputs).toEqual({
      to: { street: 'Markt', gift: true },
    });
  });

  it('keeps a required object in which everything is optional', () => {
    const schema = object({ to: object({ city: { type: 'string' } }) }, ['to']);
    expect(readStartForm(schema, state({}))).toEqual({ inputs: { to: {} }, errors: {} });
  });

  it('keeps what a required input showed when a client sends only what was changed', () => {
    const schema = object(
      { size: { enum: ['S', 'M'], default: 'M' }, note: { type: 'string', default: 'x' } },
      ['size'],
    );
    expect(
      readStartForm(schema, state({ size: { selected_option: null }, note: { value: null } })).inputs,
    ).toEqual({ size: 'M' });
    expect(readStartForm(schema, state({ size: {} }), { size: 'S' }).inputs).toEqual({ size: 'S' });
  });

  it('takes a box that was ticked by default and is not any more as a no', () => {
    const schema = object({ notify: { type: 'boolean', default: true } });
    expect(readStartForm(schema, state({ notify: [] })).inputs).toEqual({ notify: false });
  });

  it('takes an empty input as null, or as an empty list, where the schema says so', () => {
    const schema = object(
      { a: { type: ['string', 'null'] }, b: { type: 'array', items: { type: 'string' }, minItems: 0 } },
      ['a', 'b'],
    );
    expect(inputsOf(open(schema)).map((block) => block.optional)).toEqual([true, true]);
    expect(readStartForm(schema, state({}))).toEqual({ inputs: { a: null, b: [] }, errors: {} });
  });

  it('finds the input again when its path is too long or odd', () => {
    const key = 'k'.repeat(300);
    const schema = object({ [key]: { type: 'string' }, 'a/b~c': { type: 'integer' } }, [key, 'a/b~c']);
    const [long, odd] = inputsOf(open(schema)).map((block) => block.block_id ?? '');
    expect(long?.length).toBeLessThanOrEqual(limits.blockId);
    expect(readStartForm(schema, state({ [long ?? '']: 'x', [odd ?? '']: '7' }))).toEqual({
      inputs: { [key]: 'x', 'a/b~c': 7 },
      errors: {},
    });
    expect(new Set(Object.keys(readStartForm(schema, state({})).errors))).toEqual(new Set([long, odd]));
  });

  it('puts what is about no input at the first one', () => {
    const schema = { ...object({ a: { type: 'string' }, b: { type: 'string' } }), minProperties: 1 };
    expect(Object.keys(readStartForm(schema, state({})).errors)).toEqual(['a']);
  });

  it('places errors that the engine found', () => {
    const found = [
      { path: 'inputs/assignee/name', message: 'is required' },
      { path: 'inputs/assignee', message: 'must be an object' },
      { path: 'inputs/tags/1', message: 'must be string' },
    ];
    expect(placeStartFormErrors(everything, found, 'inputs')).toEqual({
      'assignee/name': 'Please fill this in.',
      tags: 'Entry 2: must be string.',
    });
  });
});
