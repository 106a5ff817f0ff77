import type { InputBlock } from '@slack/types';
import { describe, expect, it } from 'vitest';
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

describe('the form of a schedule', () => {
  const { blocks } = scheduleForm({
    workflow: { name: 'Refund', inputsSchema },
    when: 'every day',
    timeZone: 'Europe/Berlin',
    hasChannel: false,
    metadata: '',
  });
  const inputs = blocks.filter(
    (block): block is InputBlock =>
      block.type === 'input' && block.block_id?.startsWith('schedule_input_') === true,
  );

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
    expect(JSON.stringify(blocks).split('{{lastRun}}')).toHaveLength(2);
  });

  it('reads lists as JSON, and leaves out what is empty', () => {
    const typed = ['Acme {{today}}', '', '["b"]'];
    const state = Object.fromEntries(
      inputs.map(({ block_id: id = '', element }, index) => [
        id,
        { [String(element.action_id)]: { type: 'plain_text_input', value: typed[index] ?? null } },
      ]),
    );
    expect(readScheduleForm(state, inputsSchema).inputsTemplate).toEqual({
      customerName: 'Acme {{today}}',
      lines: ['b'],
    });
  });
});
