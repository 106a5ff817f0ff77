import type { InputBlock, ModalView } from '@slack/types';
import { describe, expect, it } from 'vitest';
import type { FormState, InputState } from '../../../blocks/form-reader.ts';
import { limits } from '../../../blocks/limits.ts';
import { placeStartFormErrors, readStartForm, startForm } from '../../../blocks/start-form.ts';
import type { JsonObject, JsonValue } from '../../../src/domain/json.ts';
import type { JsonSchema } from '../../../src/domain/json-schema.ts';
import { expectNothingHostile, expectSlackAcceptsView, hostileText, shownText } from './slack-accepts.ts';

const workflow = { name: 'Refund approval with a long name', description: 'Pays back.' };

function open(inputsSchema: JsonSchema, values: JsonObject = {}): ModalView {
  return startForm({ workflow, inputsSchema, metadata: '{}', values });
}

function inputsOf(view: ModalView): InputBlock[] {
  return view.blocks.filter((block): block is InputBlock => block.type === 'input');
}

function inputFor(schema: JsonSchema, blockId: string, values: JsonObject = {}): InputBlock {
  const found = inputsOf(open(schema, values)).find((block) => block.block_id === blockId);
  if (found === undefined) throw new Error(`no input ${blockId}`);
  return found;
}

/** What Slack sends: a text, one option, several options, or a date. */
function state(values: Record<string, string | string[] | InputState>): FormState {
  return Object.fromEntries(
    Object.entries(values).map(([blockId, value]) => {
      if (typeof value === 'string') return [blockId, { value: { value } }];
      if (Array.isArray(value))
        return [blockId, { value: { selected_options: value.map((item) => ({ value: item })) } }];
      return [blockId, { value }];
    }),
  );
}

function chosen(value: string): InputState {
  return { selected_option: { value } };
}

function object(properties: JsonObject, required: string[] = []): JsonSchema {
  return { type: 'object', properties, required, additionalProperties: false };
}

const everything = object(
  {
    text: {
      type: 'string',
      title: 'Your text',
      description: 'Say something.',
      maxLength: 20,
      default: 'hello',
    },
    long: { type: 'string', maxLength: 2_000 },
    area: { type: 'string', format: 'textarea' },
    amount: { type: 'number', minimum: 1, maximum: 500, description: 'In dollars.' },
    count: { type: 'integer', minimum: 0, default: 3 },
    urgent: { type: 'boolean' },
    gift: { type: 'boolean' },
    size: { enum: ['S', 'M', 'L'], default: 'M' },
    level: { enum: [1, 2, null, true] },
    due: { type: 'string', format: 'date', default: '2026-03-01' },
    email: { type: 'string', format: 'email' },
    assignee: object(
      { name: { type: 'string' }, contact: object({ email: { type: 'string' } }, ['email']) },
      ['name'],
    ),
    tags: { type: 'array', items: { type: 'string' }, default: ['a', 'b'] },
    scores: { type: 'array', items: { type: 'integer' } },
    colours: { type: 'array', items: { enum: ['red', 'green'] }, default: ['green'] },
    many: { type: 'array', items: { enum: Array.from({ length: 40 }, (_, index) => `option ${index}`) } },
    country: { enum: Array.from({ length: 150 }, (_, index) => `country ${index}`) },
    lines: { type: 'array', items: object({ sku: { type: 'string' } }) },
    either: { oneOf: [{ type: 'string' }, { type: 'number' }] },
    titled: {
      oneOf: [
        { const: 'a', title: 'Plan A' },
        { const: 'b', title: 'Plan B' },
      ],
    },
    free: {},
  },
  ['text', 'amount', 'urgent', 'size', 'assignee'],
);

describe('the form', () => {
  it.each([
    ['text', 'plain_text_input', false, { multiline: false, max_length: 20, initial_value: 'hello' }],
    ['long', 'plain_text_input', true, { multiline: true }],
    ['area', 'plain_text_input', true, { multiline: true }],
    ['amount', 'plain_text_input', false, { multiline: false }],
    ['count', 'plain_text_input', true, { initial_value: '3' }],
    ['urgent', 'radio_buttons', false, {}],
    ['gift', 'checkboxes', true, {}],
    ['size', 'static_select', false, { initial_option: { value: 'M' } }],
    ['level', 'static_select', true, {}],
    ['due', 'datepicker', true, { initial_date: '2026-03-01' }],
    ['email', 'plain_text_input', true, {}],
    ['assignee/name', 'plain_text_input', false, {}],
    ['assignee/contact/email', 'plain_text_input', true, {}],
    ['tags', 'plain_text_input', true, { initial_value: 'a, b', multiline: false }],
    ['colours', 'checkboxes', true, { initial_options: [{ value: 'green' }] }],
    ['many', 'multi_static_select', true, {}],
    ['country', 'plain_text_input', true, {}],
    ['lines', 'plain_text_input', true, { multiline: true }],
    ['either', 'plain_text_input', true, {}],
    ['titled', 'static_select', true, {}],
    ['free', 'plain_text_input', true, {}],
  ])('asks for %s with a %s', (blockId, type, optional, more) => {
    expect(inputFor(everything, blockId)).toMatchObject({
      optional,
      element: { type, action_id: 'value', ...more },
    });
  });

  it.each([
    ['text', 'Your text', 'Say something.'],
    ['amount', 'Amount', 'In dollars. A number from 1 to 500.'],
    ['count', 'Count', 'A whole number of at least 0.'],
    ['email', 'Email', 'An email address, such as ana@example.com.'],
    ['assignee/name', 'Assignee › Name', null],
    [
      'assignee/contact/email',
      'Assignee › Contact › Email',
      'Needed when anything of “Contact” is filled in.',
    ],
    ['tags', 'Tags', 'Several are separated by commas.'],
    ['lines', 'Lines', 'JSON: [ { "sku": … } ]'],
    ['country', 'Country', 'One of: country 0, country 1'],
  ])('labels %s and says how to fill it in', (blockId, label, hint) => {
    const block = inputFor(everything, blockId);
    expect(block.label.text).toBe(label);
    if (hint === null) expect(block.hint).toBeUndefined();
    else expect(block.hint?.text).toContain(hint);
  });

  it('is accepted by Slack', async () => {
    await expectSlackAcceptsView(open(everything));
    expect(shownText(open(everything))).toContain('Pays back.');
  });

  it('starts with the values that were given, typed or as text, nested or with dots', () => {
    const values = {
      text: 'hi',
      amount: '12.5',
      size: 'l',
      urgent: 'yes',
      'assignee.name': 'Bo',
      assignee: { contact: { email: 'x@y.example' } },
    };
    expect(inputFor(everything, 'text', values).element).toMatchObject({ initial_value: 'hi' });
    expect(inputFor(everything, 'amount', values).element).toMatchObject({ initial_value: '12.5' });
    expect(inputFor(everything, 'size', values).element).toMatchObject({ initial_option: { value: 'L' } });
    expect(inputFor(everything, 'urgent', values).element).toMatchObject({
      initial_option: { value: 'true' },
    });
    expect(inputFor(everything, 'assignee/name', values).element).toMatchObject({ initial_value: 'Bo' });
    expect(inputFor(everything, 'assignee/contact/email', values).element).toMatchObject({
      initial_value: 'x@y.example',
    });
  });

  it('leaves out first values that Slack would refuse', async () => {
    const values = {
      text: 'longer than the twenty that it may have',
      size: 'XXL',
      due: '2026-02-31',
      long: 'x'.repeat(5_000),
    };
    await expectSlackAcceptsView(open(everything, values));
    expect(inputFor(everything, 'due', values).element).not.toHaveProperty('initial_date');
  });

  it.each([[{ type: 'object' }], [{ type: 'object', properties: {} }], [{}], [object({})]])(
    'of a workflow that asks for nothing says so: %j',
    async (schema) => {
      const view = open(schema as JsonSchema);
      expect(inputsOf(view)).toEqual([]);
      expect(shownText(view)).toContain('Nothing to fill in.');
      await expectSlackAcceptsView(view);
      expect(readStartForm(schema as JsonSchema, {})).toEqual({ inputs: {}, errors: {} });
    },
  );
});

describe('what a form cannot ask field by field', () => {
  const alternatives: JsonSchema = {
    type: 'object',
    properties: { kind: { type: 'string' } },
    anyOf: [{ properties: { cat: { type: 'string' } } }, { properties: { dog: { type: 'string' } } }],
  };
  const recursive: JsonSchema = {
    type: 'object',
    properties: { tree: { $ref: '#/definitions/node' } },
    definitions: {
      node: {
        type: 'object',
        properties: { name: { type: 'string' }, child: { $ref: '#/definitions/node' } },
      },
    },
  };
  const wide = object(
    Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`f${index}`, { type: 'string' }])),
  );
  const grouped = object({
    a: { type: 'string' },
    big: object(
      Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`f${index}`, { type: 'string' }])),
    ),
  });

  it.each([
    ['alternatives with fields of their own', alternatives, ['/']],
    ['a map of anything', { type: 'object', additionalProperties: { type: 'string' } } as JsonSchema, ['/']],
    ['200 fields', wide, ['/']],
    ['an object of 100 fields beside another', grouped, ['a', 'big']],
  ])('is asked as JSON: %s', async (_what, schema, blockIds) => {
    const view = open(schema);
    expect(inputsOf(view).map((block) => block.block_id)).toEqual(blockIds);
    await expectSlackAcceptsView(view);
  });

  it('follows references, and stops where they lead round', async () => {
    const blockIds = inputsOf(open(recursive)).map((block) => block.block_id);
    expect(blockIds).toContain('tree/name');
    expect(blockIds).toContain('tree/child/name');
    expect(blockIds.length).toBeLessThan(20);
    await expectSlackAcceptsView(open(recursive));
  });

  it('reads the JSON back, with straight quotes or curly ones', () => {
    expect(readStartForm(alternatives, state({ '/': '{ "cat": "Tom" }' }))).toEqual({
      inputs: { cat: 'Tom' },
      errors: {},
    });
    expect(readStartForm(grouped, state({ big: '{ “f1”: “x” }' })).inputs).toEqual({ big: { f1: 'x' } });
    expect(readStartForm(alternatives, state({ '/': '[1]' })).errors).toEqual({
      '/': 'Must be an object: { … }.',
    });
    expect(readStartForm(everything, state({ lines: '{' })).errors['lines']).toContain('Is not valid JSON.');
    expect(readStartForm(grouped, state({ big: '{ "f1": 1 }' })).errors).toEqual({
      big: 'f1: must be string.',
    });
  });
});

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

describe('hostile schemas', () => {
  it.each([
    [
      '100 choices',
      object({ c: { enum: Array.from({ length: 100 }, (_, index) => `${hostileText} ${index}`) } }),
    ],
    [
      'choices that look alike',
      object({ c: { enum: ['', ' ', '1', 1, 'x'.repeat(200), `${'x'.repeat(200)}y`, { a: 1 }] } }),
    ],
    [
      'hostile titles and hints',
      object({
        a: { type: 'string', title: hostileText, description: hostileText.repeat(50), default: hostileText },
      }),
    ],
    ['an empty title', object({ a: { type: 'string', title: ' ' }, '': { type: 'string' } })],
    ['no choice at all', object({ a: { enum: [] } })],
    ['names of the prototype', object({ toString: { type: 'string' }, valueOf: { type: 'integer' } })],
    [
      '95 fields',
      object(Object.fromEntries(Array.from({ length: 95 }, (_, index) => [`f${index}`, { type: 'string' }]))),
    ],
    ['a wrong reference', object({ a: { $ref: '#/definitions/none' } })],
  ])('give a form that Slack takes: %s', async (_what, schema) => {
    const view = startForm({
      workflow: { name: hostileText, description: hostileText },
      inputsSchema: schema,
      metadata: '',
    });
    await expectSlackAcceptsView(view);
    expectNothingHostile(view);
  });

  it('tell choices apart whose texts are cut alike', () => {
    const schema = object({ c: { enum: ['x'.repeat(200), `${'x'.repeat(200)}y`, '1', 1] } });
    const { element } = inputFor(schema, 'c');
    const options = element.type === 'static_select' ? (element.options ?? []) : [];
    const read = options.map(
      ({ value }) => readStartForm(schema, state({ c: chosen(value ?? '') })).inputs['c'],
    );
    expect(read).toEqual(['x'.repeat(200), `${'x'.repeat(200)}y`, '1', 1]);
  });
});
