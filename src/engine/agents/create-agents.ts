import type { AgentStore } from '../../../models/agent.ts';
import type { AgentUsage } from '../../../models/agent-usage.ts';
import type { Clock } from '../../clock.ts';
import { canSeeWorkflow } from '../../domain/access.ts';
import { AgentInput } from '../../domain/agent.ts';
import type { AgentUse } from '../../domain/agent-use.ts';
import type { IdSource } from '../../domain/ids.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { OrgEventType } from '../../domain/org-event.ts';
import type { StoredAgent } from '../../domain/stored-agent.ts';
import { ConflictError, NotFoundError } from '../../errors.ts';
import type { Agents } from './agents.ts';
import { type Manager, requireAdmin, requireMember, requireOrg } from '../people/manager.ts';
import type { NoteOrgEvent } from '../audit/note-org-event.ts';

export interface AgentsDeps {
  store: AgentStore;
  usage: AgentUsage;
  note: NoteOrgEvent;
  clock: Clock;
  newId: IdSource;
}

const maxNamed = 5;

/** The agents of the orgs over the store. */
export function createAgents({ store, usage, note, clock, newId }: AgentsDeps): Agents {
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
      const given = Object.entries({ ...inputOf(before), ...changes });
      const input = AgentInput.parse(Object.fromEntries(given.filter(([, value]) => value !== undefined)));
      const after = await store.replace(orgId, agentId, input, clock.now());
      if (after === null) throw noSuchAgent();
      await log('AGENT_CHANGED', after, by, { changed: Object.keys(changes), tools: describeTools(after) });
      return after;
    },
    async delete(by, orgId, agentId) {
      const agent = await get(by, orgId, agentId);
      requireAdmin(by);
      refuseUsed(agent, await usage.list(orgId));
      if (!(await store.delete(orgId, agentId))) throw noSuchAgent();
      await log('AGENT_DELETED', agent, by, {});
    },
    async uses(by, orgId) {
      requireOrg(by, orgId);
      requireMember(by);
      const all = await usage.list(orgId);
      return all.filter(({ workflowId: id, teamId }) => canSeeWorkflow(by.access, { id, orgId, teamId }));
    },
  };
}

/** A step without its agent can only fail. @throws ConflictError */
function refuseUsed({ id, name }: StoredAgent, uses: readonly AgentUse[]): void {
  const own = uses.filter(({ agentId }) => agentId === id);
  const names = [...new Set(own.map(({ workflowName }) => workflowName))];
  if (names.length === 0) return;
  const shown = names.slice(0, maxNamed).join(', ');
  const more = names.length > maxNamed ? ` and ${names.length - maxNamed} more` : '';
  throw new ConflictError(
    `The agent ${name} is used by ${shown}${more}. Give those steps another agent, detach it where it listens, or archive the workflow, then delete it.`,
    'agent-in-use',
  );
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
