import { AgentInput } from '../../../domain/agent.ts';
import { ChangeAgentBody } from '../../api/agent-routes.ts';
import type { Operation } from '../operation.ts';
import { AgentOut, ToolServerOut } from '../schemas/agent.ts';
import { listOf } from '../schemas/common.ts';

const agents = '/api/orgs/{orgId}/agents';

export const agentOperations: readonly Operation[] = [
  {
    id: 'listAgents',
    method: 'get',
    path: agents,
    tag: 'Agents',
    summary: 'List the agents of the org',
    answers: { 200: { description: 'All of them, by name', schema: listOf(AgentOut) } },
  },
  {
    id: 'createAgent',
    method: 'post',
    path: agents,
    tag: 'Agents',
    summary: 'Make an agent',
    description:
      'A named model role for `AGENT` steps. It may use the tools that are named here and no others; those that need approval are put to a person.',
    body: AgentInput,
    example: {
      name: 'Contract checker',
      instructions: 'You check contracts against the rules.',
      maxTurns: 5,
    },
    headers: ['Idempotency-Key'],
    answers: { 201: { description: 'The agent', schema: AgentOut } },
  },
  {
    id: 'readAgent',
    method: 'get',
    path: `${agents}/{agentId}`,
    tag: 'Agents',
    summary: 'Read an agent',
    answers: { 200: { description: 'The agent', schema: AgentOut } },
  },
  {
    id: 'changeAgent',
    method: 'patch',
    path: `${agents}/{agentId}`,
    tag: 'Agents',
    summary: 'Change an agent; runs that have begun keep what they began with',
    body: ChangeAgentBody,
    example: { instructions: 'You check contracts against the rules, and quote them.' },
    answers: { 200: { description: 'The agent', schema: AgentOut } },
  },
  {
    id: 'deleteAgent',
    method: 'delete',
    path: `${agents}/{agentId}`,
    tag: 'Agents',
    summary: 'Delete an agent; steps that name it fail from then on, and say so',
    answers: { 204: { description: 'Deleted' } },
  },
  {
    id: 'listToolServers',
    method: 'get',
    path: '/api/orgs/{orgId}/tool-servers',
    tag: 'Agents',
    summary: 'List the tool servers of the configuration, with their tools',
    answers: { 200: { description: 'All of them', schema: listOf(ToolServerOut) } },
  },
];
