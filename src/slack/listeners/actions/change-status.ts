import { workflowCard } from '../../../../blocks/workflow-card.ts';
import type { WorkflowStatus } from '../../../domain/workflow.ts';
import { ConflictError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { actorFor } from '../requester.ts';
import { showCard } from '../shared/show-card.ts';
import type { Click } from './click.ts';

/** *Activate* and *Pause* on a workflow's card. */
export async function changeStatus(
  deps: SlackDeps,
  click: Click,
  status: Extract<WorkflowStatus, 'ACTIVE' | 'PAUSED'>,
): Promise<void> {
  const { workflows, connection } = deps;
  const { requester, value: workflowId } = click;
  const { definition } = await workflows.get(requester.orgId, workflowId);
  if (status === 'ACTIVE' && definition.steps.length === 0) {
    throw new ConflictError('This workflow has no steps yet. Add one, then activate it.');
  }
  const by = await actorFor(connection.directory, requester);
  const workflow = await workflows.setStatus(requester.orgId, workflowId, status, by);
  await click.reply.acknowledge();
  const card = workflowCard({ workflow, definition });
  if (click.place.kind === 'ephemeral') await click.replaceEphemeral(card);
  else await showCard(deps, requester, click.place, card);
}
