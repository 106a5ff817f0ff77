import mongoose from 'mongoose';
import { overdueSince } from '../src/domain/due.ts';
import type { ExecutionRecord, Lease } from '../src/domain/execution-record.ts';
import type { Commit, ExecutionStore, Inserted, Settlement } from '../src/domain/execution-store.ts';
import type { ExecutionState } from '../src/domain/execution.ts';
import { AppError } from '../src/errors.ts';
import { type Database, durable, nativeCollection } from './database.ts';
import { type ExecutionDocument, dueFilter, dueIndex, fromDocument, toDocument } from './execution.ts';
import { GroupedWrites } from './grouped-writes.ts';
import { isDuplicateKey } from './is-duplicate-key.ts';

type Changes = mongoose.mongo.UpdateFilter<ExecutionDocument>;
type Filter = mongoose.mongo.Filter<ExecutionDocument>;

/** Executions in MongoDB, through the native driver: this is the hot path. */
export class MongoExecutionStore implements ExecutionStore {
  readonly #collection: mongoose.mongo.Collection<ExecutionDocument>;
  readonly #writes: GroupedWrites<ExecutionDocument>;
  /** By themselves: whoever clicks does not wait for them. */
  readonly #settlements: GroupedWrites<ExecutionDocument>;
  /** Empty, or the condition that an execution belongs to an org whose work this process may do. */
  readonly #served: Filter;

  /** @param servedOrgIds whose due executions may be claimed; all orgs' when it is left out */
  constructor(database: Database, servedOrgIds?: readonly string[]) {
    this.#collection = nativeCollection<ExecutionDocument>(database, 'executions');
    this.#writes = new GroupedWrites(database.getClient());
    this.#settlements = new GroupedWrites(database.getClient());
    this.#served = servedOrgIds === undefined ? {} : { orgId: { $in: [...servedOrgIds] } };
  }

  async load(executionId: string): Promise<ExecutionRecord | null> {
    const document = await this.#collection.findOne({ _id: executionId });
    return document === null ? null : fromDocument(document);
  }

  async findStarted(orgId: string, startKey: string): Promise<ExecutionRecord | null> {
    const document = await this.#collection.findOne({ orgId, startKey });
    return document === null ? null : fromDocument(document);
  }

  async insert(record: ExecutionRecord): Promise<Inserted> {
    try {
      await orTooLarge(() => this.#insert(toDocument(record)));
      return { inserted: true };
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      const { orgId } = record.state;
      const { startKey } = record.delivery;
      // Without a key it is the id that is taken; a look-up by null would find somebody else's.
      const existing = startKey === null ? null : await this.findStarted(orgId, startKey);
      if (existing === null) throw error;
      return { inserted: false, existing };
    }
  }

  async commit(commit: Commit): Promise<ExecutionRecord | null> {
    const { before, state, dueAt } = commit;
    const { lease } = before.delivery;
    const keepsLease = commit.lease === lease;
    // Only the holder takes from the outbox, so what the holder knows of it need not be read back.
    const isOwn = commit.lease.holder === lease.holder && !keepsLease;
    const filter: Filter = { _id: state.id, v: before.state.v, 'lease.holder': lease.holder };
    // A lease that somebody else keeps must still be held, or nobody would do the effects in time.
    if (keepsLease) filter['lease.until'] = lease.until;
    const set = {
      ...changedFields(before.state, state),
      dueAt,
      ...(keepsLease ? {} : { lease: commit.lease }),
    };
    const update = { $set: set, ...pushes(commit) } as Changes;
    if (isOwn) return (await orTooLarge(() => this.#update(filter, update))) ? applied(commit) : null;
    const document = await orTooLarge(() =>
      this.#collection.findOneAndUpdate(filter, update, { returnDocument: 'after', writeConcern: durable }),
    );
    return document === null ? null : fromDocument(document);
  }

  async claimDue(now: Date, lease: Lease): Promise<ExecutionRecord | null> {
    const document = await this.#collection.findOneAndUpdate(
      { dueAt: { ...dueFilter, $lte: now }, ...this.#served },
      { $set: { lease, dueAt: lease.until } },
      { sort: dueIndex, hint: dueIndex, returnDocument: 'before', writeConcern: durable },
    );
    return document === null ? null : fromDocument(document);
  }

  async claimIfDue(executionId: string, now: Date, lease: Lease): Promise<ExecutionRecord | null> {
    const document = await this.#collection.findOneAndUpdate(
      { _id: executionId, dueAt: { ...dueFilter, $lte: now }, ...this.#served },
      { $set: { lease, dueAt: lease.until } },
      { hint: { _id: 1 }, returnDocument: 'before', writeConcern: durable },
    );
    return document === null ? null : fromDocument(document);
  }

  async listDueByOrg(now: Date, maxPerOrg: number): Promise<string[][]> {
    const orgs = await this.#collection
      .aggregate<{ ids: string[] }>(
        [
          { $match: { dueAt: { ...dueFilter, $lte: now }, ...this.#served } },
          { $sort: dueIndex },
          { $group: { _id: '$orgId', ids: { $firstN: { n: maxPerOrg, input: '$_id' } } } },
        ],
        { hint: dueIndex },
      )
      .toArray();
    return orgs.map(({ ids }) => ids);
  }

  async settle(settlement: Settlement): Promise<boolean> {
    const [isSettled] = await this.settleAll([settlement]);
    return isSettled === true;
  }

  async settleAll(settlements: readonly Settlement[]): Promise<boolean[]> {
    const { namespace } = this.#collection;
    const writes = settlements.map((settlement) => {
      const { filter, update } = settleUpdate(settlement);
      return {
        model: { name: 'updateOne', namespace, filter, update } as const,
        alone: async () =>
          (await this.#collection.updateOne(filter, update, { writeConcern: durable })).matchedCount === 1,
      };
    });
    return this.#settlements.runAll(writes);
  }

  #insert(document: ExecutionDocument): Promise<boolean> {
    const { namespace } = this.#collection;
    return this.#writes.run({
      model: { name: 'insertOne', namespace, document },
      alone: async () => (await this.#collection.insertOne(document, { writeConcern: durable })).acknowledged,
    });
  }

  /** @returns false when no execution fits the filter */
  #update(filter: Filter, update: Changes): Promise<boolean> {
    const { namespace } = this.#collection;
    const options = { writeConcern: durable, projection: { _id: 1 } } as const;
    return this.#writes.run({
      model: { name: 'updateOne', namespace, filter, update },
      alone: async () => (await this.#collection.findOneAndUpdate(filter, update, options)) !== null,
    });
  }
}

/** What MongoDB and its driver say when a document passes 16 MB. */
const tooLargeCodes = new Set<unknown>([10_334, 17_419, 17_420]);

async function orTooLarge<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const isTooLarge = error instanceof mongoose.mongo.MongoServerError && tooLargeCodes.has(error.code);
    if (!isTooLarge) throw error;
    throw new AppError(
      'task-too-large',
      422,
      'This task has grown too large to be stored. Send less, or cancel it.',
      { cause: error },
    );
  }
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
  // Also where it stays as it was: an earlier version of Baton beside this one neither sets nor clears it.
  changed['overdueSince'] = overdueSince(after);
  return changed;
}

function pushes(commit: Commit): Record<string, unknown> {
  const push: Record<string, unknown> = {};
  if (commit.events.length > 0) push['outbox.events'] = { $each: commit.events };
  if (commit.effects.length > 0) push['outbox.effects'] = { $each: commit.effects };
  return Object.keys(push).length === 0 ? {} : { $push: push };
}

function settleUpdate(settlement: Settlement): { filter: Filter; update: Changes } {
  const { executionId, v, holder, settleCount, events, effects, newMessages, newDead, lease, dueAt } =
    settlement;
  const messages = Object.entries(newMessages).map(([key, ref]) => [`messages.${key}`, ref]);
  const set = {
    outbox: { events, effects },
    lease,
    dueAt,
    settleCount: settleCount + 1,
    ...Object.fromEntries(messages),
  };
  // Documents from before there was a count have none.
  const counted = settleCount === 0 ? { $not: { $gt: 0 } } : settleCount;
  return {
    filter: { _id: executionId, v, 'lease.holder': holder, settleCount: counted },
    update: {
      $set: set,
      ...(newDead.length === 0 ? {} : { $push: { dead: { $each: newDead } } }),
    } as Changes,
  };
}
