import type mongoose from 'mongoose';
import { type BatchCounts, type BatchRow, noCounts, type RowStatus } from '../src/domain/batch.ts';
import type { ExecutionStatus } from '../src/domain/execution.ts';
import { batchRowModel, type RowDocument, rowId } from './batch.ts';
import { type Database, durable, nativeCollection } from './database.ts';

export interface RowPage {
  limit: number;
  /** After this row. */
  after?: number;
  /** Default: rows in every state. */
  status?: RowStatus | readonly RowStatus[];
}

/** The rows of batches in MongoDB. They are written many at a time. */
export interface BatchRows {
  /** @returns the rows whose key an earlier row of the batch has; they are kept as such */
  addRows(rows: readonly BatchRow[], made: { orgId: string; at: Date }): Promise<BatchRow[]>;
  removeRows(batchId: string): Promise<void>;
  rows(batchId: string, page: RowPage): Promise<BatchRow[]>;
  setRow(batchId: string, row: number, changes: Partial<BatchRow>): Promise<void>;
  setRows(changes: readonly { batchId: string; row: number; status: RowStatus }[]): Promise<void>;
  /** All rows in one state become another. */
  moveRows(batchId: string, from: readonly RowStatus[], to: RowStatus): Promise<void>;
  count(batchId: string): Promise<BatchCounts>;
  /** What became of these tasks, of those that are kept. */
  statusOf(executionIds: readonly string[]): Promise<Map<string, ExecutionStatus>>;
}

const options = { writeConcern: durable } as const;

export class MongoBatchRows implements BatchRows {
  readonly #rows: mongoose.mongo.Collection<RowDocument>;
  readonly #executions: mongoose.mongo.Collection<{ _id: string; status: ExecutionStatus }>;

  constructor(database: Database) {
    this.#rows = nativeCollection(database, batchRowModel(database).collection.name);
    this.#executions = nativeCollection(database, 'executions');
  }

  async addRows(rows: readonly BatchRow[], { orgId, at }: { orgId: string; at: Date }): Promise<BatchRow[]> {
    const documents = rows.map((row) => ({ _id: rowId(row.batchId, row.row), orgId, createdAt: at, ...row }));
    if (documents.length === 0) return [];
    try {
      await this.#rows.insertMany(documents, { ...options, ordered: false });
      return [];
    } catch (error) {
      if (!isBulkDuplicate(error)) throw error;
      const twice = error.writeErrors.flatMap(({ index }) => rows[index] ?? []).map(asDuplicate);
      const marked = twice.map((row) => ({ _id: rowId(row.batchId, row.row), orgId, createdAt: at, ...row }));
      await this.#rows.insertMany(marked, { ...options, ordered: false });
      return twice;
    }
  }

  async removeRows(batchId: string): Promise<void> {
    await this.#rows.deleteMany({ batchId }, options);
  }

  async rows(batchId: string, { limit, after = 0, status }: RowPage): Promise<BatchRow[]> {
    const wanted = typeof status === 'string' ? { status } : status && { status: { $in: [...status] } };
    const found = await this.#rows
      .find({ batchId, row: { $gt: after }, ...wanted })
      .sort({ row: 1 })
      .limit(limit)
      // In one answer, if it fits: the first one would else have 101.
      .batchSize(limit + 1)
      .toArray();
    return found.map(({ _id, orgId: _orgId, createdAt: _createdAt, ...row }) => row);
  }

  async setRow(batchId: string, row: number, changes: Partial<BatchRow>): Promise<void> {
    await this.#rows.updateOne({ _id: rowId(batchId, row) }, { $set: changes }, options);
  }

  async setRows(changes: readonly { batchId: string; row: number; status: RowStatus }[]): Promise<void> {
    if (changes.length === 0) return;
    await this.#rows.bulkWrite(
      changes.map(({ batchId, row, status }) => ({
        updateOne: { filter: { _id: rowId(batchId, row) }, update: { $set: { status } } },
      })),
      { ...options, ordered: false },
    );
  }

  async moveRows(batchId: string, from: readonly RowStatus[], to: RowStatus): Promise<void> {
    await this.#rows.updateMany({ batchId, status: { $in: [...from] } }, { $set: { status: to } }, options);
  }

  async count(batchId: string): Promise<BatchCounts> {
    const found = await this.#rows
      .aggregate<{ _id: RowStatus; count: number }>([
        { $match: { batchId } },
        { $group: { _id: '$status', count: { $sum: 1 } } },
      ])
      .toArray();
    return { ...noCounts, ...Object.fromEntries(found.map(({ _id, count }) => [_id, count])) };
  }

  async statusOf(executionIds: readonly string[]): Promise<Map<string, ExecutionStatus>> {
    const found = await this.#executions
      .find({ _id: { $in: [...executionIds] } }, { projection: { status: 1 } })
      .toArray();
    return new Map(found.map(({ _id, status }) => [_id, status]));
  }
}

function asDuplicate(row: BatchRow): BatchRow {
  const message = `has the same key as an earlier row: ${row.rowKey ?? ''}`;
  return { ...row, rowKey: null, status: 'DUPLICATE', errors: [{ path: 'row_key', message }] };
}

function isBulkDuplicate(error: unknown): error is { writeErrors: { index: number; code: number }[] } {
  const { writeErrors } = error as { writeErrors?: unknown };
  const all: unknown[] = Array.isArray(writeErrors) ? writeErrors : [];
  return all.length > 0 && all.every((one) => (one as { code?: unknown }).code === 11_000);
}
