import { z } from 'zod';
import { attachBlocks, readAttachForm } from '../../../../blocks/agent-listeners/attach-form.ts';
import { AgentListenerInput } from '../../../domain/agent-listener.ts';
import { AppError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { decodeMetadata } from '../form-metadata.ts';
import { managerFor } from '../keys/show-keys.ts';
import { type Submission, markErrors } from '../views/submission.ts';
import { listListeners } from './show-listeners.ts';

const Metadata = z.object({ workflowId: z.string().min(1).max(64) });
const places: Record<string, string> = {
  agentId: attachBlocks.agent,
  events: attachBlocks.events,
  approvers: attachBlocks.approvers,
};

/** Attaches the agent, and shows the list to whoever did it. */
export async function submitAttach(deps: SlackDeps, submission: Submission): Promise<void> {
  const { requester, reply, view } = submission;
  const { workflowId } = decodeMetadata(Metadata, view.private_metadata);
  const { workflow } = await deps.workflows.get(requester.orgId, workflowId);
  const input = AgentListenerInput.safeParse(readAttachForm(view.state.values));
  if (!input.success) {
    const errors = input.error.issues.map(({ path, message }) => [
      places[String(path[0])] ?? attachBlocks.agent,
      `This ${message}.`,
    ]);
    await markErrors(submission, Object.fromEntries(errors) as Record<string, string>);
    return;
  }
  try {
    await deps.agentListeners.attach(await managerFor(deps, requester), workflow, input.data);
  } catch (error) {
    if (!(error instanceof AppError) || error.retryable) throw error;
    await markErrors(submission, { [attachBlocks.agent]: error.message });
    return;
  }
  await reply.acknowledge();
  await reply.tell(await listListeners(deps, requester, workflowId, 'It listens from now on.'));
}
