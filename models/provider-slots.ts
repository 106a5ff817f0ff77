import { randomUUID } from 'node:crypto';
import type mongoose from 'mongoose';
import { type Model, Schema } from 'mongoose';
import type { Clock } from '../src/clock.ts';
import type {
  ProviderQueue,
  ProviderSlots,
  Slot,
  SlotAnswer,
  SlotRequest,
} from '../src/domain/provider-slots.ts';
import { RetryableError } from '../src/errors.ts';
import { type Database, durable, nativeCollection } from './database.ts';
import { type HeldSlot, type SlotTable, giveSlot, nextOrg } from './slot-table.ts';
import { isDuplicateKey } from './is-duplicate-key.ts';

/** The slots of a provider that are given, in one document, so that a single write decides who has one. */
interface SlotsDocument extends SlotTable {
  /** The provider's name. */
  _id: string;
  v: number;
}

/** A ticket that waits. */
interface TicketDocument {
  /** `<provider>:<ticket>` */
  _id: string;
  provider: string;
  orgId: string;
  ticket: string;
  /** By the database's clock, so that all processes agree on who came first. */
  arrivedAt: Date;
  seenAt: Date;
}

export interface ProviderSlotsOptions {
  clock: Clock;
  /** How long a slot is held without being renewed. Default 60,000. */
  leaseMs?: number;
  /** How many calls of a provider may be in flight; 0 for one that is not configured. */
  limitOf: (provider: string) => number;
}

const slotsName = 'provider_slots';
const ticketsName = 'provider_tickets';
const forgottenAfterSec = 3_600;
const maxCounted = 1_000;
const maxRaces = 200;
const maxLeasesApart = 15;

const slotsSchema = new Schema<SlotsDocument>(
  { _id: { type: String, required: true }, v: { type: Number, required: true } },
  { collection: slotsName, strict: false, versionKey: false },
);
const ticketSchema = new Schema<TicketDocument>(
  {
    _id: { type: String, required: true },
    provider: { type: String, required: true },
    orgId: { type: String, required: true },
    ticket: { type: String, required: true },
    arrivedAt: { type: Date, required: true },
    seenAt: { type: Date, required: true },
  },
  { collection: ticketsName, versionKey: false },
);
ticketSchema.index({ provider: 1, orgId: 1, arrivedAt: 1, _id: 1 });
ticketSchema.index({ provider: 1, arrivedAt: 1 });
ticketSchema.index({ seenAt: 1 }, { expireAfterSeconds: forgottenAfterSec });

export function providerSlotsModel(database: Database): Model<SlotsDocument> {
  return database.models['ProviderSlots'] ?? database.model<SlotsDocument>('ProviderSlots', slotsSchema);
}

export function providerTicketModel(database: Database): Model<TicketDocument> {
  return database.models['ProviderTicket'] ?? database.model<TicketDocument>('ProviderTicket', ticketSchema);
}

/**
 * The slots in MongoDB. Who waits has a document of its own; who holds a slot is in the one document of the
 * provider, and only a compare-and-set on it gives slots, so that there are never more than the limit.
 */
export class MongoProviderSlots implements ProviderSlots, ProviderQueue {
  readonly #slots: mongoose.mongo.Collection<SlotsDocument>;
  readonly #tickets: mongoose.mongo.Collection<TicketDocument>;
  readonly #clock: Clock;
  readonly #leaseMs: number;
  readonly #limitOf: (provider: string) => number;

  constructor(database: Database, { clock, leaseMs = 60_000, limitOf }: ProviderSlotsOptions) {
    this.#slots = nativeCollection(database, slotsName);
    this.#tickets = nativeCollection(database, ticketsName);
    this.#clock = clock;
    this.#leaseMs = leaseMs;
    this.#limitOf = limitOf;
  }

  async acquire(request: SlotRequest): Promise<SlotAnswer> {
    const { provider, ticket } = request;
    const before = await this.#read(provider);
    const alreadyHeld = findHeld(before, ticket, this.#clock.now());
    if (alreadyHeld !== undefined) return { kind: 'slot', slot: toSlot(provider, alreadyHeld), given: [] };
    await this.#enqueue(request);
    const given = (await this.#giveFreeSlots(provider)).filter((slot) => slot.ticket !== ticket);
    const table = await this.#read(provider);
    const held = findHeld(table, ticket, this.#clock.now());
    if (held !== undefined) return { kind: 'slot', slot: toSlot(provider, held), given };
    return { ...(await this.#placeOf(request, table)), given };
  }

  async renew(slot: Slot): Promise<boolean> {
    const now = this.#clock.now();
    const { matchedCount } = await this.#slots.updateOne(
      { _id: slot.provider, held: { $elemMatch: { token: slot.token, until: { $gt: now } } } },
      { $set: { 'held.$.until': this.#leaseEnd(now) }, $inc: { v: 1 } },
      { writeConcern: durable },
    );
    return matchedCount === 1;
  }

  async release(slot: Slot): Promise<Slot[]> {
    // First, so that nobody who still sees the ticket gives it a second slot.
    await this.#tickets.deleteOne({ _id: ticketId(slot.provider, slot.ticket) }, { writeConcern: durable });
    await this.#slots.updateOne(
      { _id: slot.provider, 'held.token': slot.token },
      { $pull: { held: { token: slot.token } }, $inc: { v: 1 } },
      { writeConcern: durable },
    );
    return this.#giveFreeSlots(slot.provider);
  }

  async leave({ provider, ticket }: SlotRequest): Promise<Slot[]> {
    await this.#tickets.deleteOne({ _id: ticketId(provider, ticket) }, { writeConcern: durable });
    await this.#slots.updateOne(
      { _id: provider, 'held.ticket': ticket },
      { $pull: { held: { ticket } }, $inc: { v: 1 } },
      { writeConcern: durable },
    );
    return this.#giveFreeSlots(provider);
  }

  /** Keeps the place of a ticket that is already there. */
  async #enqueue({ provider, orgId, ticket }: SlotRequest): Promise<void> {
    const seen = {
      provider,
      orgId,
      ticket,
      arrivedAt: { $ifNull: ['$arrivedAt', '$$NOW'] },
      seenAt: '$$NOW',
    };
    await this.#tickets.updateOne({ _id: ticketId(provider, ticket) }, [{ $set: seen }], {
      upsert: true,
      writeConcern: durable,
    });
  }

  /** Gives what is free to those who are next, one by one. @returns what was given */
  async #giveFreeSlots(provider: string): Promise<Slot[]> {
    const limit = this.#limitOf(provider);
    const given: Slot[] = [];
    for (let races = 0; races < maxRaces; ) {
      const table = await this.#read(provider);
      const now = this.#clock.now();
      const held = table.held.filter(({ until }) => until > now);
      if (held.length >= limit) return given;
      const next = nextOrg(table, await this.#firstOfEachOrg(provider));
      if (next === null) return given;
      if (held.some(({ ticket }) => ticket === next.ticket)) {
        await this.#tickets.deleteOne({ _id: ticketId(provider, next.ticket) }, { writeConcern: durable });
        continue;
      }
      const slot: HeldSlot = { ...next, token: randomUUID(), until: this.#leaseEnd(now) };
      const { _id, v, ...rest } = table;
      const { modifiedCount } = await this.#slots.updateOne(
        { _id: provider, v },
        { $set: giveSlot({ ...rest, held }, slot), $inc: { v: 1 } },
        { writeConcern: durable },
      );
      if (modifiedCount === 0) {
        races += 1;
        continue;
      }
      await this.#tickets.deleteOne({ _id: ticketId(provider, next.ticket) }, { writeConcern: durable });
      given.push(toSlot(provider, slot));
    }
    throw new RetryableError('Too many ask for the slots of a provider at the same time.', {
      code: 'slots-busy',
    });
  }

  /** Who is first in each org: one index seek per org, however long the queue is. */
  async #firstOfEachOrg(provider: string): Promise<Omit<TicketDocument, 'seenAt'>[]> {
    return this.#tickets
      .aggregate<Omit<TicketDocument, 'seenAt'>>([
        { $match: { provider } },
        { $sort: { provider: 1, orgId: 1, arrivedAt: 1, _id: 1 } },
        {
          $group: {
            _id: '$orgId',
            orgId: { $first: '$orgId' },
            ticket: { $first: '$ticket' },
            provider: { $first: '$provider' },
            arrivedAt: { $first: '$arrivedAt' },
          },
        },
      ])
      .toArray();
  }

  async queuedBehind(providers: readonly string[], ticket: string): Promise<number | null> {
    const ids = providers.map((provider) => ticketId(provider, ticket));
    const mine = await this.#tickets.findOne({ _id: { $in: ids } });
    if (mine === null) return null;
    const { provider, arrivedAt } = mine;
    const earlier = { provider, arrivedAt: { $lt: arrivedAt } };
    return this.#tickets.countDocuments(earlier, { limit: maxCounted });
  }

  async #placeOf({ provider, ticket }: SlotRequest, table: SlotTable) {
    const queuedBehind = (await this.queuedBehind([provider], ticket)) ?? 0;
    return {
      kind: 'queued' as const,
      queuedBehind,
      askAgainAt: this.#askAgainAt(provider, queuedBehind, table),
    };
  }

  /** Whoever lets a slot go tells those who are next; this is for holders who die, and for those who were not told. */
  #askAgainAt(provider: string, queuedBehind: number, { held }: SlotTable): Date {
    const nowMs = this.#clock.now().getTime();
    const rounds = Math.floor(queuedBehind / Math.max(this.#limitOf(provider), 1));
    if (rounds > 0) return new Date(nowMs + this.#leaseMs * Math.min(1 + rounds, maxLeasesApart));
    const ends = held.map(({ until }) => until.getTime()).filter((untilMs) => untilMs > nowMs);
    return new Date(Math.min(...ends, nowMs + this.#leaseMs));
  }

  async #read(provider: string): Promise<SlotsDocument> {
    const empty: SlotsDocument = { _id: provider, v: 0, held: [], served: [], grants: 0 };
    const found = await this.#slots.findOne({ _id: provider });
    if (found !== null) return found;
    try {
      await this.#slots.insertOne(empty, { writeConcern: durable });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
    return (await this.#slots.findOne({ _id: provider })) ?? empty;
  }

  #leaseEnd(now: Date): Date {
    return new Date(now.getTime() + this.#leaseMs);
  }
}

function findHeld(table: SlotTable, ticket: string, now: Date): HeldSlot | undefined {
  return table.held.find((held) => held.ticket === ticket && held.until > now);
}

function toSlot(provider: string, { orgId, ticket, token, until }: HeldSlot): Slot {
  return { provider, orgId, ticket, token, until };
}

function ticketId(provider: string, ticket: string): string {
  return `${provider}:${ticket}`;
}
