import type { Caller } from '../../domain/actor.ts';
import { findStepByName } from '../../domain/definition.ts';
import { currentStepExecution, hasEnded, type StepExecution } from '../../domain/execution.ts';
import type { JsonValue } from '../../domain/json.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { ExecutionCommand, ReadExecution } from '../../engine/engine.ts';
import { ConflictError, ValidationError } from '../../errors.ts';

export interface StepCompletion {
  stepName: string;
  output: JsonValue;
  outcome: string | null;
  comment: string | null;
  /** Of what was decided on; null when the caller does not say. */
  digest: string | null;
}

/**
 * The command that completes a step by its name: a decision for a `HUMAN` step and about an agent's calls, a completion for any
 * other. It is pinned to the visit that the caller can see now; when that visit has ended, the engine
 * says who was first.
 *
 * @throws ValidationError when the workflow has no such step
 * @throws ConflictError, Refusal when the task has never come to that step, and where it waits instead
 */
export function completeStepCommand(
  task: Pick<ReadExecution, 'state' | 'definition'>,
  { stepName, output, outcome, comment, digest }: StepCompletion,
  by: Caller,
): ExecutionCommand {
  const { id: stepExecutionId, type, run } = findVisit(task, stepName);
  const isDecided = type === 'HUMAN' || (run !== null && run.approval !== null);
  if (!isDecided) return { type: 'complete', stepExecutionId, outcome, comment, output, by };
  // Without an outcome the engine refuses, and lists the ones that there are.
  return { type: 'decide', stepExecutionId, outcome: outcome ?? '', comment, output, digest, by };
}

/**
 * The visit that is waited for, else the latest one to the step.
 *
 * @throws as `completeStepCommand`
 */
export function findVisit(
  { state, definition }: Pick<ReadExecution, 'state' | 'definition'>,
  stepName: string,
): StepExecution {
  const latest = state.stack.findLast((visit) => visit.stepName === stepName);
  if (latest !== undefined) return latest;
  if (findStepByName(definition, stepName) === undefined) {
    const known = definition.steps.map(({ name }) => name).join(', ');
    const message = `is not a step of this task: it has ${known === '' ? 'none' : known}`;
    throw new ValidationError(`stepName ${message}.`, [{ path: 'stepName', message }]);
  }
  if (hasEnded(state))
    throw new Refusal({ kind: 'execution-ended', status: state.status, at: state.endedAt });
  const current = currentStepExecution(state);
  throw new ConflictError(
    `This task has not come to the step "${stepName}": it is at "${current?.stepName ?? 'none'}".`,
    'not-current-step',
  );
}
