import { type Actor, systemActor } from '../domain/actor.ts';
import { chooseRoute } from '../domain/condition.ts';
import { type Step, complete, defaultMaxVisits } from '../domain/definition.ts';
import {
  type ExecutionStatus,
  type Failure,
  type StepContext,
  type StepExecution,
  noTimers,
} from '../domain/execution.ts';
import { deriveId } from '../domain/ids.ts';
import type { JsonObject, JsonValue } from '../domain/json.ts';
import type { Draft } from './draft.ts';
import { enterStep } from './steps/enter-step.ts';

/** What came out of the newest step execution. */
export interface Result {
  outcome: string | null;
  output: JsonValue;
  actor: Actor;
  comment: string | null;
  /** More for the log: what was decided on, what was edited, that it was a timeout. */
  facts?: JsonObject;
}

/**
 * Visits a step, and goes on from step to step until one has to wait, the task ends, or it stops as
 * FAILED. Steps that need nobody are passed in the same transition; the visit caps bound the loop.
 */
export function advanceTo(draft: Draft, first: Step): void {
  let step: Step | null = first;
  while (step !== null) {
    const finished = visit(draft, step);
    step = finished === null ? null : follow(draft, finished);
  }
}

/** Ends the newest step execution with its result and goes where that leads. */
export function finishStep(draft: Draft, result: Result): void {
  const next = follow(draft, result);
  if (next !== null) advanceTo(draft, next);
}

/** Stops the execution as FAILED at the step it is at. It can be retried or cancelled. */
export function failStep(draft: Draft, failure: Failure, facts: JsonObject = {}): void {
  draft.updateCurrent({ status: 'FAILED', failure, endedAt: draft.now, timers: noTimers });
  draft.update({ status: 'FAILED', failure, waitingFor: [] });
  draft.emitStep('WORKFLOW_STEP_EXECUTION_FAILED', { failure: describe(failure), ...facts });
  draft.emit('WORKFLOW_EXECUTION_FAILED', { failure: describe(failure) });
  draft.addEffect({ kind: 'task-card' });
  draft.addEffect({ kind: 'outcome-note' });
}

export function completeExecution(draft: Draft): void {
  endExecution(draft, 'COMPLETED');
  draft.emit('WORKFLOW_EXECUTION_COMPLETED');
}

/** Sets a final status; the event is the caller's. */
export function endExecution(
  draft: Draft,
  status: Extract<ExecutionStatus, 'COMPLETED' | 'CANCELLED' | 'EXPIRED'>,
): void {
  draft.update({ status, pointer: null, waitingFor: [], endedAt: draft.now });
  draft.addEffect({ kind: 'task-card' });
  draft.addEffect({ kind: 'outcome-note' });
}

/** @returns the result when the step needed nobody, null when it waits or failed */
function visit(draft: Draft, step: Step): Result | null {
  const earlier = draft.execution.stack.filter(({ stepId }) => stepId === step.id);
  const visits = earlier.length + 1;
  const finished = earlier.filter(({ status }) => status !== 'FAILED').length;
  const maxVisits = step.maxVisits ?? defaultMaxVisits;
  draft.push(newStepExecution(draft, step, visits));
  draft.update({ pointer: step.id });
  draft.emitStep('WORKFLOW_STEP_EXECUTION_SCHEDULED');
  if (finished >= maxVisits) {
    failStep(draft, {
      code: 'visit-cap-reached',
      message: `The step "${step.name}" was reached more than ${maxVisits === 1 ? 'once' : `${maxVisits} times`}, so the task was stopped.`,
      data: { maxVisits },
    });
    return null;
  }
  const entered = enterStep(draft, step);
  switch (entered.kind) {
    case 'waiting':
      draft.update({ waitingFor: draft.current.assignees });
      return null;
    case 'failed':
      failStep(draft, entered.failure);
      return null;
    case 'finished':
      return {
        outcome: null,
        output: entered.output,
        actor: systemActor,
        comment: null,
        ...(entered.facts === undefined ? {} : { facts: entered.facts }),
      };
  }
}

/** Records the result. @returns the step that comes next, or null when the task ended or stopped */
function follow(draft: Draft, { facts = {}, ...result }: Result): Step | null {
  const step = draft.currentStep;
  const route = chooseRoute(draft.definition, step, result);
  if (route.kind === 'stuck') {
    draft.updateCurrent({ ...result });
    failStep(draft, route.failure);
    return null;
  }
  draft.updateCurrent({
    ...result,
    condition: route.condition,
    status: 'COMPLETED',
    endedAt: draft.now,
    timers: noTimers,
  });
  rememberInContext(draft);
  draft.update({ waitingFor: [] });
  draft.emitStep(
    'WORKFLOW_STEP_EXECUTION_COMPLETED',
    {
      outcome: result.outcome,
      condition: route.condition,
      output: result.output,
      comment: result.comment,
      to: route.kind === 'complete' ? complete : route.step.name,
      ...facts,
    },
    result.actor,
  );
  if (route.kind === 'step') return route.step;
  completeExecution(draft);
  return null;
}

/** Later templates and conditions see the step under its name. */
function rememberInContext(draft: Draft): void {
  const { stepName, inputs, output, outcome, condition, actor, comment } = draft.current;
  const remembered: StepContext = {
    inputs,
    output,
    condition: outcome ?? condition,
    actor: actor as unknown as JsonObject,
    comment,
  };
  const { context } = draft.execution;
  draft.update({ context: { ...context, steps: { ...context.steps, [stepName]: remembered } } });
}

function newStepExecution(draft: Draft, step: Step, visits: number): StepExecution {
  const index = draft.execution.stack.length;
  return {
    id: deriveId('step', draft.execution.id, index),
    index,
    stepId: step.id,
    stepName: step.name,
    type: step.type,
    visit: visits,
    status: 'SCHEDULED',
    inputs: {},
    assignees: [],
    asks: [],
    votes: [],
    outcome: null,
    condition: null,
    output: null,
    actor: null,
    comment: null,
    timers: noTimers,
    remindersSent: 0,
    escalatedAt: null,
    failure: null,
    undeliverable: [],
    prefilled: {},
    decisionDigest: null,
    delegations: [],
    unanswerable: null,
    run: null,
    scheduledAt: draft.now,
    startedAt: null,
    endedAt: null,
  };
}

function describe(failure: Failure): JsonObject {
  return { code: failure.code, message: failure.message, data: failure.data };
}
