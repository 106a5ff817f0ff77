import type mongoose from 'mongoose';
import {
  type Batch,
  type BatchCounts,
  type BatchPlace,
  type BatchRow,
  noCounts,
  type RowStatus,
} from '../src/domain/batch.ts';
import type { ExecutionStatus } from '../src/domain/execution.ts';
import {
  type BatchDocument,
  batchModel,
  batchRowModel,
  dueFilter,
  type RowDocument,
  rowId,
} from './batch.ts';
import { type Database, durable, nativeCollection } from './database.ts';
import { isDuplicateKey } from './is-duplicate-key.ts';

/** A batch that this process works on, until `until`. */
export interface BatchClaim {
  batch: Batch;
  token: string;
  toldAt: Date | null;
  told: string;
  hasResult: boolean;
  followedTo: number;
  /** How often its file could not be read. */
  attempts: number;
  /** True when whoever had it before did not give it back: its counts may be behind. */
  isTakeover: boolean;
}

/** A claim, by what fences it. */
export interface HeldBatch {
  batch: Pick<Batch, 'id' | 'status'>;
  token: string;
}

/** What a turn has changed. */
export interface BatchProgress {
  /** Null: it needs nothing more. */
  dueAt: Date | null;
  changes?: Partial<Pick<Batch, 'status' | 'reason' | 'endedAt' | 'startedAt' | 'counts'>>;
  toldAt?: Date;
  told?: string;
  place?: BatchPlace;
  hasResult?: boolean;
  followedTo?: number;
  attempts?: number;
}

export interface RowPage {
  limit: number;
  /** After this row. */
  after?: number;
  status?: RowStatus;
}

/** Batches and their rows in MongoDB. Rows are written many at a time; a batch is worked on by one process at a time. */
export interface BatchStore {
  /** @returns false when it is there already */
  insert(batch: Batch, dueAt: Date | null): Promise<boolean>;
  find(orgId: string, batchId: string): Promise<Batch | null>;
  /** Newest first. */
  list(orgId: string, workflowId: string, page: { limit: number; before?: string }): Promise<Batch[]>;
  /** Only from one of these states; without `dueAt`, it stays due as it was. @returns null when it is in another, or gone */
  move(
    batchId: string,
    from: readonly Batch['status'][],
    changes: Partial<Batch>,
    dueAt?: Date | null,
  ): Promise<Batch | null>;
  /** @returns the rows whose key an earlier row of the batch has; they are kept as such */
  addRows(rows: readonly BatchRow[], made: { orgId: string; at: Date }): Promise<BatchRow[]>;
  removeRows(batchId: string): Promise<void>;
  rows(batchId: string, page: RowPage): Promise<BatchRow[]>;
  setRow(batchId: string, row: number, changes: Partial<BatchRow>): Promise<void>;
  setRows(changes: readonly { batchId: string; row: number; status: RowStatus }[]): Promise<void>;
  /** All rows in one state become another. */
  moveRows(batchId: string, from: readonly RowStatus[], to: RowStatus): Promise<void>;
  count(batchId: string): Promise<BatchCounts>;
  /** One that is due and that nobody has: to be checked or worked off, or in any other state to be told of. */
  claim(now: Date, token: string, until: Date): Promise<BatchClaim | null>;
  /** @returns false when somebody else has it by now, or has moved it to another state */
  renew(claim: HeldBatch, until: Date): Promise<boolean>;
  /** @returns false when it was moved meanwhile: then that stands, and the rows are counted anew */
  release(claim: HeldBatch, progress: BatchProgress): Promise<boolean>;
  /** What became of these tasks, of those that are kept. */
  statusOf(executionIds: readonly string[]): Promise<Map<string, ExecutionStatus>>;
}

const options = { writeConcern: durable } as const;

export function createBatchStore(database: Database): BatchStore {
  return new MongoBatchStore(database);
}

class MongoBatchStore implements BatchStore {
  readonly #batches: mongoose.mongo.Collection<BatchDocument>;
  readonly #rows: mongoose.mongo.Collection<RowDocument>;
  readonly #executions: mongoose.mongo.Collection<{ _id: string; status: ExecutionStatus }>;

  constructor(database: Database) {
    this.#batches = nativeCollection(database, batchModel(database).collection.name);
    this.#rows = nativeCollection(database, batchRowModel(database).collection.name);
    this.#executions = nativeCollection(database, 'executions');
  }

  async insert({ id, ...fields }: Batch, dueAt: Date | null): Promise<boolean> {
    const fresh = { lease: null, toldAt: null, told: '', hasResult: false, followedTo: 0 };
    try {
      await this.#batches.insertOne({ _id: id, ...fields, dueAt, ...fresh }, options);
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  async find(orgId: string, batchId: string): Promise<Batch | null> {
    return toBatch(await this.#batches.findOne({ _id: batchId, orgId }));
  }

  async list(
    orgId: string,
    workflowId: string,
    { limit, before }: { limit: number; before?: string },
  ): Promise<Batch[]> {
    const older = before === undefined ? {} : { _id: { $lt: before } };
    const found = await this.#batches
      .find({ orgId, workflowId, ...older })
      .sort({ _id: -1 })
      .limit(limit)
      .toArray();
    return found.flatMap((document) => toBatch(document) ?? []);
  }

  async move(
    batchId: string,
    from: readonly Batch['status'][],
    changes: Partial<Batch>,
    dueAt?: Date | null,
  ): Promise<Batch | null> {
    const { id: _id, ...fields } = changes;
    const document = await this.#batches.findOneAndUpdate(
      { _id: batchId, status: { $in: [...from] } },
      { $set: { ...fields, ...(dueAt === undefined ? {} : { dueAt }), updatedAt: new Date() } },
      { ...options, returnDocument: 'after' },
    );
    return toBatch(document);
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
    const found = await this.#rows
      .find({ batchId, row: { $gt: after }, ...(status === undefined ? {} : { status }) })
      .sort({ row: 1 })
      .limit(limit)
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

  async claim(now: Date, token: string, until: Date): Promise<BatchClaim | null> {
    const document = await this.#batches.findOneAndUpdate(
      {
        dueAt: { ...dueFilter, $lte: now },
        $or: [{ lease: null }, { 'lease.until': { $lte: now } }],
      },
      { $set: { dueAt: until, lease: { token, until } } },
      { ...options, sort: { dueAt: 1 }, returnDocument: 'before' },
    );
    const batch = toBatch(document);
    if (document === null || batch === null) return null;
    const { toldAt, told, hasResult, followedTo, attempts = 0, lease } = document;
    return { batch, token, toldAt, told, hasResult, followedTo, attempts, isTakeover: lease !== null };
  }

  async renew({ batch: { id, status }, token }: HeldBatch, until: Date): Promise<boolean> {
    const { matchedCount } = await this.#batches.updateOne(
      { _id: id, 'lease.token': token, status },
      { $set: { dueAt: until, 'lease.until': until } },
      options,
    );
    return matchedCount === 1;
  }

  async release(
    { batch: { id, status }, token }: HeldBatch,
    { dueAt, changes = {}, ...rest }: BatchProgress,
  ): Promise<boolean> {
    const { matchedCount } = await this.#batches.updateOne(
      { _id: id, 'lease.token': token, status },
      { $set: { ...changes, ...rest, dueAt, lease: null, updatedAt: new Date() } },
      options,
    );
    if (matchedCount === 1) return true;
    const { place } = rest;
    const moved = await this.#batches.findOneAndUpdate(
      { _id: id, 'lease.token': token },
      { $set: { ...(place === undefined ? {} : { place }), lease: null, updatedAt: new Date() } },
      options,
    );
    if (moved === null) return false;
    if (moved.status === 'CANCELLED') await this.moveRows(id, ['VALID'], 'SKIPPED');
    await this.#batches.updateOne({ _id: id }, { $set: { counts: await this.count(id) } }, options);
    return false;
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

function toBatch(document: BatchDocument | null): Batch | null {
  if (document === null) return null;
  const { _id, dueAt: _dueAt, lease: _lease, toldAt: _toldAt, told: _told, ...rest } = document;
  const { hasResult: _hasResult, followedTo: _followedTo, ...batch } = rest;
  return { id: _id, ...batch };
}
