import { type Model, Schema } from 'mongoose';
import { type Batch, type BatchRow, keptDays } from '../src/domain/batch.ts';
import type { Database } from './database.ts';

/** `lease`: who works on it; `dueAt`: when it needs to be worked on, null when it does not. */
export type BatchDocument = { _id: string; dueAt: Date | null; lease: BatchLease | null } & Omit<
  Batch,
  'id'
> & {
    /** When people were last told of its progress. */
    toldAt: Date | null;
    /** What they were told. */
    told: string;
    /** Up to which row its tasks were looked at in this round. */
    followedTo: number;
    /** How often its file could not be read. */
    attempts?: number;
    /** What was told last may have arrived, although nobody knows. */
    maybeSent?: boolean;
  };

export interface BatchLease {
  token: string;
  until: Date;
}

export type RowDocument = { _id: string; orgId: string; createdAt: Date } & BatchRow;

export const dueFilter = { $gt: new Date(0) };
const keptSec = keptDays * 86_400;

const batchSchema = new Schema<BatchDocument>(
  {
    _id: { type: String, required: true },
    orgId: { type: String, required: true },
    workflowId: { type: String, required: true },
    status: { type: String, required: true },
    dueAt: { type: Date, default: null },
    createdAt: { type: Date, required: true },
  },
  { collection: 'batches', strict: false, versionKey: false, minimize: false },
);
batchSchema.index({ dueAt: 1 }, { partialFilterExpression: { dueAt: dueFilter } });
batchSchema.index({ orgId: 1, workflowId: 1, _id: -1 });
batchSchema.index({ createdAt: 1 }, { expireAfterSeconds: keptSec });

const rowSchema = new Schema<RowDocument>(
  {
    _id: { type: String, required: true },
    batchId: { type: String, required: true },
    row: { type: Number, required: true },
    status: { type: String, required: true },
    createdAt: { type: Date, required: true },
  },
  { collection: 'batch_rows', strict: false, versionKey: false, minimize: false },
);
rowSchema.index(
  { batchId: 1, rowKey: 1 },
  { unique: true, partialFilterExpression: { rowKey: { $type: 'string' } } },
);
rowSchema.index({ batchId: 1, status: 1, row: 1 });
rowSchema.index({ batchId: 1, row: 1 });
rowSchema.index({ createdAt: 1 }, { expireAfterSeconds: keptSec });

export function batchModel(database: Database): Model<BatchDocument> {
  return database.models['Batch'] ?? database.model<BatchDocument>('Batch', batchSchema);
}

export function batchRowModel(database: Database): Model<RowDocument> {
  return database.models['BatchRow'] ?? database.model<RowDocument>('BatchRow', rowSchema);
}

/** One document for each row of each batch. */
export function rowId(batchId: string, row: number): string {
  return `${batchId}:${String(row).padStart(9, '0')}`;
}
