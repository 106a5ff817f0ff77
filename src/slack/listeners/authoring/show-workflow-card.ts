import type { Message } from '../../../../blocks/message.ts';
import { type WorkflowView, workflowCard } from '../../../../blocks/workflow-card.ts';
import { canEditWorkflow } from '../../../domain/access.ts';
import { playScenarios } from '../../../engine/rehearsals/play-scenarios.ts';
import type { WorkflowWithSteps } from '../../../engine/workflows/workflows.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { CardPlace } from '../form-metadata.ts';
import type { Requester } from '../requester.ts';
import { showCard } from '../shared/show-card.ts';
import { shownOf } from './redraw-card.ts';
import { resourcesForCard } from './resources-for.ts';

type Shown = Pick<WorkflowView, 'page' | 'stepId'>;

/** Brings the card up to date where it is shown, on the page with the step that was changed. */
export async function showWorkflowCard(
  deps: SlackDeps,
  requester: Requester,
  place: CardPlace,
  found: WorkflowWithSteps,
  shown: Shown = {},
): Promise<void> {
  await showCard(deps, requester, place, await cardFor(deps, requester, place, found, shown));
  if (place.kind === 'message') await rememberCard(deps, place, found, shown);
}

/** From now on the card is drawn anew whenever the workflow changes. */
export async function rememberCard(
  { postedCards, triggerSource }: SlackDeps,
  { channelId, ts }: { channelId: string; ts: string },
  { workflow }: WorkflowWithSteps,
  { page = null, stepId = null }: { page?: number | null; stepId?: string | null } = {},
): Promise<void> {
  const { id: workflowId, orgId } = workflow;
  const shown = shownOf(workflow, await triggerSource.listOfWorkflow(orgId, workflowId));
  await postedCards.keep({ orgId, workflowId, channelId, ts, page, stepId, shown });
}

/**
 * The card for a place. In a channel it has all buttons, because everybody sees the same; what only one
 * person sees has those that they may use.
 */
export async function cardFor(
  deps: SlackDeps,
  requester: Requester,
  place: CardPlace,
  { workflow, definition }: WorkflowWithSteps,
  shown: Shown = {},
): Promise<Message> {
  const { access } = await deps.forRequester(requester);
  const canEdit = place.kind === 'message' || canEditWorkflow(access, workflow);
  const { orgId, teamId } = workflow;
  const teamName = teamId === null ? null : await deps.teams.nameOf(orgId, teamId);
  const resources = await resourcesForCard(deps, definition);
  const findings = await deps.checker.check(definition);
  const scenarios = await playScenarios(deps, { workflow, definition });
  const triggers = await deps.triggerSource.listOfWorkflow(orgId, workflow.id);
  const about = { workflow, definition, teamName, canEdit, triggers, resources, findings, scenarios };
  return workflowCard({ ...about, ...shown });
}
