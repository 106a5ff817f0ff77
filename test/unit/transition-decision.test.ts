import { describe, expect, it } from 'vitest';
import type { StepInput } from '../../src/domain/definition.ts';
import type { JsonSchema } from '../../src/domain/json-schema.ts';
import { definition, human, started, userMessage } from '../support/builders.ts';
import { approve, bo, chi, eventData, give, play, refusalOf, reject } from '../support/step-commands.ts';

const three = ['U0BO', 'U0CHI', 'U0DEE'];

describe('what was decided on', () => {
  const workflow = definition([human('ok')]);
  const { execution } = started(workflow);
  const digest = execution.stack[0]?.decisionDigest ?? '';

  it('is bound by a digest that stands in the log', () => {
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    const result = give(workflow, execution, approve(bo, { digest }));
    expect(eventData(result, 'DECIDED')).toMatchObject([{ digest, isDigestGiven: true }]);
    expect(eventData(result, 'STEP_EXECUTION_COMPLETED')).toMatchObject([{ digest }]);
  });

  it('is shown again to who saw something else', () => {
    const other = approve(bo, { digest: 'f'.repeat(64) });
    expect(refusalOf(() => give(workflow, execution, other))).toEqual({ kind: 'changed-meanwhile' });
  });

  it('is not checked for who does not say what they saw', () => {
    const result = give(workflow, execution, approve(bo));
    expect(eventData(result, 'DECIDED')).toMatchObject([{ digest, isDigestGiven: false }]);
  });

  it.each<[string, Parameters<typeof human>[1], boolean]>([
    ['the message', { inputsTemplate: { message: 'Decide otherwise?' } }, true],
    ['an outcome', { outcomes: [{ name: 'approved', label: 'Yes' }] }, true],
    ['the form', { outputSchema: { type: 'object', properties: { a: {} } } }, true],
    ['the policy', { policy: { required: 1 } }, true],
    ['who is asked', { assignees: ['U0CHI'] }, false],
    ['when it reminds', { reminder: { every: '1d' } }, false],
  ])('is another when %s is another', (_name, changes, differs) => {
    const other = started(definition([human('ok', changes)])).execution.stack[0]?.decisionDigest;
    expect(other !== digest).toBe(differs);
  });

  it('is nothing where nothing is decided', () => {
    expect(started(definition([userMessage('tell')])).execution.stack[0]?.decisionDigest).toBeNull();
  });
});

describe('edit before approve', () => {
  const outputSchema: JsonSchema = {
    type: 'object',
    properties: {
      text: { type: 'string' },
      sum: { type: 'number' },
      urgent: { type: 'boolean' },
      note: { type: 'string' },
    },
    required: ['text'],
    additionalProperties: false,
  };
  const prefill = { text: 'Dear {{inputs.name}}', sum: '{{inputs.sum}}', urgent: '{{inputs.urgent}}' };
  const workflow = definition([
    human('ok', { assignees: three, outputSchema, prefill }),
    userMessage('send', { inputsTemplate: { message: '{{steps.ok.output.text}} {{steps.ok.output.sum}}' } }),
  ]);
  const inputs = { name: 'Ünal', sum: 12.5, urgent: true };
  const prefilled = { text: 'Dear Ünal', sum: 12.5, urgent: true };
  const asked = () => started(workflow, { inputs }).execution;

  it('starts the form with what the templates give, in the types of its fields', () => {
    expect(asked().stack[0]?.prefilled).toEqual(prefilled);
  });

  it('goes on with what it started with when nobody edits', () => {
    const result = give(workflow, asked(), approve(bo));
    expect(result.execution.context.steps['ok']?.output).toEqual(prefilled);
    expect(eventData(result, 'STEP_EXECUTION_COMPLETED')[0]).not.toHaveProperty('edits');
    expect(result.execution.stack[1]?.inputs).toEqual({ message: 'Dear Ünal 12.5' });
  });

  it('goes on with what was edited, and keeps the change in the log', () => {
    const output = { text: 'Hello', sum: 12.5, urgent: true, note: 'new' };
    const result = give(workflow, asked(), approve(bo, { output }));
    const edits = [{ field: 'text', before: 'Dear Ünal', after: 'Hello' }];
    expect(result.execution.stack[1]?.inputs).toEqual({ message: 'Hello 12.5' });
    expect(eventData(result, 'DECIDED')).toMatchObject([{ edits }]);
    expect(eventData(result, 'STEP_EXECUTION_COMPLETED')).toMatchObject([{ edits, output }]);
  });

  it('is what the others decide on, when it takes more than one', () => {
    const two = definition([
      human('ok', { assignees: three, outputSchema, prefill, policy: { required: 2 } }),
    ]);
    const { execution } = started(two, { inputs });
    const seen = execution.stack[0]?.decisionDigest ?? '';
    const output = { ...prefilled, sum: 10 };
    const edited = give(two, execution, approve(bo, { output, digest: seen })).execution;
    expect(edited.stack[0]).toMatchObject({ prefilled: output, votes: [{ outcome: 'approved' }] });
    expect(refusalOf(() => give(two, edited, approve(chi, { digest: seen })))).toEqual({
      kind: 'changed-meanwhile',
    });
    const digest = edited.stack[0]?.decisionDigest ?? '';
    const agreed = give(two, edited, approve(chi, { digest })).execution;
    expect(agreed.context.steps['ok']?.output).toEqual(output);
    const again = give(two, edited, approve(chi, { output: { ...prefilled, sum: 9 }, digest }));
    expect(again.execution.stack[0]?.status).toBe('STARTED');
    expect(eventData(again, 'DECIDED')).toMatchObject([
      { votes: 1, droppedVotes: [{ actor: { userId: 'U0BO' } }] },
    ]);
  });

  it('cuts long texts in the log, and not in what goes on', () => {
    const text = `${'x'.repeat(1_998)}🙂${'y'.repeat(5_000)}`;
    const result = give(workflow, asked(), approve(bo, { output: { ...prefilled, text } }));
    const [edit] = (eventData(result, 'DECIDED')[0]?.['edits'] ?? []) as { after: string }[];
    expect(edit?.after.length).toBe(2_000);
    expect(edit?.after.isWellFormed()).toBe(true);
    expect(result.execution.context.steps['ok']?.output).toMatchObject({ text });
  });

  it('leaves out what does not fit the field', () => {
    const { execution } = started(workflow, { inputs: { name: 'a', sum: 'many', urgent: 'perhaps' } });
    expect(execution.stack[0]?.prefilled).toEqual({ text: 'Dear a' });
  });

  it('needs a form that fits', () => {
    const output = { text: 7 };
    expect(refusalOf(() => give(workflow, asked(), approve(bo, { output }))).kind).toBe('output-invalid');
  });

  it('needs no form to reject', () => {
    expect(give(workflow, asked(), reject(bo)).execution.stack[0]).toMatchObject({
      outcome: 'rejected',
      output: null,
    });
  });

  it('asks for the form when it has required fields and was not sent', () => {
    const { prefill: _none, ...bare } = human('ok', { outputSchema }) as Extract<
      StepInput,
      { type: 'HUMAN' }
    >;
    const needsForm = definition([bare]);
    const { execution } = started(needsForm);
    const reason = refusalOf(() => give(needsForm, execution, approve(bo)));
    expect(reason).toMatchObject({
      kind: 'form-required',
      outcomeLabel: 'Approve',
      errors: [{ path: 'output/text' }],
    });
  });

  it('fails the task when a template lacks its value', () => {
    const lacking = definition([human('ok', { outputSchema, prefill: { text: '{{inputs.nobody}}' } })]);
    expect(started(lacking).execution.failure?.code).toBe('template-value-missing');
  });

  it('keeps each person’s form, and goes on with that of the deciding vote', () => {
    const quorum = definition([human('ok', { assignees: three, outputSchema, policy: { required: 2 } })]);
    const first = approve(bo, { output: { text: 'a' } });
    const again = approve(bo, { output: { text: 'b' } });
    const execution = play(quorum, [first, again]);
    expect(execution.stack[0]?.votes).toMatchObject([{ output: { text: 'b' } }]);
    const decided = give(quorum, execution, approve(chi, { output: { text: 'c' } })).execution;
    expect(decided.stack[0]?.output).toEqual({ text: 'c' });
  });
});
