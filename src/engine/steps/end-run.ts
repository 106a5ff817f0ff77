import { systemActor } from '../../domain/actor.ts';
import type { RunStep } from '../../domain/definition.ts';
import { noTimers } from '../../domain/execution.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { RunEnd, RunReport } from '../../domain/run-end.ts';
import { type StepRun, maxStartsWithoutEnd, retryDelayMs, retryPolicyOf } from '../../domain/step-run.ts';
import { failStep, finishStep } from '../advance.ts';
import type { Draft } from '../draft.ts';
import { askApproval } from './approve-calls.ts';
import { announceRun } from './run.ts';

/** Calls that a step execution remembers; the log has them all. */
const maxKeptEntries = 20;

/** The moment has come to begin, to try again, or to take it that whoever ran it has died. */
export function wakeRun(draft: Draft): void {
  const { run, timers } = draft.current;
  if (run === null || timers.wakeAt === null || timers.wakeAt > draft.now) return;
  if (run.lease === null) {
    // Its time has come: it may be claimed from now on.
    if (run.waiting?.kind === 'retrying') draft.updateCurrent({ run: { ...run, waiting: null } });
    return announceRun(draft);
  }
  if (run.startsWithoutEnd >= maxStartsWithoutEnd) return abandon(draft, run);
  draft.updateCurrent({ status: 'SCHEDULED', run: { ...run, lease: null } });
  announceRun(draft);
}

/** Ends the claim of a run with what has come of it. */
export function endRun(draft: Draft, step: RunStep, run: StepRun, end: RunEnd): void {
  const ended = withReport({ ...run, lease: null, waiting: null, startsWithoutEnd: 0 }, end.report);
  switch (end.kind) {
    case 'done': {
      draft.updateCurrent({ run: ended });
      const { output, facts } = end;
      tellRun(draft);
      const outcome = isCondition(step, end.outcome) ? end.outcome : null;
      const log = describe(ended, end.report);
      finishStep(draft, { outcome, output, actor: systemActor, comment: null, facts: { ...facts, ...log } });
      return draft.addEffect({ kind: 'task-card' });
    }
    case 'failed':
      return failOrRetry(draft, step, ended, end);
    case 'needs-approval': {
      const { agentName, calls } = end;
      return askApproval(draft, step, ended, { agentName, calls, log: describe(ended, end.report) });
    }
    case 'given-back':
      draft.updateCurrent({ status: 'SCHEDULED', run: ended });
      return announceRun(draft);
  }
}

function failOrRetry(
  draft: Draft,
  { retry }: RunStep,
  run: StepRun,
  end: Extract<RunEnd, { kind: 'failed' }>,
): void {
  const { attempt } = run;
  const { reason, message } = end;
  const log = describe(run, end.report);
  if (!end.isRetryable || attempt >= retryPolicyOf(retry).maxAttempts) {
    draft.updateCurrent({ run });
    const data = { ...end.data, reason, attempt };
    tellRun(draft);
    return failStep(draft, { code: 'run-failed', message, data }, log);
  }
  const wakeAt = new Date(draft.now.getTime() + retryDelayMs(retry, attempt, end.retryAfterMs));
  draft.updateCurrent({
    status: 'SCHEDULED',
    run: { ...run, attempt: attempt + 1, waiting: { kind: 'retrying', message, since: draft.now } },
    timers: { ...noTimers, wakeAt },
  });
  draft.emitStep('WORKFLOW_STEP_EXECUTION_RETRIED', {
    attempt: attempt + 1,
    at: wakeAt.toISOString(),
    error: { reason, message },
    ...log,
  });
  draft.addEffect({ kind: 'task-card' });
}

/** What kills whoever runs it must not go on killing. */
function abandon(draft: Draft, run: StepRun): void {
  const { startsWithoutEnd, attempt } = run;
  draft.updateCurrent({ run: { ...run, lease: null, waiting: null } });
  tellRun(draft);
  failStep(draft, {
    code: 'run-abandoned',
    message: `The step "${draft.current.stepName}" was begun ${startsWithoutEnd} times and never came to an end, so it was stopped.`,
    data: { starts: startsWithoutEnd, attempt },
  });
}

/** Before what it leads to, so that the thread reads in order. */
function tellRun(draft: Draft): void {
  const { index: stepIndex } = draft.current;
  draft.addEffect({ kind: 'step-note', stepIndex, about: 'ran' });
  draft.addEffect({ kind: 'run-file', stepIndex });
}

function withReport(run: StepRun, { entries, usage, handler }: RunReport): StepRun {
  return {
    ...run,
    ...(handler === undefined ? {} : { handler }),
    usage: {
      promptTokens: run.usage.promptTokens + usage.promptTokens,
      completionTokens: run.usage.completionTokens + usage.completionTokens,
    },
    log: [...run.log, ...entries].slice(-maxKeptEntries),
  };
}

/** What the log says of the part of a run that has ended. */
function describe({ attempt, handler }: StepRun, { entries, usage }: RunReport): JsonObject {
  return { run: { handler: handler ?? null, attempt, usage: { ...usage }, calls: entries } };
}

function isCondition({ handoffs = [] }: RunStep, name: string | null): boolean {
  return handoffs.some(({ condition }) => condition === name);
}
