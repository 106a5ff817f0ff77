import type { Command } from '../../domain/command.ts';
import { type RunStep, isRunStep } from '../../domain/definition.ts';
import { currentStepExecution, noTimers } from '../../domain/execution.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { StepRun } from '../../domain/step-run.ts';
import type { Draft } from '../draft.ts';
import { endRun } from '../steps/end-run.ts';

type Of<Type extends Command['type']> = Extract<Command, { type: Type }>;

const minHoldMs = 250;
const maxHoldMs = 3_600_000;

/** Claims a run that waits to be done. The token proves the claim from then on. */
export function startRun(draft: Draft, { stepExecutionId, token, leaseMs }: Of<'start-run'>): void {
  const run = requireWaitingRun(draft, stepExecutionId);
  const isFirst = draft.current.startedAt === null;
  const until = new Date(draft.now.getTime() + leaseMs);
  draft.updateCurrent({
    status: 'STARTED',
    startedAt: draft.current.startedAt ?? draft.now,
    run: {
      ...run,
      claims: run.claims + 1,
      startsWithoutEnd: run.startsWithoutEnd + 1,
      lease: { token, until },
      waiting: null,
    },
    timers: { ...noTimers, wakeAt: until },
  });
  if (!isFirst) return;
  draft.emitStep('WORKFLOW_STEP_EXECUTION_STARTED', { inputs: draft.current.inputs });
  draft.addEffect({ kind: 'task-card' });
}

/** Prolongs a claim. */
export function renewRun(draft: Draft, { stepExecutionId, token, leaseMs }: Of<'renew-run'>): void {
  const { run } = requireClaim(draft, stepExecutionId, token);
  const until = new Date(draft.now.getTime() + leaseMs);
  draft.updateCurrent({ run: { ...run, lease: { token, until } }, timers: { ...noTimers, wakeAt: until } });
}

/** Ends a claim with what has come of it: once, because the token counts only until then. */
export function finishRun(draft: Draft, { stepExecutionId, token, end }: Of<'end-run'>): void {
  const { run, step } = requireClaim(draft, stepExecutionId, token);
  endRun(draft, step, run, end);
}

/** Says why a run cannot begin yet. */
export function holdRun(draft: Draft, command: Of<'hold-run'>): void {
  const run = requireWaitingRun(draft, command.stepExecutionId);
  const { kind, message } = command.wait;
  const isNew = run.waiting?.kind !== kind;
  const isShown = !isNew && run.waiting?.message === message;
  const since = isNew ? draft.now : (run.waiting?.since ?? draft.now);
  const againMs = Math.min(Math.max(command.againAfterMs, minHoldMs), maxHoldMs);
  draft.updateCurrent({
    run: { ...run, waiting: { kind, message, since } },
    timers: { ...noTimers, wakeAt: new Date(draft.now.getTime() + againMs) },
  });
  if (!isShown) draft.addEffect({ kind: 'task-card' });
}

/** @throws Refusal unless the task is at this run, and nobody does it */
function requireWaitingRun(draft: Draft, stepExecutionId: string): StepRun {
  const { run } = requireCurrentRun(draft, stepExecutionId);
  const { status, timers } = draft.current;
  if (status !== 'SCHEDULED' || run.lease !== null) throw refuse('Somebody else does this run.');
  const isTooEarly = run.waiting?.kind === 'retrying' && timers.wakeAt !== null && timers.wakeAt > draft.now;
  if (isTooEarly) throw refuse('It is not time yet to try this run again.');
  return run;
}

function requireClaim(draft: Draft, stepExecutionId: string, token: string): { run: StepRun; step: RunStep } {
  const found = requireCurrentRun(draft, stepExecutionId);
  if (found.run.lease?.token !== token) throw refuse('This claim does not count any more.');
  return found;
}

function requireCurrentRun(draft: Draft, stepExecutionId: string): { run: StepRun; step: RunStep } {
  const { execution } = draft;
  const current = execution.status === 'RUNNING' ? currentStepExecution(execution) : undefined;
  const step = current?.id === stepExecutionId ? draft.currentStep : undefined;
  const run = current?.run ?? null;
  if (step === undefined || run === null || !isRunStep(step))
    throw refuse('The task has gone on without this run.');
  return { run, step };
}

function refuse(detail: string): Refusal {
  return new Refusal({ kind: 'run-refused', detail });
}
