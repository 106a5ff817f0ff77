import type { WorkflowStatus } from '../../../domain/workflow.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { setStatus } from '../authoring/set-status.ts';
import { cardFor, showWorkflowCard } from '../authoring/show-workflow-card.ts';
import { unlessCheckFails } from '../check/show-check.ts';
import type { Click } from './click.ts';

/** *Activate* and *Pause* on a workflow's card. */
export async function changeStatus(
  deps: SlackDeps,
  click: Click,
  status: Extract<WorkflowStatus, 'ACTIVE' | 'PAUSED'>,
): Promise<void> {
  const { requester, value: workflowId, place } = click;
  await unlessCheckFails(deps, click, workflowId, async () => {
    await setStatus(deps, requester, workflowId, status);
    await click.reply.acknowledge();
    const found = await deps.workflows.get(requester.orgId, workflowId);
    if (place.kind === 'ephemeral')
      return click.replaceEphemeral(await cardFor(deps, requester, place, found));
    await showWorkflowCard(deps, requester, place, found);
  });
}
