import { describe, expect, it } from 'vitest';
import type { Deadline, StepInput } from '../../src/domain/definition.ts';
import type { ExecutionState } from '../../src/domain/execution.ts';
import type { Transition } from '../../src/engine/draft.ts';
import { definition, human, minutesAfterStart, started, userMessage } from '../support/builders.ts';
import {
  ana,
  approve,
  bo,
  chi,
  dee,
  delegate,
  effectKinds,
  eventData,
  give,
  play,
  reassign,
  recipientsAsked,
  refusalOf,
  wake,
} from '../support/step-commands.ts';

const hour = 60;
const day = 24 * hour;

function atDeadline(step: StepInput): { before: ExecutionState; result: Transition } {
  const workflow = definition([step, userMessage('next')]);
  const { execution } = started(workflow);
  const before = give(workflow, execution, wake, 2 * day - 4 * hour).execution;
  return { before, result: give(workflow, before, wake, 2 * day) };
}

function dueIn2d(more: Partial<Deadline>, step: Parameters<typeof human>[1] = {}): StepInput {
  return human('ok', { deadline: { after: '2d', then: 'fail', ...more }, ...step });
}

describe('a reminder', () => {
  const reminded = human('ok', {
    assignees: ['U0BO', 'U0CHI', '@finance'],
    policy: { required: 2 },
    reminder: { every: '1d', max: 2 },
  });
  const workflow = definition([reminded]);
  const recipients = ({ execution, effects }: Transition): unknown[] =>
    effects.flatMap((effect) =>
      effect.kind === 'remind'
        ? [[execution.stack[0]?.asks[effect.recipientIndex]?.recipient, effect.reminder, effect.workingHours]]
        : [],
    );

  it('goes to each who is asked, in their working hours', () => {
    const { execution } = started(workflow);
    const result = give(workflow, execution, wake, day);
    expect(recipients(result)).toEqual([
      ['U0BO', 1, true],
      ['U0CHI', 1, true],
      ['@finance', 1, true],
    ]);
    expect(eventData(result, 'REMINDER')).toMatchObject([
      { about: 'reminder', to: ['U0BO', 'U0CHI', '@finance'] },
    ]);
  });

  it('goes only to those who have not voted', () => {
    const execution = play(workflow, [approve(bo)]);
    expect(recipients(give(workflow, execution, wake, day))).toEqual([
      ['U0CHI', 1, true],
      ['@finance', 1, true],
    ]);
  });

  it('comes at any hour when the step says so', () => {
    const atNight = definition([human('ok', { reminder: { every: '1d', workingHours: false } })]);
    expect(recipients(give(atNight, started(atNight).execution, wake, day))).toEqual([['U0BO', 1, false]]);
  });

  it('begins anew for who is newly asked, and not for who was reminded often enough', () => {
    let { execution } = started(workflow);
    execution = give(workflow, execution, wake, day).execution;
    execution = give(workflow, execution, wake, 2 * day).execution;
    expect(execution.stack[0]?.timers.remindAt).toBeNull();
    execution = give(workflow, execution, reassign('U0DEE', chi), 2 * day + hour).execution;
    expect(execution.timerAt).toEqual(minutesAfterStart(3 * day + hour));
    expect(recipients(give(workflow, execution, wake, 3 * day + hour))).toEqual([['U0DEE', 1, true]]);
  });

  it('stops when everybody who is asked has voted', () => {
    const split = definition([
      human('ok', { assignees: ['U0BO'], policy: { required: 2 }, reminder: { every: '1d' } }),
    ]);
    const execution = play(split, [approve(bo)]);
    const result = give(split, execution, wake, day);
    expect(recipients(result)).toEqual([]);
    expect(result.execution.stack[0]?.timers.remindAt).toBeNull();
  });
});

describe('a warning of the deadline', () => {
  const rows: [string, Partial<Deadline>, number | null][] = [
    ['comes four hours before a late one', { after: '2d' }, 2 * day - 4 * hour],
    ['comes a quarter before a near one', { after: '4h' }, 3 * hour],
    ['does not come before one within the hour', { after: '30m' }, null],
    ['comes as long before as the step says', { after: '2d', warnBefore: '1d' }, day],
    ['comes before one within the hour when the step says so', { after: '30m', warnBefore: '10m' }, 20],
  ];

  it.each(rows)('%s', (_name, deadline, minutes) => {
    const { execution } = started(definition([dueIn2d(deadline)]));
    expect(execution.stack[0]?.timers.warnAt ?? null).toEqual(
      minutes === null ? null : minutesAfterStart(minutes),
    );
  });

  it('comes once, at any hour, to those who have not voted', () => {
    const workflow = definition([dueIn2d({}, { assignees: ['U0BO', 'U0CHI'], policy: { required: 2 } })]);
    const execution = play(workflow, [approve(bo)]);
    const early = give(workflow, execution, wake, 2 * day - 4 * hour - 1);
    expect(early.execution).toBe(execution);
    const result = give(workflow, execution, wake, 2 * day - 4 * hour);
    expect(result.effects).toMatchObject([
      { kind: 'remind', recipientIndex: 1, about: 'deadline', workingHours: false },
    ]);
    expect(eventData(result, 'REMINDER')).toMatchObject([
      { about: 'deadline', to: ['U0CHI'], dueAt: minutesAfterStart(2 * day).toISOString() },
    ]);
    const again = give(workflow, result.execution, wake, 2 * day - hour);
    expect(again.execution).toBe(result.execution);
  });
});

describe('a deadline', () => {
  it('stops the task, which can be retried', () => {
    const { result } = atDeadline(dueIn2d({}));
    expect(result.execution).toMatchObject({ status: 'FAILED', failure: { code: 'deadline-passed' } });
    expect(effectKinds(result)).toContain('update-asks');
    const workflow = definition([dueIn2d({}), userMessage('next')]);
    expect(refusalOf(() => give(workflow, result.execution, approve(bo), 3 * day)).kind).toBe(
      'execution-failed',
    );
    const retried = give(workflow, result.execution, () => ({ type: 'retry', by: ana }), 3 * day);
    expect(recipientsAsked(retried)).toEqual(['U0BO']);
  });

  it('takes a condition that is named "fail" in a workflow that has one', () => {
    const handoffs = [
      { condition: 'fail', to: 'next' },
      { condition: 'default', to: 'complete' },
    ];
    const { result } = atDeadline(dueIn2d({}, { handoffs }));
    expect(result.execution).toMatchObject({
      status: 'RUNNING',
      stack: [{ condition: 'fail' }, { stepName: 'next' }],
    });
  });

  it('is told in the log as a timeout', () => {
    const { result } = atDeadline(dueIn2d({ then: 'rejected' }));
    expect(eventData(result, 'STEP_EXECUTION_COMPLETED')).toMatchObject([
      { outcome: 'rejected', byTimeout: true },
    ]);
  });

  it('approves what the form started with, when the author wrote that a timeout approves', () => {
    const outputSchema = { type: 'object', properties: { text: { type: 'string' } } };
    const step = dueIn2d(
      { then: 'approved', confirm: 'a timeout approves' },
      { outputSchema, prefill: { text: 'Dear' } },
    );
    const { result } = atDeadline(step);
    expect(result.execution.stack[0]).toMatchObject({
      outcome: 'approved',
      output: { text: 'Dear' },
      actor: { kind: 'system' },
    });
  });

  it('gives way to a decision at the same moment, when that comes first', () => {
    const workflow = definition([dueIn2d({ then: 'rejected' })]);
    const decided = give(workflow, started(workflow).execution, approve(bo), 2 * day).execution;
    expect(give(workflow, decided, wake, 2 * day).execution).toBe(decided);
  });
});

describe('an escalation', () => {
  const escalation = { then: 'escalate', escalateTo: ['U0LEAD', 'U0BO'] };
  const quorum = { assignees: ['U0BO', 'U0CHI'], policy: { required: 2 } };

  it('asks more people, and leaves the first their say', () => {
    const { result } = atDeadline(dueIn2d(escalation, quorum));
    expect(recipientsAsked(result)).toEqual(['U0LEAD']);
    expect(result.execution.waitingFor).toEqual(['U0BO', 'U0CHI', 'U0LEAD']);
    expect(eventData(result, 'ESCALATED')).toMatchObject([
      { reason: 'deadline', to: ['U0LEAD'], closed: [] },
    ]);
  });

  it('takes it from those whom it does not name, when the step says so', () => {
    const step = dueIn2d({ ...escalation, keepAnswerable: false }, quorum);
    const workflow = definition([step, userMessage('next')]);
    const execution = play(workflow, [approve(chi)]);
    const result = give(
      workflow,
      give(workflow, execution, wake, 2 * day - 4 * hour).execution,
      wake,
      2 * day,
    );
    expect(result.execution.waitingFor).toEqual(['U0BO', 'U0LEAD']);
    expect(result.execution.stack[0]).toMatchObject({
      votes: [],
      asks: [{ closed: null }, { closed: { why: 'escalated' } }, {}],
    });
    expect(eventData(result, 'ESCALATED')).toMatchObject([
      { closed: ['U0CHI'], droppedVotes: [{ actor: { userId: 'U0CHI' }, outcome: 'approved' }] },
    ]);
    expect(refusalOf(() => give(workflow, result.execution, approve(chi), 3 * day))).toMatchObject({
      kind: 'not-entitled',
      lost: { why: 'escalated', to: ['U0LEAD', 'U0BO'] },
    });
  });

  it('does not ask who is excluded, and tells the owners when nobody is left to ask', () => {
    const step = dueIn2d({ then: 'escalate', escalateTo: ['U0ANA'] }, { policy: { excludeStarter: true } });
    const { result } = atDeadline(step);
    expect(recipientsAsked(result)).toEqual([]);
    expect(result.execution.waitingFor).toEqual(['U0BO']);
    expect(effectKinds(result)).toContain('owner-note');
  });

  it('to delegates asks for each who has not answered, once the edge knows who stands in', () => {
    const workflow = definition([
      dueIn2d({ then: 'escalate', escalateTo: ['@delegate'] }, quorum),
      userMessage('next'),
    ]);
    const execution = play(workflow, [approve(bo)]);
    const warned = give(workflow, execution, wake, 2 * day - 4 * hour).execution;
    const result = give(workflow, warned, wake, 2 * day);
    expect(recipientsAsked(result)).toEqual(['@delegate:U0CHI']);
    expect(result.execution.waitingFor).toEqual(['U0BO', 'U0CHI']);
    const known = give(workflow, result.execution, delegate('@delegate:U0CHI', 'U0DEE'), 2 * day);
    expect(known.execution.waitingFor).toEqual(['U0BO', 'U0CHI', 'U0DEE']);
    expect(known.execution.stack[0]?.asks.at(-1)).toMatchObject({ recipient: 'U0DEE', onBehalfOf: 'U0CHI' });
    expect(give(workflow, known.execution, approve(dee), 3 * day).execution.stack[0]?.outcome).toBe(
      'approved',
    );
    const unknown = give(workflow, result.execution, delegate('@delegate:U0CHI', null), 2 * day);
    expect(unknown.effects).toMatchObject([
      { kind: 'owner-note', reason: expect.stringContaining('U0CHI is away') as string },
      { kind: 'task-card' },
    ]);
    expect(unknown.execution.stack[0]?.asks.at(-1)?.closed).toMatchObject({ why: 'no-delegate' });
  });
});
