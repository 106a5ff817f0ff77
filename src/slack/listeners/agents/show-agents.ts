import { agentsMessage } from '../../../../blocks/agents/agents-message.ts';
import type { Message } from '../../../../blocks/message.ts';
import { isAdmin } from '../../../domain/access.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { managerFor } from '../keys/show-keys.ts';
import type { Reply } from '../reply/reply.ts';
import type { Requester } from '../requester.ts';

/** Tells the person, and nobody else, which agents there are, with what they may do about it. */
export async function showAgents(deps: SlackDeps, requester: Requester, reply: Reply): Promise<void> {
  await reply.tell(await listAgents(deps, requester));
}

async function listAgents(deps: SlackDeps, requester: Requester): Promise<Message> {
  const by = await managerFor(deps, requester);
  const { orgId } = requester;
  const [agents, uses] = await Promise.all([deps.agents.list(by, orgId), deps.agents.uses(by, orgId)]);
  return agentsMessage({ agents, uses, canEdit: isAdmin(by.access) });
}
