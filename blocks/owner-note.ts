import type { StepExecution } from '../src/domain/execution.ts';
import { parseRecipient } from '../src/domain/recipient.ts';
import { actionIds } from './action-ids.ts';
import { actions, bold, button, simpleMessage } from './elements.ts';
import { clip, inline } from './escape.ts';
import type { Message } from './message.ts';
import { recipientMention } from './people.ts';
import { tieToTask } from './task-block.ts';
import { isOpen, type StepView, taskName, visitOf, visitTitle } from './task-view.ts';

const maxReasonLength = 500;

/** Tells who is responsible for the workflow that a step lacks somebody who could do it. */
export function ownerNote(view: StepView & { reason: string }): Message {
  const { execution, reason } = view;
  const visit = visitOf(view);
  const what = `${taskName(execution)}, step ${bold(visitTitle(visit))}`;
  const words = `❗ ${what}: ${clip(withMentions(inline(reason), visit.stepExecution), maxReasonLength)}`;
  if (!isOpen(execution, visit.stepExecution))
    return tieToTask(simpleMessage(`${words} Meanwhile it no longer waits.`), execution.id);
  const buttons = actions([
    button({ text: 'Ask somebody else', actionId: actionIds.reassignTask, value: execution.id }),
    button({ text: 'Task status', actionId: actionIds.showStatus, value: execution.id }),
  ]);
  const note = simpleMessage(`${words} It goes on waiting. You can ask somebody else.`, buttons);
  return tieToTask(note, execution.id);
}

/** The engine knows by their ids those who are asked. */
function withMentions(text: string, { asks, delegations }: StepExecution): string {
  const ids = [...asks.map(({ recipient }) => recipient), ...delegations.map(({ from }) => from)];
  const people = new Set(ids.filter((id) => parseRecipient(id)?.kind === 'user'));
  return text.replace(/(?<![@\w;])[UW][A-Z0-9]{2,}\b/g, (id) => (people.has(id) ? recipientMention(id) : id));
}
