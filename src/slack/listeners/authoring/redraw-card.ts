import { simpleMessage } from '../../../../blocks/elements.ts';
import { workflowCard } from '../../../../blocks/workflow-card.ts';
import type { PostedCard } from '../../../../models/posted-card.ts';
import type { Workflow } from '../../../domain/workflow.ts';
import type { WorkflowWithSteps } from '../../../engine/workflows.ts';
import { NotFoundError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';

/** What of a workflow its card shows, to know whether that is still so. */
export function shownOf({ revision, status, teamId }: Workflow): string {
  return `${revision}:${status}:${teamId ?? ''}`;
}

/**
 * Draws a posted card anew, if it no longer shows the workflow as it is. A workflow that was deleted is
 * said to be, and its card is forgotten; so is one that is no longer there. `deps` may see everything: whoever
 * posted the card showed it to the conversation.
 */
export async function redrawCard(deps: SlackDeps, card: PostedCard): Promise<void> {
  const { connection, postedCards, workflows, teams } = deps;
  const { orgId, workflowId, channelId, ts, page, stepId } = card;
  let found: WorkflowWithSteps;
  try {
    found = await workflows.get(orgId, workflowId);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    await connection.messenger.update({ channelId, ts }, simpleMessage('This workflow was deleted.'), 0);
    return postedCards.forget(card);
  }
  const { workflow } = found;
  if (shownOf(workflow) === card.shown) return;
  const teamName = workflow.teamId === null ? null : await teams.nameOf(orgId, workflow.teamId);
  const shown = { ...(page === null ? {} : { page }), ...(stepId === null ? {} : { stepId }) };
  const sent = await connection.messenger.update(
    { channelId, ts },
    workflowCard({ ...found, teamName, ...shown }),
    0,
  );
  if (sent.kind === 'done') await postedCards.keep({ ...card, shown: shownOf(workflow) });
  else if (sent.kind === 'dead') await postedCards.forget(card);
}
