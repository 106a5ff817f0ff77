import type { KnownBlock } from '@slack/types';
import type { AgentUse } from '../../src/domain/agent-use.ts';
import type { StoredAgent } from '../../src/domain/stored-agent.ts';
import { actions, bold, button, context, header, message, section } from '../elements.ts';
import { clip, inline } from '../escape.ts';
import type { Message } from '../message.ts';
import { agentActions } from './agent-ids.ts';
import { describeModel, describeTools, describeUses } from './agent-words.ts';

export interface AgentsMessage {
  agents: readonly StoredAgent[];
  uses: readonly AgentUse[];
  /** Only owners and admins change agents, because they carry tools. */
  canEdit: boolean;
}

const maxShown = 20;

/** The agents of the org: what each is for, what it may use, and where it works. */
export function agentsMessage({ agents, uses, canEdit }: AgentsMessage): Message {
  const shown = agents.slice(0, maxShown);
  const rows = shown.map((agent) => agentRow(agent, uses, canEdit));
  const none = section(
    'There are no agents yet. An agent is a model with a job description and tools; steps of workflows give it tasks.',
  );
  const more =
    agents.length > maxShown ? [context(`… and ${agents.length - maxShown} more, which the API lists`)] : [];
  const create = button({ text: 'New agent', actionId: agentActions.create, style: 'primary' });
  const foot = canEdit ? actions([create]) : context('The owners and admins make and change agents.');
  return message(`There ${agents.length === 1 ? 'is one agent' : `are ${agents.length} agents`}.`, [
    header('Agents'),
    ...(rows.length === 0 ? [none] : rows),
    ...more,
    foot,
  ]);
}

function agentRow(agent: StoredAgent, uses: readonly AgentUse[], canEdit: boolean): KnownBlock {
  const own = uses.filter(({ agentId }) => agentId === agent.id);
  const job = clip(inline(agent.instructions), 160);
  const facts = [describeModel(agent), describeTools(agent.tools), describeUses(own)].join('  ·  ');
  const edit = button({
    text: 'Edit',
    actionId: agentActions.edit,
    value: agent.id,
    label: `Edit the agent ${agent.name}`,
  });
  return section(`🤖 ${bold(agent.name)}\n> ${job}\n${facts}`, canEdit ? edit : undefined);
}
