import { type Definition, findStep } from '../src/domain/definition.ts';
import type { ExecutionState } from '../src/domain/execution.ts';
import { isRefused } from './outcome-words.ts';
import type { Visit } from './task-view.ts';

/**
 * The decision that the task was left with; null when nothing was decided. Without the definition it knows
 * the outcome by its name only.
 */
export function lastDecision(execution: ExecutionState, definition: Definition | null): Visit | null {
  const stepExecution = execution.stack.findLast(
    ({ type, status }) => type === 'HUMAN' && status === 'COMPLETED',
  );
  if (stepExecution === undefined) return null;
  const step = definition === null ? undefined : findStep(definition, stepExecution.stepId);
  return { stepExecution, step };
}

/** What stands before a task that is complete: never a tick when its last decision was to refuse. */
export function completionIcon(decision: Visit | null): string {
  return decision !== null && isRefused(decision) ? '❌' : '✅';
}
