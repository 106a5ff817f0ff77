import { simpleMessage } from '../../../../blocks/elements.ts';
import { workflowCard } from '../../../../blocks/workflow-card.ts';
import type { PostedCard } from '../../../../models/posted-card.ts';
import type { Trigger } from '../../../domain/trigger.ts';
import type { Workflow } from '../../../domain/workflow.ts';
import { playScenarios } from '../../../engine/rehearsals/play-scenarios.ts';
import type { WorkflowWithSteps } from '../../../engine/workflows/workflows.ts';
import { NotFoundError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { fingerprint } from './authoring-metadata.ts';
import { resourcesForCard } from './resources-for.ts';

/** What of a workflow its card shows, to know whether that is still so. */
export function shownOf(
  { revision, status, teamId, scenariosVersion }: Workflow,
  triggers: readonly Trigger[],
): string {
  const tests = scenariosVersion === undefined ? '' : `:${scenariosVersion}`;
  const starters = triggers.map(({ id, updatedAt }) => [id, updatedAt.getTime()]);
  const started = starters.length === 0 ? '' : `:${fingerprint(starters)}`;
  return `${revision}:${status}:${teamId ?? ''}${tests}${started}`;
}

/**
 * Draws a posted card anew, if it no longer shows the workflow as it is. A workflow that was deleted is
 * said to be, and its card is forgotten; so is one that is no longer there. `deps` may see everything: whoever
 * posted the card showed it to the conversation.
 *
 * @param attempts how often it failed before; sets how long to wait
 * @returns after how many milliseconds to try again, because Slack could not take it now; null: it is settled
 */
export async function redrawCard(
  deps: SlackDeps,
  card: PostedCard,
  attempts: number,
): Promise<number | null> {
  const { connection, postedCards, workflows, teams } = deps;
  const { orgId, workflowId, channelId, ts, page, stepId } = card;
  let found: WorkflowWithSteps;
  try {
    found = await workflows.get(orgId, workflowId);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    const deleted = simpleMessage('This workflow was deleted.');
    const told = await connection.messenger.update({ channelId, ts }, deleted, attempts);
    if ('afterMs' in told) return told.afterMs;
    await postedCards.forget(card);
    return null;
  }
  const { workflow } = found;
  const triggers = await deps.triggerSource.listOfWorkflow(orgId, workflowId);
  const nowShown = shownOf(workflow, triggers);
  if (nowShown === card.shown) return null;
  const teamName = workflow.teamId === null ? null : await teams.nameOf(orgId, workflow.teamId);
  const shown = { ...(page === null ? {} : { page }), ...(stepId === null ? {} : { stepId }) };
  const resources = await resourcesForCard(deps, found.definition);
  const findings = await deps.checker.check(found.definition);
  const scenarios = await playScenarios(deps, found);
  const sent = await connection.messenger.update(
    { channelId, ts },
    workflowCard({ ...found, teamName, triggers, resources, findings, scenarios, ...shown }),
    attempts,
  );
  if ('afterMs' in sent) return sent.afterMs;
  if (sent.kind === 'done') await postedCards.keep({ ...card, shown: nowShown });
  else await postedCards.forget(card);
  return null;
}
