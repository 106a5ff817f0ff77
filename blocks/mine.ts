import { actionIds } from './action-ids.ts';
import { actions, button, context, divider, header, message, section } from './elements.ts';
import type { Message } from './message.ts';
import { requestRows } from './request-rows.ts';
import type { TaskView } from './task-view.ts';
import { waitingRows } from './waiting-rows.ts';

/** How many of each are shown at most, so that their texts fit a message. */
export const maxMineShown = 6;

/** What waits for this person, the most urgent first, with its buttons; and the open tasks that they started. */
export function mineMessage(options: {
  needsYou: readonly TaskView[];
  waitingCount: number;
  yours: readonly TaskView[];
}): Message {
  const { needsYou, waitingCount, yours } = options;
  const waiting = needsYou.slice(0, maxMineShown);
  const more = waitingCount - waiting.length;
  const spoken =
    waitingCount === 0
      ? 'Nothing waits for you.'
      : `${waitingCount} ${waitingCount === 1 ? 'task waits' : 'tasks wait'} for you.`;
  return message(`${spoken} You have ${yours.length === 0 ? 'no' : yours.length} open requests.`, [
    header('Needs your decision'),
    ...(waiting.length === 0 ? [section('Nothing waits for you. 🎉')] : waitingRows(waiting)),
    ...(more > 0 ? [context(`… and ${more} more on my Home tab`)] : []),
    divider(),
    header('Your open requests'),
    ...(yours.length === 0
      ? [section('Nothing that you started is open.')]
      : requestRows(yours.slice(0, maxMineShown))),
    ...(yours.length > maxMineShown ? [context(`… and ${yours.length - maxMineShown} more`)] : []),
    actions([
      button({ text: 'Latest tasks', actionId: actionIds.showTasks }),
      button({ text: 'All workflows', actionId: actionIds.showList }),
    ]),
  ]);
}
