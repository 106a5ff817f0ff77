import type { InputBlock, ModalView } from '@slack/types';
import { describe, expect, it } from 'vitest';
import type { FormState } from '../../../blocks/form-reader.ts';
import { readScheduleForm, scheduleForm } from '../../../blocks/schedules/schedule-form.ts';

const inputsSchema = {
  type: 'object',
  properties: {
    customerName: { type: 'string', description: 'Who gets it' },
    amount: { type: 'number', title: 'How much', default: 12.5 },
    lines: { type: 'array', default: ['a'] },
  },
  required: ['customerName'],
};

function inputsIn({ blocks }: Pick<ModalView, 'blocks'>): InputBlock[] {
  return blocks.filter(
    (block): block is InputBlock =>
      block.type === 'input' && block.block_id?.startsWith('schedule_input_') === true,
  );
}

function stateOf(inputs: InputBlock[], typed: string[]): FormState {
  return Object.fromEntries(
    inputs.map(({ block_id: id = '', element }, index) => [
      id,
      { [String(element.action_id)]: { value: typed[index] ?? null } },
    ]),
  );
}

describe('the form of a schedule', () => {
  const form = scheduleForm({
    workflow: { name: 'Refund', inputsSchema },
    when: 'every day',
    timeZone: 'Europe/Berlin',
    hasChannel: false,
    metadata: '',
  });
  const inputs = inputsIn(form);

  it('calls inputs as the form that starts a task does, with what they start with', () => {
    const shown = inputs.map(({ label, hint, element, optional }) => [
      label.text,
      hint?.text,
      'initial_value' in element ? element.initial_value : undefined,
      optional,
    ]);
    expect(shown).toEqual([
      ['Customer name', 'Who gets it', undefined, false],
      ['How much', undefined, '12.5', true],
      ['Lines', 'As JSON.', '["a"]', true],
    ]);
  });

  it('says once what may stand in them', () => {
    expect(JSON.stringify(form.blocks).split('{{lastRun}}')).toHaveLength(2);
  });

  it('reads lists as JSON, and leaves out what is empty', () => {
    const state = stateOf(inputs, ['Acme {{today}}', '', '["b"]']);
    expect(readScheduleForm(state, inputsSchema).inputsTemplate).toEqual({
      customerName: 'Acme {{today}}',
      lines: ['b'],
    });
  });

  it('keeps what it does not show, and what nobody touched as it is', () => {
    const properties = Object.fromEntries(
      Array.from({ length: 41 }, (_, place) => [`input${place}`, { type: 'string' }]),
    );
    const schema = { type: 'object', properties, additionalProperties: true };
    const before = {
      unknown: '{{today}}',
      input0: 'x'.repeat(3_001),
      input1: 12.5,
      input2: null,
      input3: 'taken away',
      input4: 'changed',
      input5: 'two\nlines',
      input40: 'after the last one that is shown',
    };
    const form = scheduleForm({
      workflow: { name: 'Refund', inputsSchema: schema },
      when: 'every day',
      timeZone: 'UTC',
      hasChannel: false,
      metadata: '',
      settings: { inputsTemplate: before, missed: 'run', overlap: 'allow' },
    });
    const shown = inputsIn(form);
    const typed = shown.map(({ element }) =>
      element.type === 'plain_text_input' ? (element.initial_value ?? '') : '',
    );
    typed.splice(3, 2, '', 'anew');
    const { input3: _gone, ...kept } = before;
    expect(readScheduleForm(stateOf(shown, typed), schema, before).inputsTemplate).toEqual({
      ...kept,
      input4: 'anew',
    });
    expect(shown[5]?.element).toMatchObject({ multiline: true });
    expect(shown[0]?.hint?.text).toContain('leave this empty to keep it');
  });
});
