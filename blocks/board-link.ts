import { actionIds } from './action-ids.ts';
import { actions, button, context, message, section } from './elements.ts';
import { clip, inline } from './escape.ts';
import type { Message } from './message.ts';

/** A link to the board, for one person. `workflowName` null: to the board as a whole. */
export function boardLinkMessage(options: { url: string; workflowName: string | null }): Message {
  const { url, workflowName } = options;
  const what = workflowName === null ? 'The board' : `“${clip(inline(workflowName), 150)}” on the board`;
  const text = `${what} shows every task where it stands, and moves as things happen.`;
  return message(text, [
    section(text),
    actions([button({ text: 'Open the board', actionId: actionIds.openBoard, style: 'primary', url })]),
    context('It signs you in, and nobody else; it works once, within ten minutes.'),
  ]);
}
