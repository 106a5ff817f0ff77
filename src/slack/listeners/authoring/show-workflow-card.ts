import { type WorkflowView, workflowCard } from '../../../../blocks/workflow-card.ts';
import type { Message } from '../../../../blocks/message.ts';
import { canEditWorkflow } from '../../../domain/access.ts';
import { AppError } from '../../../errors.ts';
import type { WorkflowWithSteps } from '../../../engine/workflows.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { CardPlace } from '../form-metadata.ts';
import { type Requester, actorFor } from '../requester.ts';
import { showCard } from '../shared/show-card.ts';

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
  const teamName = await teamNameFor(deps, requester, workflow.teamId);
  return workflowCard({ workflow, definition, teamName, canEdit, ...shown });
}

/** Null for a workflow of the whole org, and where the name cannot be had. */
async function teamNameFor(
  deps: SlackDeps,
  requester: Requester,
  teamId: string | null,
): Promise<string | null> {
  if (teamId === null) return null;
  const { access } = await deps.forRequester(requester);
  try {
    const actor = await actorFor(deps.connection.directory, requester);
    return (await deps.teams.get({ access, actor }, requester.orgId, teamId)).name;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return null;
  }
}
