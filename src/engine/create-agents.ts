import type { AgentStore } from '../../models/agent.ts';
import type { Clock } from '../clock.ts';
import { AgentInput } from '../domain/agent.ts';
import type { IdSource } from '../domain/ids.ts';
import type { JsonObject } from '../domain/json.ts';
import type { OrgEventType } from '../domain/org-event.ts';
import type { StoredAgent } from '../domain/stored-agent.ts';
import { NotFoundError } from '../errors.ts';
import type { Agents } from './agents.ts';
import { type Manager, requireAdmin, requireMember, requireOrg } from './manager.ts';
import type { NoteOrgEvent } from './note-org-event.ts';

export interface AgentsDeps {
  store: AgentStore;
  note: NoteOrgEvent;
  clock: Clock;
  newId: IdSource;
}

/** The agents of the orgs over the store. */
export function createAgents({ store, note, clock, newId }: AgentsDeps): Agents {
  function log(type: OrgEventType, agent: StoredAgent, { actor }: Manager, data: JsonObject): Promise<void> {
    const { id, orgId, name } = agent;
    return note({ orgId, type, workflowId: null, actor, subject: { kind: 'agent', id, name }, data });
  }

  async function get(by: Manager, orgId: string, agentId: string): Promise<StoredAgent> {
    requireOrg(by, orgId);
    requireMember(by);
    const agent = await store.find(orgId, agentId);
    if (agent === null) throw noSuchAgent();
    return agent;
  }

  return {
    get,
    find: (orgId, agentId) => store.find(orgId, agentId),
    names: async (orgId) => (await store.list(orgId)).map(({ id, name }) => ({ id, name })),
    async list(by, orgId) {
      requireOrg(by, orgId);
      requireMember(by);
      return store.list(orgId);
    },
    async create(by, orgId, input) {
      requireOrg(by, orgId);
      requireAdmin(by);
      const now = clock.now();
      const agent = { ...input, id: newId(), orgId, createdBy: by.actor, createdAt: now, updatedAt: now };
      await store.insert(agent);
      await log('AGENT_CREATED', agent, by, { tools: describeTools(agent) });
      return agent;
    },
    async change(by, orgId, agentId, changes) {
      const before = await get(by, orgId, agentId);
      requireAdmin(by);
      const input = AgentInput.parse({ ...inputOf(before), ...changes });
      const after = await store.replace(orgId, agentId, input, clock.now());
      if (after === null) throw noSuchAgent();
      await log('AGENT_CHANGED', after, by, { changed: Object.keys(changes), tools: describeTools(after) });
      return after;
    },
    async delete(by, orgId, agentId) {
      const agent = await get(by, orgId, agentId);
      requireAdmin(by);
      if (!(await store.delete(orgId, agentId))) throw noSuchAgent();
      await log('AGENT_DELETED', agent, by, {});
    },
  };
}

/** What it may use, so that the log tells who gave it what. */
function describeTools({ tools }: StoredAgent): JsonObject[] {
  return tools.map(({ server, tool, approval }) => ({ server, tool, approval: approval ?? null }));
}

function inputOf(agent: StoredAgent): AgentInput {
  const { id: _id, orgId: _orgId, createdBy: _by, createdAt: _at, updatedAt: _changed, ...input } = agent;
  return input;
}

function noSuchAgent(): NotFoundError {
  return new NotFoundError('There is no such agent.');
}
