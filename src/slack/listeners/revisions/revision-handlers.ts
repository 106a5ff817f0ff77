import {
  backtestMessage,
  diffMessage,
  movePreview,
  movedMessage,
} from '../../../../blocks/revisions/revision-messages.ts';
import { decodeMoveTo, revisionActions } from '../../../../blocks/revisions/revision-ids.ts';
import type { Person } from '../../../domain/actor.ts';
import { diffRevisions } from '../../../engine/revisions/diff-revisions.ts';
import { maxMovedTasks, moveTasks, previewMoves } from '../../../engine/revisions/move-tasks.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { ClickHandler } from '../actions/click-handler.ts';
import { requireEditor } from '../authoring/require-editor.ts';
import type { Reply } from '../reply/reply.ts';
import { type Requester, identify } from '../requester.ts';

export interface RevisionRequest {
  requester: Requester;
  reply: Reply;
}

/** How many of the latest tasks are replayed. */
const maxReplayed = 50;

/** One entry per button about revisions. */
export const revisionHandlers: readonly ClickHandler[] = [
  {
    match: revisionActions.showDiff,
    handle: (deps, click) => showDiff(deps, click, click.value, { from: null, to: null }),
  },
  { match: revisionActions.backtest, handle: (deps, click) => showBacktest(deps, click, click.value) },
  { match: revisionActions.previewMove, handle: (deps, click) => showMoves(deps, click, click.value) },
  { match: revisionActions.move, handle: (deps, click) => moveAll(deps, click, click.value) },
];

/** @param revisions null: the newest, and the one before it @throws NotFoundError */
export async function showDiff(
  deps: SlackDeps,
  { requester: { orgId }, reply }: RevisionRequest,
  workflowId: string,
  revisions: { from: number | null; to: number | null },
): Promise<void> {
  const { workflow } = await deps.workflows.get(orgId, workflowId);
  const to = revisions.to ?? workflow.revision;
  const from = revisions.from ?? Math.max(to - 1, 1);
  const before = await deps.workflows.getRevision(orgId, workflowId, from);
  const after = await deps.workflows.getRevision(orgId, workflowId, to);
  const { changes, graph } = diffRevisions(workflow, before, after);
  const steps = [...after.steps, ...before.steps];
  await reply.tell(diffMessage(workflow, { from, to, changes, handoffs: graph.handoffs, steps }));
}

/** Replays the latest tasks by the newest revision. @throws NotFoundError */
export async function showBacktest(
  deps: SlackDeps,
  { requester: { orgId }, reply }: RevisionRequest,
  workflowId: string,
): Promise<void> {
  const { workflow, definition } = await deps.workflows.get(orgId, workflowId);
  // It may take longer than Slack waits.
  await reply.acknowledge();
  const recorded = await deps.tasks.list(orgId, { workflowId }, { limit: maxReplayed });
  await reply.tell(
    backtestMessage(workflow, definition, await deps.rehearsals.backtest(definition, recorded)),
  );
}

/** Which running tasks can be moved. @throws PermissionError for who may not change the workflow */
export async function showMoves(
  deps: SlackDeps,
  { requester, reply }: RevisionRequest,
  workflowId: string,
): Promise<void> {
  await requireEditor(deps, requester, workflowId);
  const { workflow, definition } = await deps.workflows.get(requester.orgId, workflowId);
  await reply.acknowledge();
  const by = await moverOf(deps, requester);
  const tasks = await previewMoves(deps, definition, by, deps.clock.now());
  await reply.tell(movePreview(workflow, definition, tasks, { isCut: isCut(tasks) }));
}

/** Moves every task that can be to the revision that was seen; when there is a newer one, that is shown first. @throws as `showMoves` */
async function moveAll(deps: SlackDeps, { requester, reply }: RevisionRequest, value: string): Promise<void> {
  const { workflowId, revision: seen } = decodeMoveTo(value);
  await requireEditor(deps, requester, workflowId);
  const { workflow, definition } = await deps.workflows.get(requester.orgId, workflowId);
  await reply.acknowledge();
  const by = await moverOf(deps, requester);
  const tasks = await previewMoves(deps, definition, by, deps.clock.now());
  if (seen !== workflow.revision) {
    const notice = 'This workflow was changed meanwhile. Nothing was moved: look again.';
    return reply.tell(movePreview(workflow, definition, tasks, { isCut: isCut(tasks), notice }));
  }
  const ids = tasks.filter(({ problem }) => problem === null).map(({ executionId }) => executionId);
  const moved = await moveTasks(deps, definition, ids, by);
  await reply.tell(movedMessage(workflow, definition, moved, { isCut: isCut(tasks) }));
}

/** No more are looked at. */
function isCut({ length }: readonly unknown[]): boolean {
  return length >= maxMovedTasks;
}

function moverOf({ connection }: SlackDeps, requester: Requester): Promise<Person> {
  return identify(connection.directory, requester, []);
}
