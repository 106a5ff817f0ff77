import type { Definition } from '../../domain/definition.ts';
import { type ExecutionState, currentStepExecution, hasEnded } from '../../domain/execution.ts';
import type { Transition } from '../draft.ts';
import { transition } from '../transition.ts';

/** More timers than a task of a year can have, so that no definition keeps a rehearsal waiting. */
const maxWakes = 2_000;

/** The moment in a rehearsal, and the task as it is then. */
export interface Moment {
  execution: ExecutionState;
  now: Date;
}

export interface Passed extends Moment {
  transitions: Transition[];
}

/**
 * Lets time pass until `until`, or (null) until something happens because of it that is more than a reminder.
 * Each timer fires at its own moment, as it would.
 */
export function passTime(definition: Definition, { execution, now }: Moment, until: Date | null): Passed {
  const transitions: Transition[] = [];
  let moment: Moment = { execution, now };
  for (let wakes = 0; wakes < maxWakes && !hasEnded(moment.execution); wakes += 1) {
    const next = nextMoment(moment);
    if (until !== null && next > until) break;
    const result = transition(definition, moment.execution, { type: 'wake' }, next);
    const before = moment.execution;
    moment = { execution: result.execution, now: next };
    if (result.execution !== before) transitions.push(result);
    if (until === null && isMoved(before, result.execution)) break;
  }
  return { execution: moment.execution, now: until === null ? moment.now : until, transitions };
}

/** A run waits for whoever does it, which in a rehearsal is a move, and not the clock. */
function nextMoment({ execution, now }: Moment): Date {
  const current = execution.status === 'RUNNING' ? currentStepExecution(execution) : undefined;
  const isRun = current?.run !== null && current?.run !== undefined;
  const at = isRun ? execution.expiresAt : (execution.timerAt ?? execution.expiresAt);
  return at < now ? now : at;
}

/** True when the task is elsewhere, or others are asked. */
function isMoved(before: ExecutionState, after: ExecutionState): boolean {
  const earlier = before.stack.at(-1);
  const later = after.stack.at(-1);
  return (
    before.status !== after.status ||
    before.stack.length !== after.stack.length ||
    earlier?.status !== later?.status ||
    earlier?.escalatedAt !== later?.escalatedAt ||
    earlier?.assignees.join() !== later?.assignees.join()
  );
}
