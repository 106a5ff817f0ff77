import type { InputBlock, ModalView } from '@slack/types';
import { describe, expect, it } from 'vitest';
import { addStepForm, readAddStepForm } from '../../../blocks/add-step-form.ts';
import type { FormState } from '../../../blocks/form-reader.ts';
import { newWorkflowForm, readNewWorkflowForm } from '../../../blocks/new-workflow-form.ts';
import { readReasonForm, reasonForm } from '../../../blocks/reason-form.ts';
import { readRouteForm } from '../../../blocks/route-form.ts';
import { stepPartForm } from '../../../blocks/authoring/step-part-form.ts';
import { stepNameFrom } from '../../../blocks/step-name.ts';
import { type Definition, emptyInputsSchema, type Step, StepInput } from '../../../src/domain/definition.ts';
import { definition, human, userMessage } from '../../support/builders.ts';
import { expectNothingHostile, expectSlackAcceptsView, hostileText, shownText } from './slack-accepts.ts';

const inputsSchema = {
  type: 'object',
  properties: { amount: { type: 'number' }, approver: { type: 'string' } },
  additionalProperties: false,
};
const refund = {
  ...definition(
    [human('manager_ok'), userMessage('tell_customer'), userMessage('tell_starter')],
    inputsSchema,
  ),
  name: 'Refund',
};
const workflow = { name: 'Refund' };

function texts(values: Record<string, string>): FormState {
  return Object.fromEntries(
    Object.entries(values).map(([blockId, value]) => [blockId, { value: { value } }]),
  );
}

function selects(values: Record<string, string>): FormState {
  return Object.fromEntries(
    Object.entries(values).map(([blockId, value]) => [blockId, { value: { selected_option: { value } } }]),
  );
}

function routeForm(of: { workflow: { name: string }; definition: Definition; step: Step }): ModalView {
  return stepPartForm('routes', { ...of, hasPickers: true }, '');
}

function inputsOf(view: ModalView): InputBlock[] {
  return view.blocks.filter((block): block is InputBlock => block.type === 'input');
}

describe('stepNameFrom', () => {
  it.each([
    ['Manager OK?', [], 'manager_ok'],
    ['Prüfung & Freigabe', [], 'prufung_freigabe'],
    ['Manager OK', ['manager_ok'], 'manager_ok_2'],
    ['Manager OK', ['manager_ok', 'manager_ok_2'], 'manager_ok_3'],
    ['2nd look', [], 'step_2nd_look'],
    ['承認', ['a', 'b'], 'step_3'],
    ['Complete', [], 'complete_2'],
    ['constructor', [], 'constructor_2'],
    ['x'.repeat(200), [], 'x'.repeat(63)],
  ])('makes an identifier of %j that is not one of %j', (title, taken, name) => {
    expect(stepNameFrom(title, taken)).toBe(name);
  });
});

describe('the form for a new step', () => {
  it('lists the variables that the message can use', async () => {
    const view = addStepForm({ type: 'HUMAN', workflow, definition: refund, metadata: '{}' });
    expect(shownText(view)).toContain('{{inputs.amount}}, {{inputs.approver}}');
    expect(shownText(view)).toContain('{{steps.manager_ok.comment}}');
    expect(shownText(view)).toContain('from “Manager ok”: {{steps.manager_ok.condition}}');
    expect(shownText(view)).toContain('@bo, ana@example.com or {{inputs.approver}};');
    await expectSlackAcceptsView(view);
  });

  it.each([
    [definition([], emptyInputsSchema), []],
    [definition([human('boss', { description: 'The boss' })], emptyInputsSchema), ['steps.boss.']],
    [definition([], { type: 'object', properties: { amount: { type: 'number' } } }), ['inputs.amount']],
  ])('names only variables that the workflow has: %#', (of, known) => {
    for (const type of ['HUMAN', 'USER_MESSAGE'] as const) {
      const text = shownText(addStepForm({ type, workflow, definition: of, metadata: '' }));
      const named = [...text.matchAll(/\{\{([^}]*)\}\}/g)].map(([, path = '']) => path);
      expect(named.filter((path) => !known.some((prefix) => path.startsWith(prefix)))).toEqual([]);
      expect(named.length > 0).toBe(known.length > 0);
    }
    const state = texts({ title: 'Ok', message: 'Ok?', assignees_typed: 'somebody' });
    const { errors } = readAddStepForm({ type: 'HUMAN', definition: of }, state);
    expect(errors['assignees_typed']?.includes('{{')).toBe(known.includes('inputs.amount'));
  });

  it('makes a message for whoever starts the task when nobody is named', () => {
    const state = texts({ title: 'Tell the boss', message: 'Refund of {{inputs.amount}} is paid.' });
    const { step, errors } = readAddStepForm({ type: 'USER_MESSAGE', definition: refund }, state);
    expect(errors).toEqual({});
    expect(step).toEqual({
      type: 'USER_MESSAGE',
      name: 'tell_the_boss',
      inputsTemplate: { message: 'Refund of {{inputs.amount}} is paid.' },
    });
  });

  it('makes a decision with the labels that were typed, and asks for a reason on rejection', () => {
    const state = texts({
      title: 'CFO says “yes”',
      message: 'Pay {{inputs.amount}}?',
      assignees_typed: '@cfo, ana@example.com, {{inputs.approver}}, @cfo',
      approve_label: 'Pay it',
      reject_label: '',
    });
    const { step } = readAddStepForm({ type: 'HUMAN', definition: refund }, state);
    expect(step).toMatchObject({
      name: 'cfo_says_yes',
      description: 'CFO says “yes”',
      assignees: ['@cfo', 'ana@example.com', '{{inputs.approver}}'],
      outcomes: [
        { name: 'approved', label: 'Pay it', style: 'primary' },
        { name: 'rejected', label: 'Reject', style: 'danger', requireComment: true },
      ],
    });
    expect(StepInput.safeParse(step).success).toBe(true);
  });

  it('keeps the usual outcomes when no label was typed', () => {
    const { step } = readAddStepForm(
      { type: 'HUMAN', definition: refund },
      texts({ title: 'Ok', message: 'Ok?' }),
    );
    expect(step).not.toHaveProperty('outcomes');
  });

  it.each([
    ['title', { title: '' }, 'Please give the step a name.'],
    ['message', { message: ' ' }, 'Please fill this in.'],
    ['message', { message: '{{#if}}' }, 'is not a valid template'],
    [
      'message',
      { message: '{{inputs.amuont}}' },
      '“amuont” is not an input of this workflow; it has amount, approver.',
    ],
    [
      'message',
      { message: '{{steps.other.comment}}' },
      '“other” is not a step of this workflow; it has manager_ok (“Manager ok”), tell_customer (',
    ],
    ['assignees_typed', { assignees_typed: '@bo, somebody' }, '“somebody” names nobody'],
    ['assignees_typed', { assignees_typed: '{{inputs.boss}}' }, '“boss” is not an input of this workflow'],
  ])('says at %s what is wrong with %j', (blockId, typed, message) => {
    const state = texts({ title: 'Ok', message: 'Ok?', ...typed });
    const { step, errors } = readAddStepForm({ type: 'HUMAN', definition: refund }, state);
    expect(step).toBeNull();
    expect(Object.keys(errors)).toEqual([blockId]);
    expect(errors[blockId]).toContain(message);
  });

  it('is accepted by Slack whatever the workflow is called and however much it asks for', async () => {
    const wide = {
      type: 'object',
      properties: Object.fromEntries(
        Array.from({ length: 300 }, (_, index) => [`field_${index}`, { type: 'string' }]),
      ),
    };
    const view = addStepForm({
      type: 'HUMAN',
      workflow: { name: hostileText },
      definition: { steps: [], inputsSchema: wide },
      metadata: '',
    });
    await expectSlackAcceptsView(view);
    expectNothingHostile(view);
  });
});

describe('the form for where a step leads', () => {
  const [decision, message, last] = refund.steps;
  if (decision === undefined || message === undefined || last === undefined) throw new Error('three steps');

  it('asks once per outcome, with the steps by name and the end, and shows where it leads now', async () => {
    const view = routeForm({ workflow, definition: refund, step: decision });
    const [approve, reject] = inputsOf(view);
    expect(approve?.label.text).toBe('When “Approve” is chosen');
    expect(reject?.label.text).toBe('When “Reject” is chosen');
    expect(approve?.element).toMatchObject({
      options: [{ value: 'tell_customer' }, { value: 'tell_starter' }, { value: 'complete' }],
      initial_option: { value: 'tell_customer' },
    });
    expect(reject?.element).toMatchObject({ initial_option: { value: 'complete' } });
    await expectSlackAcceptsView(view);
  });

  it('asks once for a message, and finishes after the last step', () => {
    const [done] = inputsOf(routeForm({ workflow, definition: refund, step: last }));
    expect(done?.label.text).toBe('When it is done');
    expect(done?.element).toMatchObject({ initial_option: { text: { text: 'Finish the task' } } });
  });

  it('gives the handoffs that were chosen', () => {
    expect(
      readRouteForm(
        { definition: refund, step: decision },
        selects({ 'route-0': 'tell_customer', 'route-1': 'complete' }),
      ),
    ).toEqual({
      handoffs: [
        { condition: 'approved', to: 'tell_customer' },
        { condition: 'rejected', to: 'complete' },
      ],
      errors: {},
    });
    expect(
      readRouteForm({ definition: refund, step: message }, selects({ 'route-0': 'complete' })).handoffs,
    ).toEqual([{ condition: 'default', to: 'complete' }]);
  });

  it('leaves what it does not ask about, and what was not changed, as it is', () => {
    const handoffs = [
      { condition: 'rejected', to: 'complete' },
      { condition: 'late', to: 'tell_starter' },
      { condition: 'default', to: 'tell_customer' },
    ];
    const step = { ...decision, handoffs };
    expect(
      readRouteForm({ definition: refund, step }, selects({ 'route-0': 'tell_starter' })).handoffs,
    ).toEqual([
      { condition: 'rejected', to: 'complete' },
      { condition: 'late', to: 'tell_starter' },
      { condition: 'approved', to: 'tell_starter' },
      { condition: 'default', to: 'tell_customer' },
    ]);
  });

  it('leaves conditions before the buttons, where they are tried first', () => {
    const when = { required: ['amount'] };
    const handoffs = [
      { condition: 'large', when, to: 'tell_starter' },
      { condition: 'approved', to: 'tell_customer' },
    ];
    const step = { ...decision, handoffs };
    expect(readRouteForm({ definition: refund, step }, selects({ 'route-0': 'complete' })).handoffs).toEqual([
      { condition: 'large', when, to: 'tell_starter' },
      { condition: 'approved', to: 'complete' },
      { condition: 'rejected', to: 'complete' },
    ]);
  });

  it('calls the steps by their descriptions', () => {
    const of = definition([
      human('a', { description: 'First' }),
      userMessage('b', { description: 'Second' }),
    ]);
    const [first, second] = of.steps;
    if (first === undefined || second === undefined) throw new Error('two steps');
    expect(shownText(routeForm({ workflow, definition: of, step: first }))).toContain('Second');
    expect(shownText(routeForm({ workflow, definition: of, step: second }))).toContain('Back to: First');
  });

  it('refuses a step that is gone', () => {
    expect(
      readRouteForm({ definition: refund, step: message }, selects({ 'route-0': 'gone' })).errors,
    ).toEqual({
      'route-0': 'This step is no longer there. Open the form again.',
    });
  });

  it('fits 150 steps', async () => {
    const many = definition(
      Array.from({ length: 150 }, (_, index) => userMessage(`step_${index}_${'n'.repeat(50)}`)),
    );
    const step = many.steps[75];
    if (step === undefined) throw new Error('150 steps');
    await expectSlackAcceptsView(routeForm({ workflow: { name: hostileText }, definition: many, step }));
  });
});

describe('the form for a new workflow', () => {
  it('reads name and description', async () => {
    await expectSlackAcceptsView(newWorkflowForm({ metadata: '', name: 'Refund' }));
    await expectSlackAcceptsView(newWorkflowForm({ metadata: '', name: 'n'.repeat(500) }));
    expect(readNewWorkflowForm(texts({ name: ' Refund ', description: '' }))).toEqual({
      name: 'Refund',
      description: '',
      errors: {},
    });
  });

  it.each([
    ['', 'Please give it a name.'],
    ['???', 'Must have at least one letter or digit.'],
    ['n'.repeat(101), 'Must have at most 100 characters.'],
  ])('refuses the name %j', (name, message) => {
    expect(readNewWorkflowForm(texts({ name })).errors).toEqual({ name: message });
  });
});

describe('the form for a reason', () => {
  it('shows what is decided and reads the reason', async () => {
    const view = reasonForm({
      label: "Don't refund it, whatever they say",
      title: hostileText,
      required: true,
      metadata: '',
    });
    await expectSlackAcceptsView(view);
    expectNothingHostile(view);
    expect(inputsOf(view)[0]?.optional).toBe(false);
    expect(readReasonForm(texts({ comment: ' too much \n' }))).toBe('too much');
    expect(readReasonForm({})).toBeNull();
  });
});
