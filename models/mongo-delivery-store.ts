import type mongoose from 'mongoose';
import {
  type Delivery,
  type DeliveryAttempt,
  type DeliveryQuery,
  type LaneClaim,
  maxAttemptsKept,
} from '../src/domain/delivery.ts';
import type { DeliveryOutcome, DeliveryStore, NewDelivery } from '../src/domain/delivery-store.ts';
import { type Database, durable, nativeCollection } from './database.ts';
import {
  type DeliveryDocument,
  type DeliveryLaneDocument,
  laneDueIndex,
  pendingIndex,
} from './event-delivery.ts';
import { type LaneHold, LaneTable, againIfTaken } from './lane-table.ts';

const dayMs = 86_400_000;
/** How long it can be seen what became of an event. */
const deliveredKeptMs = 30 * dayMs;
const deadKeptMs = 90 * dayMs;

/** Deliveries and their lanes in MongoDB. */
export class MongoDeliveryStore implements DeliveryStore {
  readonly #deliveries: mongoose.mongo.Collection<DeliveryDocument>;
  readonly #lanes: mongoose.mongo.Collection<DeliveryLaneDocument>;
  readonly #claims: LaneTable;

  constructor(database: Database) {
    this.#deliveries = nativeCollection<DeliveryDocument>(database, 'event_deliveries');
    this.#lanes = nativeCollection<DeliveryLaneDocument>(database, 'delivery_lanes');
    this.#claims = new LaneTable(database, 'delivery_lanes');
  }

  /** The deliveries first: whoever looks at a lane must find in it what it was woken for. */
  async add(deliveries: readonly NewDelivery[], now: Date): Promise<void> {
    if (deliveries.length === 0) return;
    const upserts = deliveries.map((delivery) => {
      const { _id, ...fields } = newDocument(delivery, now);
      return { updateOne: { filter: { _id }, update: { $setOnInsert: fields }, upsert: true } };
    });
    // In order, so that nobody can see a later event of a lane before an earlier one.
    await againIfTaken(() => this.#deliveries.bulkWrite(upserts, { ordered: true, writeConcern: durable }));
    const lanes = deliveries.map(({ lane }) => ({ ...lane }));
    await this.#claims.offer(lanes, now);
  }

  async listDuePlugins(now: Date): Promise<string[]> {
    const plugins = await this.#lanes
      .aggregate<{ _id: string; dueAt: Date }>([
        { $sort: laneDueIndex },
        { $group: { _id: '$pluginId', dueAt: { $first: '$dueAt' } } },
      ])
      .toArray();
    return plugins.filter(({ dueAt }) => dueAt <= now).map(({ _id }) => _id);
  }

  async claimDue(pluginId: string, now: Date, until: Date): Promise<LaneClaim | null> {
    const claimed = await this.#claims.claimDue({ pluginId }, { now, until, index: laneDueIndex });
    return claimed === null ? null : toClaim(claimed as DeliveryLaneDocument);
  }

  async renew(claim: LaneClaim, until: Date): Promise<LaneClaim | null> {
    const renewed = await this.#claims.renew(holdOf(claim), until);
    return renewed === null ? null : toClaim(renewed as DeliveryLaneDocument);
  }

  async begin(claim: LaneClaim): Promise<Delivery | null | 'lost'> {
    const document = await this.#deliveries.findOneAndUpdate(
      { laneId: claim.lane.id, state: 'PENDING' },
      { $max: { fence: claim.fence } },
      { sort: { _id: 1 }, hint: pendingIndex, returnDocument: 'after', writeConcern: durable },
    );
    if (document === null) return null;
    return document.fence === claim.fence ? toDelivery(document) : 'lost';
  }

  async record(
    delivery: Delivery,
    fence: number,
    attempt: DeliveryAttempt | null,
    outcome: DeliveryOutcome,
    now: Date,
  ): Promise<boolean> {
    const changes: mongoose.mongo.UpdateFilter<DeliveryDocument> = {
      $set: changesOf(delivery, outcome, now),
    };
    if (attempt !== null) changes.$push = { attempts: { $each: [attempt], $slice: -maxAttemptsKept } };
    const filter = { _id: delivery.key, fence, state: 'PENDING' as const };
    const result = await this.#deliveries.updateOne(filter, changes, { writeConcern: durable });
    return result.matchedCount === 1;
  }

  release(claim: LaneClaim, dueAt: Date | null): Promise<boolean> {
    return this.#claims.release(holdOf(claim), dueAt);
  }

  async bury(claim: LaneClaim, error: string, now: Date): Promise<number> {
    const attempt = { at: now, status: null, error, durationMs: 0, excerpt: null };
    const result = await this.#deliveries.updateMany(
      { laneId: claim.lane.id, state: 'PENDING', fence: { $lte: claim.fence } },
      {
        $set: { state: 'DEAD', nextAttemptAt: null, expireAt: later(now, deadKeptMs) },
        $push: { attempts: { $each: [attempt], $slice: -maxAttemptsKept } },
      },
      { writeConcern: durable },
    );
    return result.modifiedCount;
  }

  async list({ handlerId, state, before, limit }: DeliveryQuery): Promise<Delivery[]> {
    const filter: mongoose.mongo.Filter<DeliveryDocument> = { handlerId };
    if (state !== undefined) filter.state = state;
    if (before !== undefined) filter.deliveryId = { $lt: before };
    const documents = await this.#deliveries.find(filter).sort({ deliveryId: -1 }).limit(limit).toArray();
    return documents.map(toDelivery);
  }

  async find(handlerId: string, deliveryId: string): Promise<Delivery | null> {
    const document = await this.#deliveries.findOne({ handlerId, deliveryId });
    return document === null ? null : toDelivery(document);
  }

  async requeue(delivery: Delivery, now: Date): Promise<boolean> {
    const result = await this.#deliveries.updateOne(
      { _id: delivery.key, state: { $ne: 'PENDING' }, body: { $ne: null } },
      { $set: { state: 'PENDING', failures: 0, nextAttemptAt: null, queuedAt: now, expireAt: null } },
      { writeConcern: durable },
    );
    if (result.matchedCount === 0) return false;
    await this.#claims.offer([{ ...delivery.lane }], now);
    const waiting = { _id: delivery.lane.id, held: false };
    await this.#lanes.updateOne(waiting, { $min: { dueAt: now } }, { writeConcern: durable });
    return true;
  }

  async wake(pluginId: string, now: Date): Promise<void> {
    await this.#deliveries.updateMany(
      { pluginId, state: 'PENDING', nextAttemptAt: { $gt: now } },
      { $set: { nextAttemptAt: null } },
      { writeConcern: durable },
    );
    // Whoever holds a lane looks at it again; the others are due.
    await this.#lanes.updateMany(
      { pluginId, held: true },
      { $inc: { offers: 1 } },
      { writeConcern: durable },
    );
    await this.#lanes.updateMany(
      { pluginId, held: false, dueAt: { $gt: now } },
      { $set: { dueAt: now } },
      { writeConcern: durable },
    );
  }

  async removeOf(handlerId: string): Promise<void> {
    await this.#deliveries.deleteMany({ handlerId }, { writeConcern: durable });
    await this.#lanes.deleteMany({ handlerId }, { writeConcern: durable });
  }
}

function newDocument({ id, key, lane, ...fields }: NewDelivery, now: Date): DeliveryDocument {
  const { id: laneId, ...ofLane } = lane;
  return {
    _id: key,
    deliveryId: id,
    laneId,
    ...ofLane,
    ...fields,
    state: 'PENDING',
    attempts: [],
    failures: 0,
    nextAttemptAt: null,
    queuedAt: now,
    fence: 0,
    expireAt: null,
  };
}

function changesOf(delivery: Delivery, outcome: DeliveryOutcome, now: Date): Partial<DeliveryDocument> {
  const failures = delivery.failures + 1;
  switch (outcome.kind) {
    case 'delivered': {
      const done = {
        state: 'DELIVERED',
        nextAttemptAt: null,
        expireAt: later(now, deliveredKeptMs),
      } as const;
      return delivery.body?.kind === 'sealed' ? { ...done, body: null } : done;
    }
    case 'retry':
      return { failures, nextAttemptAt: outcome.at };
    case 'dead':
      return { state: 'DEAD', failures, nextAttemptAt: null, expireAt: later(now, deadKeptMs) };
  }
}

function later(time: Date, byMs: number): Date {
  return new Date(time.getTime() + byMs);
}

function toDelivery(document: DeliveryDocument): Delivery {
  const { _id, deliveryId, laneId, orgId, workflowId, handlerId, pluginId, executionId, ...fields } =
    document;
  const { expireAt: _expireAt, ...rest } = fields;
  const lane = { id: laneId, orgId, workflowId, handlerId, pluginId, executionId };
  return { id: deliveryId, key: _id, lane, ...rest };
}

function holdOf({ lane: { id }, fence, offers }: LaneClaim): LaneHold {
  return { id, fence, offers };
}

function toClaim({ _id, dueAt, held: _held, fence, offers, ...lane }: DeliveryLaneDocument): LaneClaim {
  return { lane: { id: _id, ...lane }, fence, until: dueAt, offers };
}
