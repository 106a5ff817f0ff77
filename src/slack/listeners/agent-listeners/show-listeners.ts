import {
  type ShownListener,
  listenersMessage,
} from '../../../../blocks/agent-listeners/listeners-message.ts';
import type { Message } from '../../../../blocks/message.ts';
import { canEditWorkflow } from '../../../domain/access.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { Requester } from '../requester.ts';

const maxLatest = 3;

/** The list of a workflow's agents as a message for one person. @throws NotFoundError */
export async function listListeners(
  deps: SlackDeps,
  requester: Requester,
  workflowId: string,
  notice?: string,
): Promise<Message> {
  const { orgId } = requester;
  const { workflow } = await deps.workflows.get(orgId, workflowId);
  const { access } = await deps.forRequester(requester);
  const all = await deps.agentListeners.list(workflow);
  const listeners = await Promise.all(
    all.map(async (listener): Promise<ShownListener> => {
      const agent = await deps.agents.find(orgId, listener.agentId);
      const latest = await deps.agentListeners.log(workflow, listener.id, { limit: maxLatest });
      return { listener, agentName: agent?.name ?? null, latest };
    }),
  );
  const said = notice === undefined ? {} : { notice };
  return listenersMessage({ workflow, listeners, canEdit: canEditWorkflow(access, workflow), ...said });
}
