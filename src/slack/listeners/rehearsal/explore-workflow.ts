import { explorationMessage } from '../../../../blocks/rehearsal/exploration-message.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { RehearsalRequest } from './change-rehearsal.ts';

/** Tries everything that may happen, and tells whoever asks what was found. @throws NotFoundError */
export async function exploreWorkflow(
  deps: SlackDeps,
  { requester, reply }: RehearsalRequest,
  workflowId: string,
): Promise<void> {
  const { workflow, definition } = await deps.workflows.get(requester.orgId, workflowId);
  // It may take longer than Slack waits.
  await reply.acknowledge();
  const exploration = await deps.rehearsals.explore(definition, null);
  await reply.tell(explorationMessage(workflow, definition, exploration));
}
