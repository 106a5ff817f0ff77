import { describe, expect, it } from 'vitest';
import { fillExecution, fillOutbox } from '../../models/fill-execution.ts';
import type { Effect } from '../../src/domain/effect.ts';
import type { ExecutionState, StepExecution } from '../../src/domain/execution.ts';
import { definition, human, started } from '../support/builders.ts';
import { approve, bo, chi, give, reassign } from '../support/step-commands.ts';

const workflow = definition([
  human('ok', { assignees: ['U0BO', '@finance'], policy: { required: 2 }, reminder: { every: '1d' } }),
]);
const newFields = new Set(['asks', 'prefilled', 'decisionDigest', 'delegations', 'unanswerable', 'run']);

/** The task as it was stored before asks, digests and kept signals were in it. */
function stored(): ExecutionState {
  const { execution } = give(workflow, started(workflow).execution, approve(bo));
  const stack = execution.stack.map((step) => {
    const entries = Object.entries(step).filter(([field]) => !newFields.has(field));
    const votes = step.votes.map(({ actor, outcome, comment, at }) => ({ actor, outcome, comment, at }));
    const { remindAt, deadlineAt, wakeAt } = step.timers;
    return { ...Object.fromEntries(entries), votes, timers: { remindAt, deadlineAt, wakeAt } };
  });
  return { ...execution, stack: stack as unknown as StepExecution[] };
}

describe('a task from before asks were kept one by one', () => {
  const filled = fillExecution(stored());

  it('asks those who were its assignees, and knows who has voted', () => {
    expect(filled.stack[0]).toMatchObject({
      asks: [
        { recipient: 'U0BO', closed: null, reminders: 0 },
        { recipient: '@finance', closed: null },
      ],
      votes: [{ recipients: ['U0BO'], output: null }],
      timers: { warnAt: null },
      decisionDigest: null,
      run: null,
    });
  });

  it('can be reassigned and decided, whatever digest a button carries', () => {
    const reassigned = give(workflow, filled, reassign('U0CHI', bo)).execution;
    expect(reassigned.stack[0]?.votes).toEqual([]);
    expect(reassigned.waitingFor).toEqual(['@finance', 'U0CHI']);
    const voted = give(workflow, reassigned, approve(chi, { digest: 'any' })).execution;
    expect(voted.stack[0]?.votes).toHaveLength(1);
  });

  it('has no run, where only runs were not there yet', () => {
    const { execution } = started(workflow);
    const stack = execution.stack.map(({ run: _run, ...step }) => step as StepExecution);
    expect(fillExecution({ ...execution, stack })).toEqual(execution);
  });

  it('is not touched when it has everything', () => {
    const { execution } = started(workflow);
    expect(fillExecution(execution)).toEqual(execution);
  });
});

it('keeps the signals that were kept one for each name', () => {
  const { createdAt: at } = stored();
  const old = { ...stored(), signals: { go: { sum: 5 }, list: [1, 2] } };
  expect(fillExecution(old).signals).toEqual([
    { name: 'go', payload: { sum: 5 }, by: { kind: 'system' }, at },
    { name: 'list', payload: [1, 2], by: { kind: 'system' }, at },
  ]);
});

it('sends reminders from before they had a kind, at any hour, as they were meant', () => {
  const remind = { kind: 'remind', stepIndex: 0, recipientIndex: 1, reminder: 2, seq: 3 } as Effect;
  const card = { kind: 'task-card', seq: 2 } as Effect;
  expect(fillOutbox({ events: [], effects: [card, remind] }).effects).toEqual([
    card,
    { ...remind, about: 'reminder', workingHours: false },
  ]);
});
