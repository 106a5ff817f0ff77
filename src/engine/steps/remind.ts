import { delegatorOf, isOnePerson } from '../../domain/asks.ts';
import { addDuration } from '../../domain/duration.ts';
import type { Ask, StepExecution } from '../../domain/execution.ts';
import type { Draft } from '../draft.ts';
import { defaultMaxReminders } from './ask.ts';
import type { AskingStep } from './asks.ts';

/** Reminds those who have not answered and were not reminded often enough yet. */
export function remind(draft: Draft, step: AskingStep): void {
  if (step.reminder === undefined) return;
  const { every, max = defaultMaxReminders, workingHours = true } = step.reminder;
  const { current } = draft;
  const due = pendingIndexes(current).filter((index) => (current.asks[index]?.reminders ?? 0) < max);
  const asks = current.asks.map((ask, index) =>
    due.includes(index) ? { ...ask, reminders: ask.reminders + 1 } : ask,
  );
  const isLast = due.every((index) => (asks[index]?.reminders ?? 0) >= max);
  draft.updateCurrent({
    asks,
    remindersSent: current.remindersSent + 1,
    timers: { ...current.timers, remindAt: isLast ? null : addDuration(draft.now, every) },
  });
  draft.emitStep('WORKFLOW_STEP_EXECUTION_REMINDER', {
    about: 'reminder',
    reminder: current.remindersSent + 1,
    to: due.map((index) => asks[index]?.recipient ?? ''),
  });
  addEffects(draft, due, 'reminder', workingHours);
}

/** Warns those who have not answered that the deadline is near; at once, because later may be too late. */
export function warnOfDeadline(draft: Draft): void {
  const { current } = draft;
  const { timers } = current;
  const pending = pendingIndexes(current);
  draft.updateCurrent({ timers: { ...timers, warnAt: null } });
  draft.emitStep('WORKFLOW_STEP_EXECUTION_REMINDER', {
    about: 'deadline',
    to: pending.map((index) => current.asks[index]?.recipient ?? ''),
    dueAt: timers.deadlineAt?.toISOString() ?? null,
  });
  addEffects(draft, pending, 'deadline', false);
}

/** The places of those who may answer and have not: people one by one, groups and channels as a whole. */
export function pendingIndexes(stepExecution: StepExecution): number[] {
  return [...stepExecution.asks.keys()].filter((index) => {
    const ask = stepExecution.asks[index];
    return ask !== undefined && isPending(stepExecution, ask);
  });
}

function isPending({ votes }: StepExecution, { recipient, closed }: Ask): boolean {
  if (closed !== null || delegatorOf(recipient) !== null) return false;
  return !isOnePerson(recipient) || !votes.some(({ recipients }) => recipients.includes(recipient));
}

function addEffects(
  draft: Draft,
  indexes: readonly number[],
  about: 'reminder' | 'deadline',
  workingHours: boolean,
): void {
  const { index: stepIndex, asks } = draft.current;
  for (const recipientIndex of indexes) {
    const reminder = asks[recipientIndex]?.reminders ?? 0;
    draft.addEffect({ kind: 'remind', stepIndex, recipientIndex, reminder, about, workingHours });
  }
}
