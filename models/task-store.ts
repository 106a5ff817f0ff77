import type mongoose from 'mongoose';
import type { ExecutionState, ExecutionStatus } from '../src/domain/execution.ts';
import { type Database, nativeCollection } from './database.ts';
import { type ExecutionDocument, fromDocument } from './execution.ts';

export interface TaskQuery {
  orgId: string;
  workflowId?: string | undefined;
  status?: ExecutionStatus | undefined;
  /** A Slack user id, or the id of a key that is no person's. */
  startedBy?: string | undefined;
  waitingFor?: string[] | undefined;
  exceptRevision?: number | undefined;
  pointer?: string | undefined;
  createdAfter?: Date | undefined;
  createdBefore?: Date | undefined;
  /** Only ids smaller than this one. */
  before?: string | undefined;
  limit: number;
}

/** Looks up executions for lists, newest first. */
export interface TaskStore {
  list(query: TaskQuery): Promise<ExecutionState[]>;
  findByRef(orgId: string, ref: string): Promise<ExecutionState | null>;
  /** Those of these tasks that are kept, by their ids, in one query. */
  findAll(orgId: string, ids: readonly string[]): Promise<Map<string, ExecutionState>>;
}

/** What lists never need is not read. */
const projection = { outbox: 0, dead: 0 } as const;

const slackUserId = /^[UW][A-Z0-9]+$/;

export function createTaskStore(database: Database): TaskStore {
  const executions = nativeCollection<ExecutionDocument>(database, 'executions');

  async function list(query: TaskQuery): Promise<ExecutionState[]> {
    const filter: mongoose.mongo.Filter<ExecutionDocument> = { orgId: query.orgId };
    if (query.workflowId !== undefined) filter.workflowId = query.workflowId;
    if (query.status !== undefined) filter.status = query.status;
    if (query.startedBy !== undefined) {
      filter[slackUserId.test(query.startedBy) ? 'startedBy.userId' : 'startedBy.keyId'] = query.startedBy;
    }
    if (query.exceptRevision !== undefined) filter.revision = { $ne: query.exceptRevision };
    if (query.pointer !== undefined) filter.pointer = query.pointer;
    if (query.createdAfter !== undefined || query.createdBefore !== undefined) {
      filter.createdAt = {
        ...(query.createdAfter === undefined ? {} : { $gt: query.createdAfter }),
        ...(query.createdBefore === undefined ? {} : { $lt: query.createdBefore }),
      };
    }
    if (query.waitingFor !== undefined) filter.waitingFor = { $in: query.waitingFor };
    if (query.before !== undefined) filter._id = { $lt: query.before };
    const documents = await executions
      .find(filter, { projection })
      .sort({ _id: -1 })
      .limit(query.limit)
      .toArray();
    return documents.map((document) => fromDocument(document as ExecutionDocument).state);
  }

  async function findByRef(orgId: string, ref: string): Promise<ExecutionState | null> {
    const filter = ref.length === 24 ? { orgId, _id: ref } : { orgId, ref };
    const [document] = await executions.find(filter, { projection }).sort({ _id: -1 }).limit(1).toArray();
    return document === undefined ? null : fromDocument(document as ExecutionDocument).state;
  }

  async function findAll(orgId: string, ids: readonly string[]): Promise<Map<string, ExecutionState>> {
    if (ids.length === 0) return new Map();
    const documents = await executions
      .find({ _id: { $in: [...ids] }, orgId }, { projection, batchSize: ids.length + 1 })
      .toArray();
    const found = documents.map((document) => fromDocument(document as ExecutionDocument).state);
    return new Map(found.map((state) => [state.id, state]));
  }

  return { list, findByRef, findAll };
}
