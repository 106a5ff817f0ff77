import { actionIds } from '../../../../blocks/action-ids.ts';
import type { TaskView } from '../../../../blocks/task-view.ts';
import { whyActions } from '../../../../blocks/why/why-ids.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { readView } from '../tasks/find-task.ts';
import { openReassignForm } from '../tasks/reassign-task.ts';
import { openCancelForm, retryTask } from '../tasks/steer-task.ts';
import { openRerouteForm } from '../why/reroute-task.ts';
import { showPlainWords, showWhy } from '../why/show-why.ts';
import type { ClickHandler } from './click-handler.ts';
import type { Click } from './click.ts';

/** What can be done with a task, from its card and wherever else it is shown. */
export const taskHandlers: readonly ClickHandler[] = [
  onTask(whyActions.why, showWhy),
  onTask(whyActions.plainWords, showPlainWords),
  onTask(whyActions.reroute, openRerouteForm),
  onTask(actionIds.cancelTask, (deps, click, view) => openCancelForm(deps, click, view, '')),
  onTask(actionIds.retryTask, (deps, click, view) => retryTask(deps, click, view, 'step')),
  onTask(actionIds.restartTask, (deps, click, view) => retryTask(deps, click, view, 'start')),
  onTask(actionIds.reassignTask, (deps, click, view) =>
    openReassignForm(deps, click, view, { to: [], note: '' }),
  ),
];

/** The value of these buttons is the task's id. */
function onTask(
  match: string,
  handle: (deps: SlackDeps, click: Click, view: TaskView) => Promise<void>,
): ClickHandler {
  return {
    match,
    handle: async (deps, click) =>
      handle(deps, click, await readView(deps, click.requester.orgId, click.value)),
  };
}
