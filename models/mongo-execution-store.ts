import mongoose from 'mongoose';
import type { ExecutionRecord, Lease } from '../src/domain/execution-record.ts';
import type { Commit, ExecutionStore, Inserted, Settlement } from '../src/domain/execution-store.ts';
import type { ExecutionState } from '../src/domain/execution.ts';
import { type Database, durable, nativeCollection } from './database.ts';
import { type ExecutionDocument, dueFilter, dueIndex, fromDocument, toDocument } from './execution.ts';

const duplicateKey = 11_000;

/** Executions in MongoDB, through the native driver: this is the hot path. */
export function createMongoExecutionStore(database: Database): ExecutionStore {
  const collection = nativeCollection<ExecutionDocument>(database, 'executions');

  async function load(executionId: string): Promise<ExecutionRecord | null> {
    const document = await collection.findOne({ _id: executionId });
    return document === null ? null : fromDocument(document);
  }

  async function insert(record: ExecutionRecord): Promise<Inserted> {
    try {
      await collection.insertOne(toDocument(record), { writeConcern: durable });
      return { inserted: true };
    } catch (error) {
      if (!(error instanceof mongoose.mongo.MongoServerError) || error.code !== duplicateKey) throw error;
      const { orgId } = record.state;
      const existing = await collection.findOne({ orgId, startKey: record.delivery.startKey });
      if (existing === null) throw error;
      return { inserted: false, existing: fromDocument(existing) };
    }
  }

  async function commit(change: Commit): Promise<ExecutionRecord | null> {
    const { before, state } = change;
    const { lease } = before.delivery;
    const keepsLease = change.lease === lease;
    // Only the holder takes from the outbox, so what the holder knows of it need not be read back.
    const isOwn = change.lease.holder === lease.holder && !keepsLease;
    const document = await collection.findOneAndUpdate(
      {
        _id: state.id,
        v: before.state.v,
        'lease.holder': lease.holder,
        // A lease that somebody else keeps must still be held, or nobody would do the effects in time.
        ...(keepsLease ? { 'lease.until': lease.until } : {}),
      },
      {
        $set: {
          ...changedFields(before.state, state),
          dueAt: change.dueAt,
          ...(keepsLease ? {} : { lease: change.lease }),
        },
        ...pushes(change),
      },
      {
        returnDocument: 'after',
        writeConcern: durable,
        ...(isOwn ? { projection: { _id: 1 } } : {}),
      },
    );
    if (document === null) return null;
    return isOwn ? applied(change) : fromDocument(document);
  }

  async function claimDue(now: Date, lease: Lease): Promise<ExecutionRecord | null> {
    const document = await collection.findOneAndUpdate(
      { dueAt: { ...dueFilter, $lte: now } },
      { $set: { lease, dueAt: lease.until } },
      { sort: dueIndex, hint: dueIndex, returnDocument: 'before', writeConcern: durable },
    );
    return document === null ? null : fromDocument(document);
  }

  async function settle(settlement: Settlement): Promise<boolean> {
    const messages = Object.entries(settlement.newMessages).map(
      ([key, ref]) => [`messages.${key}`, ref] as const,
    );
    const result = await collection.updateOne(
      { _id: settlement.executionId, v: settlement.v, 'lease.holder': settlement.holder },
      {
        $set: {
          outbox: { events: settlement.events, effects: settlement.effects },
          lease: settlement.lease,
          dueAt: settlement.dueAt,
          ...Object.fromEntries(messages),
        },
        ...(settlement.newDead.length === 0 ? {} : { $push: { dead: { $each: settlement.newDead } } }),
      },
      { writeConcern: durable },
    );
    return result.matchedCount === 1;
  }

  return { insert, load, commit, claimDue, settle };
}

/** The record as the commit has left it, when nobody else can have touched its delivery part. */
function applied({ before, state, events, effects, lease, dueAt }: Commit): ExecutionRecord {
  const { outbox } = before.delivery;
  return {
    state,
    delivery: {
      ...before.delivery,
      outbox: { events: [...outbox.events, ...events], effects: [...outbox.effects, ...effects] },
      lease,
      dueAt,
    },
  };
}

/** Only what differs is written: unchanged parts are the same objects, and the stack is compared entry by entry. */
function changedFields(before: ExecutionState, after: ExecutionState): Record<string, unknown> {
  const { id: _id, stack, ...fields } = after;
  const changed: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields)) {
    if (value !== before[key as keyof ExecutionState]) changed[key] = value;
  }
  for (const [index, entry] of stack.entries()) {
    if (entry !== before.stack[index]) changed[`stack.${index}`] = entry;
  }
  return changed;
}

function pushes(change: Commit): Record<string, unknown> {
  const push: Record<string, unknown> = {};
  if (change.events.length > 0) push['outbox.events'] = { $each: change.events };
  if (change.effects.length > 0) push['outbox.effects'] = { $each: change.effects };
  return Object.keys(push).length === 0 ? {} : { $push: push };
}
