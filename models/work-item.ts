import { type Model, Schema } from 'mongoose';
import { type WorkItem, workItemKeptDays } from '../src/domain/work-item.ts';
import { type Database, durable, nativeCollection } from './database.ts';
import { isDuplicateKey } from './is-duplicate-key.ts';

type WorkItemDocument = { _id: string } & Omit<WorkItem, 'id'>;

const collectionName = 'work_items';
/** What is due is asked for in these very words, or the planner does not see that the index has it. */
const everDue = { $gt: new Date(0) };

const workItemSchema = new Schema<WorkItemDocument>(
  {
    _id: { type: String, required: true },
    orgId: { type: String, required: true },
    intakeId: { type: String, required: true },
    createdAt: { type: Date, required: true },
    dueAt: { type: Date, default: null },
  },
  { collection: collectionName, strict: false, versionKey: false, minimize: false },
);
workItemSchema.index(
  { intakeId: 1, rowKey: 1 },
  { unique: true, partialFilterExpression: { rowKey: { $type: 'string' } } },
);
workItemSchema.index({ intakeId: 1, _id: -1 });
workItemSchema.index({ executionId: 1 }, { partialFilterExpression: { callbackUrl: { $type: 'string' } } });
workItemSchema.index({ dueAt: 1 }, { partialFilterExpression: { dueAt: everDue } });
workItemSchema.index({ createdAt: 1 }, { expireAfterSeconds: workItemKeptDays * 86_400 });

export function workItemModel(database: Database): Model<WorkItemDocument> {
  return database.models['WorkItem'] ?? database.model<WorkItemDocument>('WorkItem', workItemSchema);
}

/** What was sent to intakes. Every write is durable when it resolves. */
export interface WorkItemStore {
  /** @returns false when the intake has an item with its `rowKey` already; then nothing was written */
  insert(item: WorkItem): Promise<boolean>;
  find(orgId: string, intakeId: string, workId: string): Promise<WorkItem | null>;
  findByRowKey(intakeId: string, rowKey: string): Promise<WorkItem | null>;
  /** Newest first, only ids smaller than `before`. */
  list(intakeId: string, page: { limit: number; before?: string | undefined }): Promise<WorkItem[]>;
  /** Those of these tasks that have a callback. */
  listWithCallback(executionIds: readonly string[]): Promise<WorkItem[]>;
  /** Takes the item that is due longest, for as long as `until`. @returns null when none is due */
  claimDue(now: Date, until: Date): Promise<WorkItem | null>;
  /** @param dueAt when to look at it again; null: nothing is left to do */
  setStarted(workId: string, executionId: string, dueAt: Date | null): Promise<void>;
  setFailed(workId: string, error: string, dueAt: Date | null): Promise<void>;
  /** It could not be started; to be tried again. */
  putOff(workId: string, dueAt: Date): Promise<void>;
  /** Nothing is left to do. */
  settle(workId: string): Promise<void>;
}

/** Work items in MongoDB. */
export function createWorkItemStore(database: Database): WorkItemStore {
  const items = nativeCollection<WorkItemDocument>(database, collectionName);
  const options = { writeConcern: durable } as const;
  return {
    async insert({ id, ...fields }) {
      try {
        await items.insertOne({ _id: id, ...fields }, options);
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },
    find: async (orgId, intakeId, workId) => toItem(await items.findOne({ _id: workId, intakeId, orgId })),
    findByRowKey: async (intakeId, rowKey) => toItem(await items.findOne({ intakeId, rowKey })),
    async list(intakeId, { limit, before }) {
      const filter = before === undefined ? { intakeId } : { intakeId, _id: { $lt: before } };
      const found = await items.find(filter).sort({ _id: -1 }).limit(limit).toArray();
      return found.flatMap((document) => toItem(document) ?? []);
    },
    async listWithCallback(executionIds) {
      const filter = { executionId: { $in: [...executionIds] }, callbackUrl: { $type: 'string' as const } };
      return (await items.find(filter).toArray()).flatMap((document) => toItem(document) ?? []);
    },
    async claimDue(now, until) {
      const document = await items.findOneAndUpdate(
        { dueAt: { ...everDue, $lte: now } },
        { $set: { dueAt: until } },
        { ...options, sort: { dueAt: 1 }, returnDocument: 'after' },
      );
      return toItem(document);
    },
    async setStarted(workId, executionId, dueAt) {
      await items.updateOne({ _id: workId }, { $set: { executionId, error: null, dueAt } }, options);
    },
    async setFailed(workId, error, dueAt) {
      await items.updateOne({ _id: workId, executionId: null }, { $set: { error, dueAt } }, options);
    },
    async putOff(workId, dueAt) {
      await items.updateOne({ _id: workId }, { $set: { dueAt }, $inc: { attempts: 1 } }, options);
    },
    async settle(workId) {
      await items.updateOne({ _id: workId }, { $set: { dueAt: null } }, options);
    },
  };
}

function toItem(document: WorkItemDocument | null): WorkItem | null {
  if (document === null) return null;
  const { _id, ...fields } = document;
  return { id: _id, ...fields };
}
