import type { InputBlock, ModalView } from '@slack/types';
import type { FormState, InputState } from '../../../blocks/form-reader.ts';
import { startForm } from '../../../blocks/start-form.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import type { JsonSchema } from '../../../src/domain/json-schema.ts';

const workflow = { name: 'Refund approval with a long name', description: 'Pays back.' };

export function open(inputsSchema: JsonSchema, values: JsonObject = {}): ModalView {
  return startForm({ workflow, inputsSchema, metadata: '{}', values });
}

export function inputsOf(view: ModalView): InputBlock[] {
  return view.blocks.filter((block): block is InputBlock => block.type === 'input');
}

export function inputFor(schema: JsonSchema, blockId: string, values: JsonObject = {}): InputBlock {
  const found = inputsOf(open(schema, values)).find((block) => block.block_id === blockId);
  if (found === undefined) throw new Error(`no input ${blockId}`);
  return found;
}

/** What Slack sends: a text, one option, several options, or a date. */
export function state(values: Record<string, string | string[] | InputState>): FormState {
  return Object.fromEntries(
    Object.entries(values).map(([blockId, value]) => {
      if (typeof value === 'string') return [blockId, { value: { value } }];
      if (Array.isArray(value))
        return [blockId, { value: { selected_options: value.map((item) => ({ value: item })) } }];
      return [blockId, { value }];
    }),
  );
}

export function chosen(value: string): InputState {
  return { selected_option: { value } };
}

export function object(properties: JsonObject, required: string[] = []): JsonSchema {
  return { type: 'object', properties, required, additionalProperties: false };
}

export const everything = object(
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
