import type { Step } from '../src/domain/definition.ts';
import { context, message, section } from './elements.ts';
import { clip, inline } from './escape.ts';
import type { Message } from './message.ts';
import { slackTime } from './people.ts';
import { deadlineLine } from './step-lines.ts';
import { tieToTask } from './task-block.ts';
import { askTitle, isOpen, plainTaskName, type StepView, taskName, visitOf } from './task-view.ts';

const maxTitleLength = 300;
/** How often a step reminds that does not say how often. */
const defaultMaxReminders = 3;

export interface Reminding extends StepView {
  /** Who is reminded. Default: the first. */
  recipientIndex?: number;
  /** Counts from 1; of no meaning for a deadline. */
  reminder: number;
  /** Default: `reminder`. */
  about?: 'reminder' | 'deadline';
}

/**
 * Reminds one recipient of what still waits, since when, until when, and for which time they are reminded; or
 * warns that the deadline is near. It has no buttons: those are on the ask.
 */
export function reminderMessage(view: Reminding): Message {
  const { execution, reminder, about = 'reminder', recipientIndex = 0 } = view;
  const visit = visitOf(view);
  const { stepExecution, step } = visit;
  const title = clip(inline(askTitle(stepExecution)), maxTitleLength);
  const what = step?.type === 'HUMAN' ? 'your decision on' : 'you to mark as done';
  if (!isOpen(execution, stepExecution)) {
    const text = `“${title}” no longer waits. Nothing to do.`;
    return tieToTask(message(text, [section(text), context(taskName(execution))]), execution.id);
  }
  const { startedAt, scheduledAt, asks } = stepExecution;
  const since = slackTime(asks[recipientIndex]?.askedAt ?? startedAt ?? scheduledAt);
  const due = deadlineLine(view, visit);
  const words = [
    about === 'deadline' ? '⌛ The deadline is near.' : '⏰',
    `Still waiting for ${what} “${title}”, since ${since}.`,
    due,
    about === 'reminder' ? countWords(step, reminder) : '',
  ];
  const text = words.filter((part) => part !== '').join(' ');
  const spoken = `Still waiting for ${what} “${title}” (${plainTaskName(execution)}). ${due}`.trim();
  const reminded = message(spoken, [section(text), context(taskName(execution))]);
  return tieToTask(reminded, execution.id);
}

/** `Reminder 2 of 3.` */
function countWords(step: Step | undefined, reminder: number): string {
  const max = step !== undefined && 'reminder' in step ? step.reminder?.max : undefined;
  return `Reminder ${reminder} of ${max ?? defaultMaxReminders}.`;
}
