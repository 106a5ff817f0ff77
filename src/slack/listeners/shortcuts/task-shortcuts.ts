import { noTaskHere, tasksHere } from '../../../../blocks/tasks-here.ts';
import { chooseTask, type TaskVerb } from '../../../../blocks/task-status.ts';
import type { TaskView } from '../../../../blocks/task-view.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { openReassignForm } from '../tasks/reassign-task.ts';
import { openCancelForm, retryTask } from '../tasks/steer-task.ts';
import { tasksOfMessage } from '../tasks/tasks-of-message.ts';
import { showWhy } from '../why/show-why.ts';
import type { UsedShortcut } from './message-shortcut.ts';

/** *Task status* on a message of a task, or in its thread. */
export async function showTasksHere(deps: SlackDeps, shortcut: UsedShortcut): Promise<void> {
  const { requester, channelId, message, reply } = shortcut;
  await reply.tell(tasksHere(await tasksOfMessage(deps, requester, channelId, message)));
}

export async function whyTaskHere(deps: SlackDeps, shortcut: UsedShortcut): Promise<void> {
  const view = await findTaskHere(deps, shortcut, 'why');
  if (view !== null) await showWhy(deps, shortcut, view);
}

export async function cancelTaskHere(deps: SlackDeps, shortcut: UsedShortcut): Promise<void> {
  const view = await findTaskHere(deps, shortcut, 'cancel');
  if (view !== null) await openCancelForm(deps, shortcut, view, '');
}

export async function retryTaskHere(deps: SlackDeps, shortcut: UsedShortcut): Promise<void> {
  const view = await findTaskHere(deps, shortcut, 'retry');
  if (view !== null) await retryTask(deps, shortcut, view, 'step');
}

export async function reassignTaskHere(deps: SlackDeps, shortcut: UsedShortcut): Promise<void> {
  const view = await findTaskHere(deps, shortcut, 'reassign');
  if (view !== null) await openReassignForm(deps, shortcut, view, { to: [], note: '' });
}

/** @returns null when there is none, or several to choose from, which was told */
async function findTaskHere(
  deps: SlackDeps,
  { requester, channelId, message, reply }: UsedShortcut,
  verb: TaskVerb,
): Promise<TaskView | null> {
  const found = await tasksOfMessage(deps, requester, channelId, message);
  const [only, ...more] = found;
  if (only !== undefined && more.length === 0) return only;
  await reply.tell(only === undefined ? noTaskHere() : chooseTask({ verb, tasks: found }));
  return null;
}
