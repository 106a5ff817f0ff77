import { type Model, Schema } from 'mongoose';
import type { DraftOutcome, WorkflowDraft } from '../src/domain/workflow-draft.ts';
import { type Database, durable, nativeCollection } from './database.ts';

/** `dueAt`: when it may be worked on; absent once the person was told. `outcomeText`: JSON, because of a schema's keys. */
interface DraftDocument extends Omit<WorkflowDraft, 'id' | 'outcome'> {
  _id: string;
  outcomeText: string;
  dueAt?: Date;
}

const collectionName = 'workflow_drafts';
const keptSec = 30 * 86_400;
/** The query must repeat it, or the planner does not use the index. */
const isDue = { $gt: new Date(0) };

const draftSchema = new Schema<DraftDocument>(
  { _id: { type: String, required: true }, orgId: { type: String, required: true } },
  { collection: collectionName, strict: false, versionKey: false, minimize: false },
);
draftSchema.index({ dueAt: 1 }, { partialFilterExpression: { dueAt: isDue } });
draftSchema.index({ createdAt: 1 }, { expireAfterSeconds: keptSec });

export function workflowDraftModel(database: Database): Model<DraftDocument> {
  return database.models['WorkflowDraft'] ?? database.model<DraftDocument>('WorkflowDraft', draftSchema);
}

/** Requests for drafts, kept for thirty days. */
export interface WorkflowDraftStore {
  /** @returns false when it is there already */
  insert(draft: WorkflowDraft, dueAt: Date): Promise<boolean>;
  find(orgId: string, draftId: string): Promise<WorkflowDraft | null>;
  /** One that is due, for the claimer alone until `until`. Counts an attempt where a model has still to be asked. */
  claim(now: Date, until: Date): Promise<WorkflowDraft | null>;
  /** @param dueAt when it is to be worked on next; null: never again */
  update(draft: WorkflowDraft, dueAt: Date | null): Promise<void>;
}

export function createWorkflowDraftStore(database: Database): WorkflowDraftStore {
  const drafts = nativeCollection<DraftDocument>(database, collectionName);
  return {
    async insert({ id, outcome, ...fields }, dueAt) {
      const document = { _id: id, ...fields, outcomeText: JSON.stringify(outcome), dueAt };
      const options = { upsert: true, writeConcern: durable } as const;
      const result = await drafts.updateOne({ _id: id }, { $setOnInsert: document }, options);
      return result.upsertedCount === 1;
    },
    find: async (orgId, draftId) => toDraft(await drafts.findOne({ _id: draftId, orgId })),
    async claim(now, until) {
      const document = await drafts.findOneAndUpdate(
        { dueAt: { ...isDue, $lte: now } },
        { $set: { dueAt: until }, $inc: { attempts: 1 } },
        { sort: { dueAt: 1 }, returnDocument: 'after', writeConcern: durable },
      );
      return toDraft(document);
    },
    async update({ id, orgId, outcome, attempts, usage, log }, dueAt) {
      const fields = { outcomeText: JSON.stringify(outcome), attempts, usage, log };
      const change =
        dueAt === null ? { $set: fields, $unset: { dueAt: '' as const } } : { $set: { ...fields, dueAt } };
      await drafts.updateOne({ _id: id, orgId }, change, { writeConcern: durable });
    },
  };
}

function toDraft(document: DraftDocument | null): WorkflowDraft | null {
  if (document === null) return null;
  const { _id, outcomeText, dueAt: _dueAt, ...fields } = document;
  return { id: _id, ...fields, outcome: JSON.parse(outcomeText) as DraftOutcome };
}
