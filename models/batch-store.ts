import type mongoose from 'mongoose';
import type { Batch, BatchPlace } from '../src/domain/batch.ts';
import { type BatchDocument, type BatchLease, batchModel, dueFilter } from './batch.ts';
import { type BatchRows, MongoBatchRows } from './batch-rows.ts';
import { type Database, durable, nativeCollection } from './database.ts';
import { isDuplicateKey } from './is-duplicate-key.ts';

/** The right to work on a batch, by what fences it, until `until` unless it is renewed. */
export interface HeldBatch {
  batch: Pick<Batch, 'id' | 'status'>;
  token: string;
  until: Date;
}

/** A batch that this process works on. */
export interface BatchClaim extends HeldBatch {
  batch: Batch;
  toldAt: Date | null;
  told: string;
  followedTo: number;
  /** How often its file could not be read. */
  attempts: number;
  /** True when whoever had it before did not give it back: its counts may be behind. */
  isTakeover: boolean;
  /** What was told of it may have arrived, although that is not noted. */
  maybeSent: boolean;
}

/** A batch that somebody may claim. */
export interface DueBatch {
  orgId: string;
  batchId: string;
}

/** What a turn has changed. */
export interface BatchProgress {
  /** Null: it needs nothing more. */
  dueAt: Date | null;
  changes?: Partial<Omit<Batch, 'id' | 'orgId' | 'workflowId' | 'place'>>;
  toldAt?: Date;
  told?: string;
  place?: BatchPlace;
  maybeSent?: boolean;
  followedTo?: number;
  attempts?: number;
}

/** Batches and their rows in MongoDB. A batch is worked on by one process at a time. */
export interface BatchStore extends BatchRows {
  /** @param lease who has it from the start @returns false when it is there already */
  insert(batch: Batch, dueAt: Date | null, lease?: BatchLease): Promise<boolean>;
  /**
   * The right to read the rows of a batch anew that nobody has: one whose check was cut off, or came to nothing.
   *
   * @returns false when somebody is at it, or it was checked meanwhile
   */
  checkAnew(fresh: Batch, now: Date, lease: BatchLease): Promise<boolean>;
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
  /**
   * Of each org that has any, the batch that was due first and that nobody has: of those whose file is to be read, or
   * of the others, which are to be worked off or told of.
   */
  listDue(now: Date, which: 'checks' | 'work'): Promise<DueBatch[]>;
  /** @returns null when it is not due any more, or somebody has it */
  claim(batchId: string, now: Date, lease: BatchLease): Promise<BatchClaim | null>;
  /** @returns false when somebody else has it by now, or has moved it to another state */
  renew(claim: HeldBatch, until: Date): Promise<boolean>;
  /** @returns false when it was moved meanwhile: then that stands, and its rows follow; or when somebody else has it */
  release(claim: HeldBatch, progress: BatchProgress): Promise<boolean>;
}

const options = { writeConcern: durable } as const;

export function createBatchStore(database: Database): BatchStore {
  return new MongoBatchStore(database);
}

class MongoBatchStore extends MongoBatchRows implements BatchStore {
  readonly #batches: mongoose.mongo.Collection<BatchDocument>;

  constructor(database: Database) {
    super(database);
    this.#batches = nativeCollection(database, batchModel(database).collection.name);
  }

  async insert(
    { id, ...fields }: Batch,
    dueAt: Date | null,
    lease: BatchLease | null = null,
  ): Promise<boolean> {
    const fresh = { lease, toldAt: null, told: '', followedTo: 0 };
    try {
      await this.#batches.insertOne({ _id: id, ...fields, dueAt, ...fresh }, options);
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  async checkAnew({ id, ...fields }: Batch, now: Date, lease: BatchLease): Promise<boolean> {
    const { matchedCount } = await this.#batches.updateOne(
      { _id: id, status: { $in: ['CHECKING', 'FAILED'] }, ...isFree(now) },
      { $set: { ...fields, dueAt: lease.until, lease } },
      options,
    );
    return matchedCount === 1;
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

  async listDue(now: Date, which: 'checks' | 'work'): Promise<DueBatch[]> {
    const status = which === 'checks' ? 'CHECKING' : { $ne: 'CHECKING' };
    return this.#batches
      .aggregate<DueBatch>([
        { $match: { dueAt: { ...dueFilter, $lte: now }, status, ...isFree(now) } },
        { $sort: { dueAt: 1, _id: 1 } },
        { $group: { _id: '$orgId', batchId: { $first: '$_id' } } },
        { $project: { _id: 0, orgId: '$_id', batchId: 1 } },
      ])
      .toArray();
  }

  async claim(batchId: string, now: Date, newLease: BatchLease): Promise<BatchClaim | null> {
    const document = await this.#batches.findOneAndUpdate(
      { _id: batchId, dueAt: { ...dueFilter, $lte: now }, ...isFree(now) },
      { $set: { dueAt: newLease.until, lease: newLease } },
      { ...options, returnDocument: 'before' },
    );
    const batch = toBatch(document);
    if (document === null || batch === null) return null;
    const { toldAt, told, followedTo, attempts = 0, lease } = document;
    const isTakeover = lease !== null;
    const maybeSent = isTakeover || document.maybeSent === true;
    return { batch, ...newLease, toldAt, told, followedTo, attempts, isTakeover, maybeSent };
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
    // Of a file that was not read to its end there are no rows.
    if (status === 'CHECKING') await this.removeRows(id);
    else if (moved.status === 'CANCELLED') await this.moveRows(id, ['VALID'], 'SKIPPED');
    await this.#batches.updateOne({ _id: id }, { $set: { counts: await this.count(id) } }, options);
    return false;
  }
}

/** That nobody works on it. */
function isFree(now: Date): object {
  return { $or: [{ lease: null }, { 'lease.until': { $lte: now } }] };
}

function toBatch(document: BatchDocument | null): Batch | null {
  if (document === null) return null;
  const { _id, dueAt: _dueAt, lease: _lease, toldAt: _toldAt, told: _told, ...rest } = document;
  const { followedTo: _followedTo, attempts: _attempts, maybeSent: _maybeSent, ...batch } = rest;
  return { id: _id, ...batch };
}
