import { actionIds } from './action-ids.ts';
import { actions, bold, button, simpleMessage } from './elements.ts';
import { clip, inline } from './escape.ts';
import type { Message } from './message.ts';
import { tieToTask } from './task-block.ts';
import { isOpen, type StepView, taskName, visitOf, visitTitle } from './task-view.ts';

const maxReasonLength = 500;

/** Tells who is responsible for the workflow that a step lacks somebody who could do it. */
export function ownerNote(view: StepView & { reason: string }): Message {
  const { execution, reason } = view;
  const visit = visitOf(view);
  const what = `${taskName(execution)}, step ${bold(visitTitle(visit))}`;
  const words = `❗ ${what}: ${clip(inline(reason), maxReasonLength)}`;
  if (!isOpen(execution, visit.stepExecution))
    return tieToTask(simpleMessage(`${words} Meanwhile it no longer waits.`), execution.id);
  const buttons = actions([
    button({ text: 'Ask somebody else', actionId: actionIds.reassignTask, value: execution.id }),
    button({ text: 'Task status', actionId: actionIds.showStatus, value: execution.id }),
  ]);
  const note = simpleMessage(`${words} It goes on waiting. You can ask somebody else.`, buttons);
  return tieToTask(note, execution.id);
}
