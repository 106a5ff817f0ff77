import type { ModalView } from '@slack/types';
import { agentForm } from '../../../../blocks/agents/agent-form.ts';
import { agentActions } from '../../../../blocks/agents/agent-ids.ts';
import { newAgentForm } from '../../../../blocks/agents/job-form.ts';
import type { AgentUse } from '../../../domain/agent-use.ts';
import type { StepResources, ToolServerOffer } from '../../../domain/step-resources.ts';
import type { StoredAgent } from '../../../domain/stored-agent.ts';
import { type Manager, requireAdmin } from '../../../engine/people/manager.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { Click } from '../actions/click.ts';
import type { ClickHandler } from '../actions/click-handler.ts';
import { managerFor } from '../keys/show-keys.ts';
import { openModal } from '../open-modal.ts';
import type { Requester } from '../requester.ts';
import { encodeAgent } from './agent-metadata.ts';
import { showAgents } from './show-agents.ts';

/** The buttons of the list of agents. */
export const agentHandlers: readonly ClickHandler[] = [
  { match: agentActions.show, handle: (deps, { requester, reply }) => showAgents(deps, requester, reply) },
  { match: agentActions.create, handle: openNewAgent },
  { match: agentActions.edit, handle: openAgent },
];

/** Who changes agents. @throws PermissionError before a form is filled in rather than after it */
export async function requireAgentEditor(deps: SlackDeps, requester: Requester): Promise<Manager> {
  const by = await managerFor(deps, requester);
  requireAdmin(by);
  return by;
}

/** Everything about an agent, as a form. */
export async function agentView(
  deps: SlackDeps,
  by: Manager,
  agent: StoredAgent,
  notice?: string,
): Promise<ModalView> {
  const [resources, uses] = await Promise.all([
    deps.resources.read(agent.orgId),
    readUses(deps, by, agent.orgId),
  ]);
  const shown = { agent, uses, resources, metadata: encodeAgent(agent) };
  return agentForm({ ...shown, ...(notice === undefined ? {} : { notice }) });
}

export function readUses({ agents }: SlackDeps, by: Manager, orgId: string): Promise<AgentUse[]> {
  return agents.uses(by, orgId);
}

/** A server with its tools; one that is not configured any more has none. */
export function serverOf({ toolServers }: StepResources, server: string): ToolServerOffer {
  return toolServers.find(({ name }) => name === server) ?? { name: server, tools: null, problem: null };
}

async function openNewAgent(deps: SlackDeps, { requester, triggerId, reply }: Click): Promise<void> {
  await requireAgentEditor(deps, requester);
  const view = newAgentForm(await deps.resources.read(requester.orgId));
  const again = { text: 'New agent', actionId: agentActions.create };
  await openModal(deps.connection.client, { triggerId, view, reply, again });
}

async function openAgent(deps: SlackDeps, { requester, triggerId, reply, value }: Click): Promise<void> {
  const by = await requireAgentEditor(deps, requester);
  const agent = await deps.agents.get(by, requester.orgId, value);
  const view = await agentView(deps, by, agent);
  const again = { text: 'Open the form', actionId: agentActions.edit, value };
  await openModal(deps.connection.client, { triggerId, view, reply, again });
}
