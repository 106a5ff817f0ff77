import { type Model, Schema } from 'mongoose';
import type { AgentInput } from '../src/domain/agent.ts';
import type { StoredAgent } from '../src/domain/stored-agent.ts';
import { type Database, durable, nativeCollection } from './database.ts';
import { nameKeyOf, orNameTaken } from './unique-name.ts';

/** `nameKey`: the name in lower case, by which it is unique. */
type AgentDocument = { _id: string; nameKey: string } & Omit<StoredAgent, 'id'>;

const collectionName = 'agents';
const maxListed = 1_000;

const agentSchema = new Schema<AgentDocument>(
  {
    _id: { type: String, required: true },
    orgId: { type: String, required: true },
    nameKey: { type: String, required: true },
  },
  { collection: collectionName, strict: false, versionKey: false, minimize: false },
);
agentSchema.index({ orgId: 1, nameKey: 1 }, { unique: true });

export function agentModel(database: Database): Model<AgentDocument> {
  return database.models['Agent'] ?? database.model<AgentDocument>('Agent', agentSchema);
}

/** The agents of the orgs. Every call stays within one org. */
export interface AgentStore {
  /** @throws ConflictError when the org has another agent of this name */
  insert(agent: StoredAgent): Promise<void>;
  find(orgId: string, agentId: string): Promise<StoredAgent | null>;
  /** By name; at most 1,000. */
  list(orgId: string): Promise<StoredAgent[]>;
  /** All of it, but who made it and when. @returns null when there is none @throws ConflictError when the name is taken */
  replace(orgId: string, agentId: string, input: AgentInput, updatedAt: Date): Promise<StoredAgent | null>;
  delete(orgId: string, agentId: string): Promise<boolean>;
}

/** Agents in MongoDB. */
export function createAgentStore(database: Database): AgentStore {
  const agents = nativeCollection<AgentDocument>(database, collectionName);
  const options = { writeConcern: durable } as const;
  return {
    async insert({ id, ...fields }) {
      const document = { _id: id, nameKey: nameKeyOf(fields.name), ...fields };
      await orNameTaken('an agent', fields.name, () => agents.insertOne(document, options));
    },
    find: async (orgId, agentId) => toAgent(await agents.findOne({ _id: agentId, orgId })),
    list: async (orgId) => {
      const found = await agents.find({ orgId }).sort({ nameKey: 1 }).limit(maxListed).toArray();
      return found.flatMap((document) => toAgent(document) ?? []);
    },
    async replace(orgId, agentId, input, updatedAt) {
      const before = await agents.findOne({ _id: agentId, orgId });
      if (before === null) return null;
      const { createdBy, createdAt } = before;
      const next = { orgId, nameKey: nameKeyOf(input.name), ...input, createdBy, createdAt, updatedAt };
      const { matchedCount } = await orNameTaken('an agent', input.name, () =>
        agents.replaceOne({ _id: agentId, orgId }, next, options),
      );
      return matchedCount === 0 ? null : toAgent({ _id: agentId, ...next });
    },
    async delete(orgId, agentId) {
      return (await agents.deleteOne({ _id: agentId, orgId }, options)).deletedCount === 1;
    },
  };
}

function toAgent(document: AgentDocument | null): StoredAgent | null {
  if (document === null) return null;
  const { _id, nameKey: _nameKey, ...fields } = document;
  return { id: _id, ...fields };
}
