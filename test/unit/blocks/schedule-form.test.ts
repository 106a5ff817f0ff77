import type { InputBlock, ModalView } from '@slack/types';
import { describe, expect, it } from 'vitest';
import type { FormState } from '../../../blocks/form-reader.ts';
import { readScheduleForm, scheduleForm } from '../../../blocks/schedules/schedule-form.ts';
import { ScheduleTriggerSettings } from '../../../src/domain/triggers/schedule-trigger.ts';

const inputsSchema = {
  type: 'object',
  properties: {
    customerName: { type: 'string', description: 'Who gets it' },
    amount: { type: 'number', title: 'How much', default: 12.5 },
    'lines of it': { type: 'array', default: ['a'] },
  },
  required: ['customerName'],
};

function scheduleOf(settings: object = {}, name = 'Nightly') {
  return {
    name,
    settings: ScheduleTriggerSettings.parse({ cron: '0 3 * * *', timeZone: 'UTC', ...settings }),
  };
}

function inputsIn({ blocks }: Pick<ModalView, 'blocks'>): InputBlock[] {
  return blocks.filter(
    (block): block is InputBlock =>
      block.type === 'input' && block.block_id?.startsWith('mapping_input_') === true,
  );
}

function elementOf({ blocks }: Pick<ModalView, 'blocks'>, blockId: string): InputBlock['element'] | null {
  const found = blocks.find(
    (block): block is InputBlock => block.type === 'input' && block.block_id === blockId,
  );
  return found?.element ?? null;
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
    begins: { when: 'every day', timeZone: 'Europe/Berlin' },
    channelId: null,
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
      ['Lines of it', 'As JSON.', '["a"]', true],
    ]);
  });

  it('says once what may stand in them', () => {
    expect(JSON.stringify(form.blocks).split('{{lastRun}}')).toHaveLength(2);
  });

  it('reads lists as JSON, and leaves out what is empty', () => {
    const state = stateOf(inputs, ['Acme {{today}}', '', '["b"]']);
    expect(readScheduleForm(state, inputsSchema).inputsTemplate).toEqual({
      customerName: 'Acme {{today}}',
      'lines of it': ['b'],
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
      begins: scheduleOf({ inputsTemplate: before }),
      channelId: null,
      metadata: '',
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

  it.each(['toString', 'valueOf', 'hasOwnProperty'])('takes an input with the name %s', (name) => {
    const schema = { type: 'object', properties: { [name]: { type: 'string' } } };
    const form = scheduleForm({
      workflow: { name: 'Refund', inputsSchema: schema },
      begins: scheduleOf(),
      channelId: null,
      metadata: '',
    });
    const [input] = inputsIn(form);
    expect(input?.element).not.toHaveProperty('initial_value');
    expect(readScheduleForm(stateOf(inputsIn(form), ['x']), schema, {}).inputsTemplate).toEqual({
      [name]: 'x',
    });
  });

  it('puts what was typed into the input of that name, when the workflow asks for more by now', () => {
    const state = stateOf(inputs, ['Acme', '7', '["b"]']);
    const properties = {
      region: { type: 'string' },
      'lines of it': { type: 'array' },
      customerName: { type: 'string' },
    };
    const before = { region: 'EU', amount: 5 };
    expect(readScheduleForm(state, { type: 'object', properties }, before).inputsTemplate).toEqual({
      region: 'EU',
      amount: 5,
      customerName: 'Acme',
      'lines of it': ['b'],
    });
  });

  it('leaves the name empty where it says no more than when it runs', () => {
    const nameIn = (schedule: ReturnType<typeof scheduleOf>): unknown => {
      const view = scheduleForm({
        workflow: { name: 'Refund', inputsSchema },
        begins: schedule,
        channelId: null,
        metadata: '',
      });
      const element = elementOf(view, 'schedule_name');
      return element !== null && 'initial_value' in element ? element.initial_value : '';
    };
    const words = 'Every day at 03:00';
    expect(nameIn(scheduleOf({ words }, words))).toBe('');
    expect(nameIn(scheduleOf({ words }, `${words} (2)`))).toBe('');
    expect(nameIn(scheduleOf({ words }, 'Nightly'))).toBe('Nightly');
  });

  it.each([
    ['a new one in a channel', null, 'C1', ['here', 'workflow'], 'here'],
    ['one whose cards go where the workflow says', { postTo: null }, 'C1', ['here', 'workflow'], 'workflow'],
    ['one whose cards stand here', { postTo: 'C1' }, 'C1', ['here', 'workflow'], 'here'],
    ['one whose cards stand elsewhere', { postTo: 'C2' }, 'C1', ['kept', 'here', 'workflow'], 'kept'],
    [
      'one whose cards stand elsewhere, outside of channels',
      { postTo: 'C2' },
      null,
      ['kept', 'workflow'],
      'kept',
    ],
    ['a new one outside of channels', null, null, [], undefined],
  ])('asks where the cards go: %s', (_what, settings, channelId, choices, initial) => {
    const view = scheduleForm({
      workflow: { name: 'Refund', inputsSchema },
      begins: settings === null ? { when: '', timeZone: 'UTC' } : scheduleOf(settings),
      channelId,
      postsTo: '#sales',
      metadata: '',
    });
    const element = elementOf(view, 'schedule_post_to');
    const select = element?.type === 'static_select' ? element : null;
    expect((select?.options ?? []).map(({ value }) => value)).toEqual(choices);
    expect(select?.initial_option?.value).toBe(initial);
  });
});
