import { type Model, Schema } from 'mongoose';
import { type Database, durable, nativeCollection } from './database.ts';
import { isDuplicateKey } from './is-duplicate-key.ts';

/** The first answer to a request, to be given again. */
export interface StoredAnswer {
  status: number;
  headers: Record<string, string>;
  /** Null for an answer that held a secret: it is not kept. */
  body: string | null;
}

/** The right to do what a request asks for. */
export interface IdempotencyClaim {
  /** What the request makes gets this id, in every attempt. */
  objectId: string;
  /** True when an earlier attempt was cut off: nobody knows how far it came. */
  isRepeat: boolean;
  /** What the first attempt saw right before it acted; null when it did not come that far. */
  pin: number | null;
}

export type IdempotencyResult =
  | { kind: 'claimed'; claim: IdempotencyClaim }
  | { kind: 'answered'; answer: StoredAnswer }
  /** Somebody is at it. */
  | { kind: 'busy' }
  /** The key was sent before with another body. */
  | { kind: 'other-body' };

/** Requests that carry an `Idempotency-Key`, for a day. */
export interface IdempotencyStore {
  /** Takes the right to do it, durably, before anything is done. @param newId for what it may make */
  claim(request: {
    id: string;
    bodyHash: string;
    holder: string;
    newId: string;
    now: Date;
  }): Promise<IdempotencyResult>;
  pin(id: string, holder: string, pin: number): Promise<void>;
  finish(id: string, holder: string, answer: StoredAnswer): Promise<void>;
  /** Nothing was done: the key is as if it had never been sent. */
  forget(id: string, holder: string): Promise<void>;
  /** It is not known what was done: the next attempt is a repetition. */
  release(id: string, holder: string): Promise<void>;
}

interface IdempotencyDocument {
  _id: string;
  bodyHash: string;
  holder: string;
  lockedUntil: Date;
  objectId: string;
  pin: number | null;
  answer: StoredAnswer | null;
  createdAt: Date;
}

const keptSec = 86_400;
/** Longer than any request takes; whoever holds a key after this time has died. */
const lockMs = 120_000;
const collectionName = 'idempotency';

const idempotencySchema = new Schema<IdempotencyDocument>(
  {
    _id: { type: String, required: true },
    createdAt: { type: Date, required: true },
  },
  { collection: collectionName, strict: false, versionKey: false },
);
idempotencySchema.index({ createdAt: 1 }, { expireAfterSeconds: keptSec });

export function idempotencyModel(database: Database): Model<IdempotencyDocument> {
  return (
    database.models['Idempotency'] ?? database.model<IdempotencyDocument>('Idempotency', idempotencySchema)
  );
}

/** The requests in MongoDB; removed by the database a day after they came. */
export function createIdempotencyStore(database: Database): IdempotencyStore {
  const collection = nativeCollection<IdempotencyDocument>(database, collectionName);
  const options = { writeConcern: durable } as const;

  return {
    async claim({ id, bodyHash, holder, newId, now }) {
      const lockedUntil = new Date(now.getTime() + lockMs);
      const fresh = {
        bodyHash,
        holder,
        lockedUntil,
        objectId: newId,
        pin: null,
        answer: null,
        createdAt: now,
      };
      for (;;) {
        try {
          await collection.insertOne({ _id: id, ...fresh }, options);
          return { kind: 'claimed', claim: { objectId: newId, isRepeat: false, pin: null } };
        } catch (error) {
          if (!isDuplicateKey(error)) throw error;
        }
        const taken = await collection.findOneAndUpdate(
          { _id: id, bodyHash, answer: null, lockedUntil: { $lte: now } },
          { $set: { holder, lockedUntil } },
          { ...options, returnDocument: 'after' },
        );
        if (taken !== null) {
          return { kind: 'claimed', claim: { objectId: taken.objectId, isRepeat: true, pin: taken.pin } };
        }
        const existing = await collection.findOne({ _id: id });
        // Else it was forgotten in between, and can be had.
        if (existing === null) continue;
        if (existing.bodyHash !== bodyHash) return { kind: 'other-body' };
        return existing.answer === null ? { kind: 'busy' } : { kind: 'answered', answer: existing.answer };
      }
    },
    async pin(id, holder, pin) {
      await collection.updateOne({ _id: id, holder }, { $set: { pin } }, options);
    },
    async finish(id, holder, answer) {
      await collection.updateOne({ _id: id, holder }, { $set: { answer } }, options);
    },
    async forget(id, holder) {
      await collection.deleteOne({ _id: id, holder, answer: null }, options);
    },
    async release(id, holder) {
      await collection.updateOne({ _id: id, holder }, { $set: { lockedUntil: new Date(0) } }, options);
    },
  };
}
