import { type Model, Schema } from 'mongoose';
import type { AgentListener, ListenerLogEntry } from '../src/domain/agent-listener.ts';
import { ConflictError } from '../src/errors.ts';
import { type Database, durable, nativeCollection } from './database.ts';
import { isDuplicateKey } from './is-duplicate-key.ts';

type ListenerDocument = { _id: string } & Omit<AgentListener, 'id'>;
type LogDocument = { _id: string } & ListenerLogEntry;

const listeners = 'agent_listeners';
const logs = 'agent_listener_log';
const keptSec = 90 * 86_400;

const listenerSchema = new Schema<ListenerDocument>(
  {
    _id: { type: String, required: true },
    orgId: { type: String, required: true },
    workflowId: { type: String, required: true },
    agentId: { type: String, required: true },
  },
  { collection: listeners, strict: false, versionKey: false, minimize: false },
);
listenerSchema.index({ workflowId: 1, agentId: 1 }, { unique: true });

const logSchema = new Schema<LogDocument>(
  {
    _id: { type: String, required: true },
    listenerId: { type: String, required: true },
    executionId: { type: String, required: true },
    at: { type: Date, required: true },
  },
  { collection: logs, strict: false, versionKey: false, minimize: false },
);
logSchema.index({ listenerId: 1, at: -1, _id: -1 });
logSchema.index({ listenerId: 1, executionId: 1, decision: 1 });
logSchema.index({ at: 1 }, { expireAfterSeconds: keptSec });

export function agentListenerModel(database: Database): Model<ListenerDocument> {
  return (
    database.models['AgentListener'] ?? database.model<ListenerDocument>('AgentListener', listenerSchema)
  );
}

export function agentListenerLogModel(database: Database): Model<LogDocument> {
  return database.models['AgentListenerLog'] ?? database.model<LogDocument>('AgentListenerLog', logSchema);
}

export interface ListenerLogPage {
  limit: number;
  after?: { at: Date; eventId: string };
}

/** Agents that listen to workflows, and what became of each event: kept for 90 days. */
export interface AgentListenerStore {
  /** @returns false when it is there already @throws ConflictError when the agent listens to this workflow already */
  insert(listener: AgentListener): Promise<boolean>;
  find(listenerId: string): Promise<AgentListener | null>;
  listOfWorkflow(workflowId: string): Promise<AgentListener[]>;
  change(
    listenerId: string,
    changes: Partial<Pick<AgentListener, 'enabled' | 'events' | 'approvers' | 'ignoreKeys'>>,
    now: Date,
  ): Promise<AgentListener | null>;
  remove(listenerId: string): Promise<boolean>;
  /** The same event of the same listener is kept once. */
  note(entry: ListenerLogEntry): Promise<void>;
  /** Newest first. */
  log(listenerId: string, page: ListenerLogPage): Promise<ListenerLogEntry[]>;
  countStarted(listenerId: string, executionId: string): Promise<number>;
}

/** Listeners in MongoDB. */
export function createAgentListenerStore(database: Database): AgentListenerStore {
  const all = nativeCollection<ListenerDocument>(database, listeners);
  const log = nativeCollection<LogDocument>(database, logs);
  const options = { writeConcern: durable } as const;
  return {
    async insert({ id, ...fields }) {
      try {
        await all.insertOne({ _id: id, ...fields }, options);
        return true;
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        if ((await all.findOne({ _id: id })) !== null) return false;
        throw alreadyAttached();
      }
    },
    find: async (listenerId) => toListener(await all.findOne({ _id: listenerId })),
    async listOfWorkflow(workflowId) {
      const found = await all.find({ workflowId }).sort({ _id: 1 }).toArray();
      return found.flatMap((document) => toListener(document) ?? []);
    },
    async change(listenerId, changes, now) {
      const update = { $set: { ...changes, updatedAt: now } };
      return toListener(
        await all.findOneAndUpdate({ _id: listenerId }, update, { ...options, returnDocument: 'after' }),
      );
    },
    remove: async (listenerId) => (await all.deleteOne({ _id: listenerId }, options)).deletedCount === 1,
    async note(entry) {
      try {
        await log.insertOne({ _id: `${entry.listenerId}:${entry.eventId}`, ...entry }, options);
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
    },
    async log(listenerId, { limit, after }) {
      const older =
        after === undefined
          ? {}
          : {
              $or: [
                { at: { $lt: after.at } },
                { at: after.at, _id: { $lt: `${listenerId}:${after.eventId}` } },
              ],
            };
      const found = await log
        .find({ listenerId, ...older })
        .sort({ at: -1, _id: -1 })
        .limit(limit)
        .toArray();
      return found.map(({ _id, ...entry }) => entry);
    },
    countStarted: (listenerId, executionId) =>
      log.countDocuments({ listenerId, executionId, decision: 'started' }),
  };
}

export function alreadyAttached(): ConflictError {
  return new ConflictError('This agent listens to this workflow already.', 'already-attached');
}

function toListener(document: ListenerDocument | null): AgentListener | null {
  if (document === null) return null;
  const { _id, ...fields } = document;
  return { id: _id, ...fields };
}
