import { describe, expect, it } from 'vitest';
import type { Definition, StepInput } from '../../src/domain/definition.ts';
import { overdueSince } from '../../src/domain/due.ts';
import { findChainBreak } from '../../src/domain/event.ts';
import { deriveId } from '../../src/domain/ids.ts';
import type { Transition } from '../../src/engine/draft.ts';
import { transition } from '../../src/engine/transition.ts';
import {
  currentId,
  definition,
  human,
  minutesAfterStart,
  person,
  programKey,
  prompt,
  startTime,
  started,
  userMessage,
  wait,
} from '../support/builders.ts';
import { choose, give } from '../support/step-commands.ts';

const by = programKey;

function revised(steps: StepInput[], more: Partial<Definition> = {}): Definition {
  return { ...definition(steps), revision: 2, revisionId: deriveId('revision', 2), ...more };
}

function move(from: Definition, before: Transition, to: Definition): Transition {
  return transition(from, before.execution, { type: 'move', to, by }, minutesAfterStart(60));
}

describe('moving a task to another revision', () => {
  const from = definition([human('ok', { assignees: ['U0BO'] }), userMessage('tell')]);

  it('keeps step, asks and votes, and follows the new revision from then on', () => {
    const to = revised([human('ok', { assignees: ['U0BO'] }), userMessage('log'), userMessage('tell')]);
    const before = started(from);
    const after = move(from, before, to);
    expect(after.execution).toMatchObject({ revision: 2, revisionId: to.revisionId, status: 'RUNNING' });
    expect(after.execution.v).toBe(before.execution.v + 1);
    expect(after.execution.stack[0]?.asks).toEqual(before.execution.stack[0]?.asks);
    expect(after.events).toMatchObject([
      { type: 'WORKFLOW_EXECUTION_MOVED', data: { from: 1, to: 2, at: 'ok' }, actor: { kind: 'key' } },
    ]);
    expect(findChainBreak([...before.events, ...after.events])).toBeNull();
    expect(after.effects.map(({ kind }) => kind)).toEqual(['update-asks', 'task-card']);
    const stepExecutionId = currentId(after.execution);
    const digest = after.execution.stack[0]?.decisionDigest ?? null;
    const decide = {
      type: 'decide',
      stepExecutionId,
      outcome: 'approved',
      comment: null,
      output: null,
    } as const;
    const decided = transition(to, after.execution, { ...decide, digest, by: person('bo') }, startTime);
    expect(decided.execution.stack.at(-1)?.stepName).toBe('log');
  });

  it('asks whoever saw the old revision to look again', () => {
    const to = revised([
      human('ok', { outcomes: [{ name: 'approved', label: 'Pay' }] }),
      userMessage('tell'),
    ]);
    const before = started(from);
    const seen = before.execution.stack[0]?.decisionDigest ?? null;
    const after = move(from, before, to);
    const command = {
      type: 'decide',
      stepExecutionId: currentId(after.execution),
      outcome: 'approved',
      comment: null,
      output: null,
      digest: seen,
      by: person('bo'),
    } as const;
    expect(() => transition(to, after.execution, command, startTime)).toThrow(/changed since you saw it/);
  });

  it('follows a step that was renamed, and what earlier ones left behind', () => {
    const steps = [userMessage('first'), userMessage('second')];
    const old = definition(steps);
    const ids = old.steps.map(({ id }) => id);
    const to: Definition = {
      ...old,
      revision: 2,
      revisionId: deriveId('revision', 2),
      steps: [
        { ...old.steps[0]!, name: 'hello', id: ids[0]! },
        { ...old.steps[1]!, name: 'bye', id: ids[1]! },
      ],
    };
    const start = started(old);
    const complete = {
      type: 'complete',
      outcome: null,
      comment: 'Done',
      output: null,
      by: person('chi'),
    } as const;
    const second = transition(
      old,
      start.execution,
      { ...complete, stepExecutionId: currentId(start.execution) },
      startTime,
    );
    const after = move(old, second, to);
    expect(after.execution.stack.at(-1)?.stepName).toBe('bye');
    expect(Object.keys(after.execution.context.steps)).toEqual(['hello', 'bye']);
  });

  it('counts a deadline that was changed from the moment of the move, and drops one that is gone', () => {
    const deadline = { after: '2d', then: 'fail' } as const;
    const old = definition([human('ok', { deadline, reminder: { every: '1d' } })]);
    const shorter = revised([
      human('ok', { deadline: { ...deadline, after: '1d' }, reminder: { every: '1d' } }),
    ]);
    const before = started(old);
    const timers = move(old, before, shorter).execution.stack[0]?.timers;
    expect(timers?.deadlineAt).toEqual(minutesAfterStart(60 + 24 * 60));
    expect(timers?.remindAt).toEqual(before.execution.stack[0]?.timers.remindAt);
    const none = move(old, before, revised([human('ok')])).execution;
    expect(none.stack[0]?.timers).toEqual({ remindAt: null, warnAt: null, deadlineAt: null, wakeAt: null });
    expect(none.timerAt).toEqual(none.expiresAt);
  });

  it('counts nobody as late whose deadline was changed, and leaves late who is by the same one', () => {
    const deadline = { after: '1d', then: 'escalate', escalateTo: ['U0LEAD'] };
    const old = definition([human('ok', { deadline })]);
    const { deadlineAt } = started(old).execution.stack[0]?.timers ?? {};
    const late = transition(old, started(old).execution, { type: 'wake' }, deadlineAt ?? startTime);
    expect(overdueSince(late.execution)).toEqual(deadlineAt);
    const same = revised([human('ok', { deadline, description: 'Anew' })]);
    expect(overdueSince(move(old, late, same).execution)).toEqual(deadlineAt);
    const longer = revised([human('ok', { deadline: { ...deadline, after: '5d' } })]);
    const after = move(old, late, longer).execution;
    expect(after.stack[0]?.timers.deadlineAt).not.toBeNull();
    expect(overdueSince(after)).toBeNull();
    expect(overdueSince(move(old, late, revised([human('ok')])).execution)).toBeNull();
  });

  it.each<[string, StepInput[], Definition, RegExp]>([
    [
      'a step that is gone',
      [human('ok')],
      revised([userMessage('tell')]),
      /at "ok", which revision 2 does not have/,
    ],
    ['a step of another type', [human('ok')], revised([userMessage('ok')]), /is USER_MESSAGE in revision 2/],
    [
      'another wait',
      [wait('w', { for: '1d' })],
      revised([wait('w', { for: '2d' })]),
      /waits for something else/,
    ],
    [
      'inputs that do not fit',
      [human('ok')],
      revised([human('ok')], { inputsSchema: { type: 'object', required: ['amount'] } }),
      /inputs do not fit revision 2/,
    ],
    ['the same revision', [human('ok')], definition([human('ok')]), /runs revision 1 already/],
    ['another workflow', [human('ok')], revised([human('ok')], { workflowId: 'x' }), /another workflow/],
  ])('is refused for %s', (_what, steps, to, expected) => {
    const old = definition(steps);
    expect(() => move(old, started(old), to)).toThrow(expected);
  });

  it('is refused while a model is at work, and possible again afterwards', () => {
    const old = definition([prompt('p')]);
    const before = started(old);
    const stepExecutionId = currentId(before.execution);
    const claimed = transition(
      old,
      before.execution,
      { type: 'start-run', stepExecutionId, token: 't', leaseMs: 60_000 },
      startTime,
    );
    const to = revised([prompt('p', { maxTokens: 5 })]);
    expect(() => move(old, claimed, to)).toThrow(/is at work on "p" right now/);
    expect(move(old, before, to).execution.revision).toBe(2);
  });

  it('is refused when somebody has chosen what is no longer offered', () => {
    const old = definition([human('ok', { assignees: ['U0BO', 'U0CHI'], policy: { required: 2 } })]);
    const before = started(old);
    const voted = give(old, before.execution, choose('approved', person('bo')), 0);
    const to = revised([human('ok', { outcomes: [{ name: 'paid', label: 'Paid' }] })]);
    expect(() => move(old, voted, to)).toThrow(/has chosen "approved"/);
  });

  it('is refused when the votes that were given are enough for the new revision', () => {
    const assignees = ['U0BO', 'U0CHI', 'U0DEE'];
    const old = definition([human('ok', { assignees, policy: { required: 3 } })]);
    const before = started(old);
    const voted = give(old, before.execution, choose('approved', person('bo')), 0);
    const one = revised([human('ok', { assignees, policy: { required: 1 } })]);
    expect(() => move(old, voted, one)).toThrow(/has as many votes as revision 2 asks for/);
    const two = revised([human('ok', { assignees, policy: { required: 2 } })]);
    expect(move(old, voted, two).execution.revision).toBe(2);
  });

  it('tells first that it was moved, then what follows from it', () => {
    const old = definition([human('ok', { assignees: ['U0BO'] })]);
    const to = revised([human('ok', { assignees: ['U0BO'], policy: { required: 2 } })]);
    const types = move(old, started(old), to).events.map(({ type }) => type);
    expect(types).toEqual(['WORKFLOW_EXECUTION_MOVED', 'WORKFLOW_STEP_EXECUTION_ESCALATED']);
  });

  it('asks whom the new revision excludes no more, and tells the owners when nobody is left', () => {
    const old = definition([human('ok', { assignees: ['U0ANA', 'U0BO'] })]);
    const policy = { excludeStarter: true };
    const after = move(old, started(old), revised([human('ok', { assignees: ['U0BO'], policy })]));
    const [visit] = after.execution.stack;
    expect(visit?.assignees).toEqual(['U0BO']);
    expect(visit?.asks.map(({ closed }) => closed?.why ?? null)).toEqual(['excluded', null]);
    expect(after.execution.waitingFor).toEqual(['U0BO']);
    expect(after.events[0]?.data).toEqual({ from: 1, to: 2, at: 'ok', excluded: ['U0ANA'] });

    const alone = definition([human('ok', { assignees: ['U0ANA'] })]);
    const stuck = move(alone, started(alone), revised([human('ok', { policy })]));
    expect(stuck.effects.map(({ kind }) => kind)).toContain('owner-note');
    expect(stuck.execution.stack[0]?.unanswerable?.reason).toMatch(/Nobody is left who may decide/);
  });

  it('is refused when somebody has voted whom the new revision excludes', () => {
    const assignees = ['U0ANA', 'U0BO', 'U0CHI'];
    const old = definition([human('ok', { assignees, policy: { required: 2 } })]);
    const before = started(old);
    const voted = give(old, before.execution, choose('approved', person('ana')), 0);
    const to = revised([human('ok', { assignees, policy: { required: 2, excludeStarter: true } })]);
    expect(() => move(old, voted, to)).toThrow(
      /Somebody has voted at "ok" who may not decide it by revision 2/,
    );
  });

  it('is refused to whom a two-person rule excludes that the new revision has no more', () => {
    const policy = { excludeStarter: true };
    const old = definition([userMessage('tell'), human('ok', { policy })]);
    const moveAs = (name: string, to: Definition): Transition => {
      const command = { type: 'move', to, by: person(name) } as const;
      return transition(old, started(old).execution, command, startTime);
    };
    const loosened = revised([userMessage('tell'), human('ok')]);
    expect(() => moveAs('ana', loosened)).toThrow(
      'You started this task, and the step "ok" must be decided by somebody else. Revision 2 does not say so: somebody else has to move it.',
    );
    expect(() => moveAs('ana', revised([userMessage('tell')]))).toThrow(/somebody else has to move it/);
    expect(moveAs('bo', loosened).execution.revision).toBe(2);
    expect(
      moveAs('ana', revised([userMessage('tell'), human('ok', { policy }), wait('w', { for: '1d' })]))
        .execution.revision,
    ).toBe(2);
  });

  it('does not count what was chosen at a step that has stopped', () => {
    const handoffs = [{ condition: 'approved', to: 'complete' }];
    const old = definition([human('ok', { handoffs })]);
    const before = started(old);
    const stopped = give(old, before.execution, choose('rejected', person('bo'), { comment: 'No' }), 0);
    expect(stopped.execution.status).toBe('FAILED');
    const after = move(
      old,
      stopped,
      revised([human('ok', { outcomes: [{ name: 'approved', label: 'Pay' }] })]),
    );
    expect(after.execution).toMatchObject({ status: 'FAILED', revision: 2 });
  });

  it('saves a task that has stopped: a retry goes on by the new revision', () => {
    const old = definition([userMessage('tell', { inputsTemplate: { message: '{{inputs.gone}}' } })]);
    const to = revised([userMessage('tell')]);
    const after = move(old, started(old), to);
    expect(after.execution.status).toBe('FAILED');
    const again = transition(to, after.execution, { type: 'retry', by }, startTime);
    expect(again.execution.status).toBe('RUNNING');
  });

  it('is refused for a task that has ended', () => {
    const old = definition([]);
    expect(() => move(old, started(old), revised([]))).toThrow(/already completed/);
  });
});
