import { context, message, section } from './elements.ts';
import { clip, inline } from './escape.ts';
import type { Message } from './message.ts';
import { slackTime } from './people.ts';
import { tieToTask } from './task-block.ts';
import { askTitle, isOpen, plainTaskName, type StepView, taskName, visitOf } from './task-view.ts';

const maxTitleLength = 300;

/** Reminds one recipient that a step still waits. `reminder` counts from 1. It has no buttons: those are on the ask. */
export function reminderMessage(view: StepView & { reminder: number }): Message {
  const { execution, reminder } = view;
  const { stepExecution, step } = visitOf(view);
  const title = clip(inline(askTitle(stepExecution)), maxTitleLength);
  const what = step?.type === 'HUMAN' ? 'your decision on' : 'you to mark as done';
  if (!isOpen(execution, stepExecution)) {
    const text = `“${title}” no longer waits. Nothing to do.`;
    return tieToTask(message(text, [section(text), context(taskName(execution))]), execution.id);
  }
  const since = slackTime(stepExecution.startedAt ?? stepExecution.scheduledAt);
  const { deadlineAt } = stepExecution.timers;
  const until = deadlineAt === null ? '' : `, due ${slackTime(deadlineAt)}`;
  const times = reminder > 1 ? ` Reminder ${reminder}.` : '';
  const reminded = message(`Still waiting for ${what} “${title}” (${plainTaskName(execution)}).`, [
    section(`⏰ Still waiting for ${what} “${title}”, since ${since}${until}.${times}`),
    context(taskName(execution)),
  ]);
  return tieToTask(reminded, execution.id);
}
