import {
  actionIds,
  decideActionPattern,
  homePagePattern,
  openStartPattern,
  runCommandPattern,
  showWorkflowPattern,
} from '../../../../blocks/action-ids.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { listenerHandlers } from '../agent-listeners/listener-handlers.ts';
import { batchHandlers } from '../batches/batch-handlers.ts';
import { awayHandlers } from '../away/away-handlers.ts';
import { agentHandlers } from '../agents/open-agent.ts';
import { intakeHandlers } from '../intakes/intake-handlers.ts';
import { keyHandlers } from '../keys/key-handlers.ts';
import { authoringHandlers } from '../authoring/authoring-handlers.ts';
import { checkHandlers } from '../check/check-handlers.ts';
import { draftHandlers } from '../drafts/save-draft.ts';
import { scheduleHandlers } from '../schedules/schedule-handlers.ts';
import { openNewWorkflowForm } from '../shared/open-forms.ts';
import { runCommand } from '../commands/run-command.ts';
import { revisionHandlers } from '../revisions/revision-handlers.ts';
import { rehearsalHandlers } from '../rehearsal/rehearsal-handlers.ts';
import { publishHome, turnHomePage } from '../shared/publish-home.ts';
import { showHelp, showList, showMine, showTask, showTasks, showWorkflow } from '../shared/show-messages.ts';
import { openStartForm } from '../tasks/start-task.ts';
import { actOnStep } from './act-on-step.ts';
import { triggerHandlers } from '../triggers/open-trigger.ts';
import type { ClickHandler } from './click-handler.ts';
import type { Click } from './click.ts';
import { taskHandlers } from './task-handlers.ts';

/** One entry per kind of button and menu. */
export const clickHandlers: readonly ClickHandler[] = [
  { match: decideActionPattern, handle: actAndRefresh },
  { match: actionIds.markDone, handle: actAndRefresh },
  {
    match: actionIds.showStatus,
    handle: (deps, { requester, value, reply }) => showTask(deps, requester, value, reply),
  },
  { match: actionIds.showTasks, handle: (deps, { requester, reply }) => showTasks(deps, requester, reply) },
  { match: actionIds.showList, handle: (deps, { requester, reply }) => showList(deps, requester, reply) },
  { match: actionIds.showMine, handle: (deps, { requester, reply }) => showMine(deps, requester, reply) },
  { match: actionIds.showHelp, handle: (deps, { requester, reply }) => showHelp(deps, requester, reply) },
  { match: actionIds.openBoard, handle: () => Promise.resolve() },
  { match: runCommandPattern, handle: (deps, click) => runCommand(deps, click, click.value) },
  { match: homePagePattern, handle: turnHomePage },
  ...taskHandlers,
  {
    match: showWorkflowPattern,
    handle: (deps, { requester, value, reply }) => showWorkflow(deps, requester, value, reply),
  },
  {
    match: openStartPattern,
    handle: (deps, click) => openStartForm(deps, { ...click, workflowId: click.value, values: {} }),
  },
  {
    match: actionIds.openNew,
    handle: (deps, click) => openNewWorkflowForm(deps, click, click.channelId, ''),
  },
  ...authoringHandlers,
  ...checkHandlers,
  ...keyHandlers,
  ...agentHandlers,
  ...listenerHandlers,
  ...draftHandlers,
  ...intakeHandlers,
  ...scheduleHandlers,
  ...batchHandlers,
  ...awayHandlers,
  ...rehearsalHandlers,
  ...revisionHandlers,
  ...triggerHandlers,
];

/** True for an `action_id` that one of the handlers takes. */
export function isHandled(actionId: string): boolean {
  return clickHandlers.some(({ match }) =>
    typeof match === 'string' ? match === actionId : match.test(actionId),
  );
}

/** The Home tab lists what waits, so it is drawn anew when something no longer does. */
async function actAndRefresh(deps: SlackDeps, click: Click, actionId: string): Promise<void> {
  await actOnStep({ ...deps, engine: deps.asks }, click, actionId);
  if (click.place.kind !== 'home') return;
  await click.reply.acknowledge();
  await publishHome(deps, click.requester);
}
