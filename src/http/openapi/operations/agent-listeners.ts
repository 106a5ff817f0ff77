import { AgentListenerChanges, AgentListenerInput } from '../../../domain/agent-listener.ts';
import { PageQuery } from '../../api/paging.ts';
import type { Operation } from '../operation.ts';
import { AgentListenerOut, ListenerLogEntryOut } from '../schemas/agent-listener.ts';
import { listOf } from '../schemas/common.ts';

const listeners = '/api/workflows/{workflowId}/agent-listeners';
const listener = `${listeners}/{listenerId}`;

export const agentListenerOperations: readonly Operation[] = [
  {
    id: 'attachAgent',
    method: 'post',
    path: listeners,
    tag: 'Agents',
    summary: 'Have an agent listen to the events of a workflow',
    description:
      'It is given each event as its task, once. It cannot decide for people; what its own work causes does not call it again, and one task calls it at most 25 times.',
    body: AgentListenerInput,
    example: { agentId: '{agentId}', events: ['WORKFLOW_EXECUTION_FAILED'] },
    headers: ['Idempotency-Key'],
    answers: { 201: { description: 'The listener', schema: AgentListenerOut } },
  },
  {
    id: 'listAgentListeners',
    method: 'get',
    path: listeners,
    tag: 'Agents',
    summary: 'List the agents that listen to a workflow',
    answers: { 200: { description: 'All of them', schema: listOf(AgentListenerOut) } },
  },
  {
    id: 'readAgentListener',
    method: 'get',
    path: listener,
    tag: 'Agents',
    summary: 'Read a listener',
    answers: { 200: { description: 'The listener', schema: AgentListenerOut } },
  },
  {
    id: 'changeAgentListener',
    method: 'patch',
    path: listener,
    tag: 'Agents',
    summary: 'Switch a listener off or on, or change what it hears of',
    body: AgentListenerChanges,
    example: { enabled: false },
    answers: { 200: { description: 'The listener', schema: AgentListenerOut } },
  },
  {
    id: 'detachAgent',
    method: 'delete',
    path: listener,
    tag: 'Agents',
    summary: 'Detach an agent; runs that have begun go on',
    answers: { 204: { description: 'Detached' } },
  },
  {
    id: 'readAgentListenerLog',
    method: 'get',
    path: `${listener}/log`,
    tag: 'Agents',
    summary: 'What became of each event, newest first; kept for 90 days',
    query: PageQuery,
    answers: { 200: { description: 'A page', schema: listOf(ListenerLogEntryOut) } },
  },
];
