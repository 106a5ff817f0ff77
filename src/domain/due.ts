import { type ExecutionState, currentStepExecution, hasEnded } from './execution.ts';

/** The earliest moment at which the state itself needs attention; null when it needs none. */
export function nextTimerAt(execution: ExecutionState): Date | null {
  if (hasEnded(execution)) return null;
  const current = execution.status === 'RUNNING' ? currentStepExecution(execution) : undefined;
  const timers = current?.timers;
  return earliest([
    timers?.remindAt,
    timers?.warnAt,
    timers?.deadlineAt,
    timers?.wakeAt,
    execution.expiresAt,
  ]);
}

/**
 * Since when somebody is late: the deadline of the step has passed, and others were asked beside them. Null while
 * nobody is; a deadline that does anything else ends the step.
 */
export function overdueSince(execution: ExecutionState): Date | null {
  return execution.status === 'RUNNING' ? (currentStepExecution(execution)?.escalatedAt ?? null) : null;
}

/** The earliest of the times that are there, or null. */
export function earliest(times: readonly (Date | null | undefined)[]): Date | null {
  let first: Date | null = null;
  for (const time of times) {
    if (time && (first === null || time < first)) first = time;
  }
  return first;
}
