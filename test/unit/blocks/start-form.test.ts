import { describe, expect, it } from 'vitest';
import { readStartForm, startForm } from '../../../blocks/start-form.ts';
import type { JsonSchema } from '../../../src/domain/json-schema.ts';
import { expectNothingHostile, expectSlackAcceptsView, hostileText, shownText } from './slack-accepts.ts';
import { chosen, everything, inputFor, inputsOf, object, open, state } from './start-form-fixture.ts';

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
