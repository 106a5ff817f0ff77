import { actions, button, simpleMessage } from '../../../../blocks/elements.ts';
import { actionIds } from '../../../../blocks/action-ids.ts';
import { inline } from '../../../../blocks/escape.ts';
import { helpMessage, menuMessage, workflowList } from '../../../../blocks/menu.ts';
import { taskStatus, taskStatusDetail } from '../../../../blocks/task-status.ts';
import type { TaskView } from '../../../../blocks/task-view.ts';
import { workflowCard } from '../../../../blocks/workflow-card.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { verbs } from '../commands/parse-command.ts';
import type { Reply } from '../reply/reply.ts';
import type { Requester } from '../requester.ts';

const maxTasksShown = 5;

/** What the bot shows when it is asked, by a command or by a button. */
export async function showMenu({ workflows }: SlackDeps, { orgId }: Requester, reply: Reply): Promise<void> {
  await reply.tell(menuMessage({ workflows: await workflows.list(orgId) }));
}

export async function showList({ workflows }: SlackDeps, { orgId }: Requester, reply: Reply): Promise<void> {
  await reply.tell(workflowList({ workflows: await workflows.list(orgId) }));
}

export async function showHelp(reply: Reply): Promise<void> {
  await reply.tell(helpMessage({ verbs }));
}

/** The latest tasks of whoever asks. */
export async function showTasks(deps: SlackDeps, { orgId, userId }: Requester, reply: Reply): Promise<void> {
  const latest = await deps.tasks.list(orgId, { startedBy: userId }, { limit: maxTasksShown });
  const views = await Promise.all(latest.map(({ id }) => readView(deps, orgId, id)));
  await reply.tell(taskStatus({ tasks: views }));
}

/** One task, by its whole id or by the six digits that people see. */
export async function showTask(
  deps: SlackDeps,
  { orgId }: Requester,
  ref: string,
  reply: Reply,
): Promise<void> {
  const found = await deps.tasks.findByRef(orgId, ref);
  if (found !== null) return reply.tell(taskStatusDetail(await readView(deps, orgId, found.id)));
  await reply.tell(
    simpleMessage(
      `There is no task “${inline(ref)}”. A task is called by the six digits after the # on its card.`,
      actions([button({ text: 'My tasks', actionId: actionIds.showTasks })]),
    ),
  );
}

/** @throws NotFoundError */
export async function showWorkflow(
  { workflows }: SlackDeps,
  { orgId }: Requester,
  workflowId: string,
  reply: Reply,
): Promise<void> {
  await reply.tell(workflowCard(await workflows.get(orgId, workflowId)));
}

/** A task as the blocks show it. @throws NotFoundError */
export async function readView({ engine }: SlackDeps, orgId: string, executionId: string): Promise<TaskView> {
  const { state, definition } = await engine.read(orgId, executionId);
  return { execution: state, definition };
}
