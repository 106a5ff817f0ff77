import { describe, expect, it } from 'vitest';
import type { Definition, StepInput } from '../../src/domain/definition.ts';
import type { ExecutionState } from '../../src/domain/execution.ts';
import type { JsonValue } from '../../src/domain/json.ts';
import type { RunEnd } from '../../src/domain/run-end.ts';
import { announceAgainMs, maxStartsWithoutEnd } from '../../src/domain/step-run.ts';
import type { Transition } from '../../src/engine/draft.ts';
import { transition } from '../../src/engine/transition.ts';
import { currentId, definition, human, person, programKey, startTime, started } from '../support/builders.ts';

const leaseMs = 30_000;
const report = {
  entries: [{ kind: 'model', model: 'm' }],
  usage: { promptTokens: 7, completionTokens: 3 },
};

function prompt(more: Partial<Extract<StepInput, { type: 'PROMPT' }>> = {}): StepInput {
  return { name: 'ask', type: 'PROMPT', inputsTemplate: { prompt: 'Hi {{inputs.who}}' }, ...more };
}

function after(ms: number): Date {
  return new Date(startTime.getTime() + ms);
}

function begun(workflow: Definition): Transition {
  return started(workflow, { inputs: { who: 'Ana' } });
}

function claim(workflow: Definition, execution: ExecutionState, token = 'one', now = startTime): Transition {
  const command = { type: 'start-run', stepExecutionId: currentId(execution), token, leaseMs } as const;
  return transition(workflow, execution, command, now);
}

function end(
  workflow: Definition,
  execution: ExecutionState,
  outcome: RunEnd,
  token = 'one',
  now = startTime,
): Transition {
  const command = { type: 'end-run', stepExecutionId: currentId(execution), token, end: outcome } as const;
  return transition(workflow, execution, command, now);
}

function done(output: JsonValue, outcome: string | null = null): RunEnd {
  return { kind: 'done', output, outcome, facts: {}, report };
}

function failed(isRetryable: boolean, retryAfterMs: number | null = null): RunEnd {
  return {
    kind: 'failed',
    reason: 'busy',
    message: 'Too busy.',
    data: {},
    isRetryable,
    retryAfterMs,
    report,
  };
}

function types({ events }: Transition): string[] {
  return events.map(({ type }) => type.replace('WORKFLOW_', '').replace('EXECUTION_', ''));
}

describe('a step that a model does', () => {
  const workflow = definition([prompt(), human('ok')]);

  it('is scheduled with its rendered inputs, announced, and announced again when nobody begins', () => {
    const { execution, effects } = begun(workflow);
    expect(execution.stack[0]).toMatchObject({
      status: 'SCHEDULED',
      startedAt: null,
      inputs: { prompt: 'Hi Ana' },
    });
    expect(effects.map(({ kind }) => kind)).toContain('run-step');
    expect(execution.timerAt).toEqual(after(announceAgainMs));
    const woken = transition(workflow, execution, { type: 'wake' }, after(announceAgainMs));
    expect(woken.effects).toMatchObject([{ kind: 'run-step', stepIndex: 0 }]);
    expect(woken.execution.timerAt).toEqual(after(2 * announceAgainMs));
  });

  it('is claimed once, and only the holder of the token can renew and end it', () => {
    const first = claim(workflow, begun(workflow).execution);
    expect(types(first)).toEqual(['STEP_STARTED']);
    expect(first.execution.timerAt).toEqual(after(leaseMs));
    expect(() => claim(workflow, first.execution, 'two')).toThrow('Somebody else');
    expect(() => end(workflow, first.execution, done('x'), 'two')).toThrow('does not count');
    const renew = { type: 'renew-run', stepExecutionId: currentId(first.execution), leaseMs } as const;
    expect(() => transition(workflow, first.execution, { ...renew, token: 'two' }, startTime)).toThrow(
      'not count',
    );
    const renewed = transition(workflow, first.execution, { ...renew, token: 'one' }, after(10_000));
    expect(renewed.execution.timerAt).toEqual(after(10_000 + leaseMs));
    const ended = end(workflow, renewed.execution, done('hello'));
    expect(ended.execution.stack[0]).toMatchObject({
      status: 'COMPLETED',
      output: 'hello',
      run: { lease: null },
    });
    expect(ended.execution.context.steps['ask']).toMatchObject({ output: 'hello' });
    expect(ended.execution.pointer).toBe(workflow.steps[1]?.id);
    expect(() => end(workflow, ended.execution, done('again'))).toThrow('gone on');
  });

  it('keeps what was called in the log and in the stack, with the tokens', () => {
    const ended = end(workflow, claim(workflow, begun(workflow).execution).execution, done('hello'));
    const run = { attempt: 1, usage: report.usage, calls: report.entries };
    expect(ended.events[0]).toMatchObject({ type: 'WORKFLOW_STEP_EXECUTION_COMPLETED', data: { run } });
    expect(ended.execution.stack[0]?.run).toMatchObject({ usage: report.usage, log: report.entries });
  });

  it('is tried again after a failure that may pass, later each time, then stops the task; retry begins anew', () => {
    const patient = definition([prompt({ retry: { maxAttempts: 2, initialDelayMs: 5_000 } })]);
    const first = end(patient, claim(patient, begun(patient).execution).execution, failed(true, 9_000));
    expect(types(first)).toEqual(['STEP_RETRIED']);
    expect(first.execution.stack[0]).toMatchObject({
      status: 'SCHEDULED',
      run: { attempt: 2, waiting: { kind: 'retrying', message: 'Too busy.' } },
    });
    expect(first.execution.timerAt).toEqual(after(9_000));
    expect(() => claim(patient, first.execution, 'two', after(8_999))).toThrow('not time yet');
    const woken = transition(patient, first.execution, { type: 'wake' }, after(9_000));
    expect(claim(patient, woken.execution, 'two', after(9_001)).execution.stack[0]?.status).toBe('STARTED');
    const second = end(
      patient,
      claim(patient, first.execution, 'two', after(9_000)).execution,
      failed(true),
      'two',
    );
    expect(types(second)).toEqual(['STEP_FAILED', 'FAILED']);
    expect(second.execution.failure).toMatchObject({
      code: 'run-failed',
      data: { reason: 'busy', attempt: 2 },
    });
    const retried = transition(patient, second.execution, { type: 'retry', by: programKey }, startTime);
    expect(retried.execution.stack[1]).toMatchObject({ status: 'SCHEDULED', run: { attempt: 1 } });
  });

  it('is not tried again after a failure that stays', () => {
    const ended = end(workflow, claim(workflow, begun(workflow).execution).execution, failed(false));
    expect(ended.execution.status).toBe('FAILED');
  });

  it('is taken from a worker whose lease ran out, and given up after the last start that never ends', () => {
    let { execution } = begun(workflow);
    let now = startTime.getTime();
    for (let start = 1; start <= maxStartsWithoutEnd; start += 1) {
      execution = claim(workflow, execution, `worker-${start}`, new Date(now)).execution;
      now += leaseMs;
      execution = transition(workflow, execution, { type: 'wake' }, new Date(now)).execution;
      expect(execution.stack[0]?.status).toBe(start < maxStartsWithoutEnd ? 'SCHEDULED' : 'FAILED');
    }
    expect(execution.failure?.code).toBe('run-abandoned');
  });

  it('refuses a worker whose lease ran out and was given to another', () => {
    const first = claim(workflow, begun(workflow).execution);
    const woken = transition(workflow, first.execution, { type: 'wake' }, after(leaseMs));
    const second = claim(workflow, woken.execution, 'two', after(leaseMs));
    expect(() => end(workflow, second.execution, done('late'), 'one')).toThrow('does not count');
  });

  it('says why it cannot begin, and looks again', () => {
    const { execution } = begun(workflow);
    const wait = { kind: 'no-provider', message: 'No model provider is configured.' } as const;
    const hold = {
      type: 'hold-run',
      stepExecutionId: currentId(execution),
      wait,
      againAfterMs: 1_000,
    } as const;
    const held = transition(workflow, execution, hold, startTime);
    expect(held.execution.stack[0]).toMatchObject({ status: 'SCHEDULED', run: { waiting: wait } });
    expect(held.execution.timerAt).toEqual(after(1_000));
    expect(held.effects.map(({ kind }) => kind)).toEqual(['task-card']);
    expect(transition(workflow, held.execution, hold, after(500)).effects).toEqual([]);
  });

  it('goes back to the queue at once when its worker has to stop', () => {
    const ended = end(workflow, claim(workflow, begun(workflow).execution).execution, {
      kind: 'given-back',
      report,
    });
    expect(ended.execution.stack[0]).toMatchObject({
      status: 'SCHEDULED',
      run: { attempt: 1, startsWithoutEnd: 0 },
    });
    expect(ended.effects.map(({ kind }) => kind)).toEqual(['run-step']);
  });

  it('cannot be completed, decided or reassigned by anybody', () => {
    const scheduled = begun(workflow).execution;
    const running = claim(workflow, scheduled).execution;
    const stepExecutionId = currentId(scheduled);
    const common = { stepExecutionId, comment: null, output: null } as const;
    for (const execution of [scheduled, running]) {
      for (const by of [person('ana'), programKey]) {
        const complete = { ...common, type: 'complete', outcome: null, by } as const;
        expect(() => transition(workflow, execution, complete, startTime)).toThrow('done by a model');
        const decide = { ...common, type: 'decide', outcome: 'approved', by } as const;
        expect(() => transition(workflow, execution, decide, startTime)).toThrow('done by a model');
      }
    }
  });

  it.each(['scheduled', 'running'])(
    'is closed by a cancel while it is %s, and nothing comes of it any more',
    (stage) => {
      const scheduled = begun(workflow).execution;
      const before = stage === 'scheduled' ? scheduled : claim(workflow, scheduled).execution;
      const cancelled = transition(
        workflow,
        before,
        { type: 'cancel', reason: null, by: programKey },
        startTime,
      );
      expect(cancelled.execution.stack[0]).toMatchObject({ status: 'CANCELLED', run: { lease: null } });
      expect(() => end(workflow, cancelled.execution, done('late'))).toThrow('gone on');
      expect(() => claim(workflow, cancelled.execution)).toThrow('gone on');
    },
  );

  it('takes the handoff of its output, and of the condition that was picked', () => {
    const handoffs = [
      { condition: 'risky', when: { type: 'object', properties: { risk: { const: 'high' } } }, to: 'ok' },
      { condition: 'calm', to: 'complete' },
      { condition: 'default', to: 'ask' },
    ];
    const branching = definition([prompt({ handoffs }), human('ok')]);
    const running = claim(branching, begun(branching).execution).execution;
    expect(end(branching, running, done({ risk: 'high' })).execution.pointer).toBe(branching.steps[1]?.id);
    expect(end(branching, running, done('all fine', 'calm')).execution.status).toBe('COMPLETED');
    expect(end(branching, running, done('who knows', 'made-up')).execution.stack).toHaveLength(2);
  });
});
