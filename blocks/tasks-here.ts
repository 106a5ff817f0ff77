import { actionIds } from './action-ids.ts';
import { actions, button, divider, message, section, simpleMessage } from './elements.ts';
import type { Message } from './message.ts';
import { requestRows } from './request-rows.ts';
import { taskCard } from './task-card.ts';
import { plainTaskName, type TaskView } from './task-view.ts';

/** The task, or the tasks, that a thread is about, with what can be done; or that it is about none. */
export function tasksHere(tasks: readonly TaskView[]): Message {
  const [only, ...more] = tasks;
  if (only === undefined) return noTaskHere();
  if (more.length === 0) return taskCard(only, { isDetail: true });
  const names = tasks.map(({ execution }) => plainTaskName(execution)).join(', ');
  return message(`Tasks of this thread: ${names}`, [
    section('*Tasks of this thread*'),
    divider(),
    ...requestRows(tasks),
  ]);
}

/** Nothing here belongs to a task, or to none that this person may see. */
export function noTaskHere(): Message {
  return simpleMessage(
    'This message and its thread belong to no task that you can see.',
    actions([
      button({ text: 'My tasks', actionId: actionIds.showTasks }),
      button({ text: 'Start a workflow', actionId: actionIds.showList }),
    ]),
  );
}
