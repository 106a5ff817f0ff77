import { helpMessage, menuMessage, workflowList } from '../../../../blocks/menu.ts';
import { maxMineShown, mineMessage } from '../../../../blocks/mine.ts';
import { noSuchTask, taskStatus, taskStatusDetail } from '../../../../blocks/task-status.ts';
import { verbWords, verbs } from '../../../../blocks/verbs.ts';
import { hasEnded } from '../../../domain/execution.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { cardFor } from '../authoring/show-workflow-card.ts';
import type { Reply } from '../reply/reply.ts';
import type { Requester } from '../requester.ts';
import { readView } from '../tasks/find-task.ts';
import { listChangeable } from '../tasks/may.ts';
import { listWaiting } from '../tasks/waiting.ts';

const maxTasksShown = 5;
const maxLookedThrough = 100;
const maxWaiting = 1_000;

/** What the bot shows when it is asked, by a command or by a button. */
export async function showMenu({ workflows }: SlackDeps, { orgId }: Requester, reply: Reply): Promise<void> {
  await reply.tell(menuMessage({ workflows: await workflows.list(orgId) }));
}

export async function showList({ workflows }: SlackDeps, { orgId }: Requester, reply: Reply): Promise<void> {
  await reply.tell(workflowList({ workflows: await workflows.list(orgId) }));
}

/** Only what this person may do here. */
export async function showHelp(deps: SlackDeps, requester: Requester, reply: Reply): Promise<void> {
  const workflows = await deps.workflows.list(requester.orgId);
  const isEditor = (await listChangeable(deps, requester, workflows)).length > 0;
  const may = verbs.filter((verb) => verbWords[verb].for === 'everybody' || isEditor);
  await reply.tell(helpMessage({ verbs: may }));
}

/** The latest tasks of whoever asks. */
export async function showTasks(deps: SlackDeps, { orgId, userId }: Requester, reply: Reply): Promise<void> {
  const latest = await deps.tasks.list(orgId, { startedBy: userId }, { limit: maxTasksShown });
  const views = await Promise.all(latest.map(({ id }) => readView(deps, orgId, id)));
  await reply.tell(taskStatus({ tasks: views }));
}

/** What waits for whoever asks, and their open requests. */
export async function showMine(deps: SlackDeps, requester: Requester, reply: Reply): Promise<void> {
  const { orgId, userId } = requester;
  const [waiting, started] = await Promise.all([
    listWaiting(deps, requester, maxWaiting),
    deps.tasks.list(orgId, { startedBy: userId }, { limit: maxLookedThrough }),
  ]);
  const open = started.filter((execution) => !hasEnded(execution));
  const [needsYou, yours] = await Promise.all([
    Promise.all(waiting.slice(0, maxMineShown).map(({ id }) => readView(deps, orgId, id))),
    Promise.all(open.slice(0, maxMineShown + 1).map(({ id }) => readView(deps, orgId, id))),
  ]);
  await reply.tell(mineMessage({ needsYou, waitingCount: waiting.length, yours }));
}

/** One task, by its whole id or by the six digits that people see. */
export async function showTask(
  deps: SlackDeps,
  { orgId }: Requester,
  ref: string,
  reply: Reply,
): Promise<void> {
  const found = await deps.tasks.findByRef(orgId, ref);
  if (found === null) return reply.tell(noSuchTask(ref));
  await reply.tell(taskStatusDetail(await readView(deps, orgId, found.id)));
}

/** With the buttons that this person may use. @throws NotFoundError */
export async function showWorkflow(
  deps: SlackDeps,
  requester: Requester,
  workflowId: string,
  reply: Reply,
): Promise<void> {
  const found = await deps.workflows.get(requester.orgId, workflowId);
  const place = { kind: 'ephemeral', channelId: requester.userId } as const;
  await reply.tell(await cardFor(deps, requester, place, found));
}
