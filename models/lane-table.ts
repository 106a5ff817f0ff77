import type mongoose from 'mongoose';
import { type Database, durable, nativeCollection } from './database.ts';
import { isDuplicateKey } from './is-duplicate-key.ts';

/** A lane that has something in it; an empty one has no document. Beside these it has what it is looked for by. */
export interface LaneDocument {
  _id: string;
  /** When somebody should look at it; while it is held, when the claim runs out. */
  dueAt: Date;
  held: boolean;
  /** Rises with each claim of the lane: who has a lower one changes nothing any more. */
  fence: number;
  /** How often something was put into the lane. */
  offers: number;
}

/** A claim of a lane, as far as it is needed to keep it and to give it back. */
export interface LaneHold {
  id: string;
  fence: number;
  /** As it was when the lane was claimed. */
  offers: number;
}

type Lanes = mongoose.mongo.Collection<LaneDocument>;

const options = { writeConcern: durable } as const;
/** Two processes that put something into an empty lane at once: the one that is second finds it when it tries again. */
const maxOfferAttempts = 5;

/** Who works on which lane of what has to be done in order: one worker at a time, for a time, in whatever process. */
export class LaneTable {
  readonly #lanes: Lanes;

  constructor(database: Database, collection: string) {
    this.#lanes = nativeCollection<LaneDocument>(database, collection);
  }

  /**
   * Something was put into these lanes. One that is waiting or held is left as it is; whoever empties it sees by
   * `offers` that it must look again.
   */
  async offer(lanes: readonly ({ id: string } & Record<string, unknown>)[], now: Date): Promise<void> {
    const byId = new Map(lanes.map((lane) => [lane.id, lane]));
    const upserts = [...byId.values()].map(({ id: _id, ...fields }) => {
      const update = { $setOnInsert: { ...fields, dueAt: now, held: false, fence: 0 }, $inc: { offers: 1 } };
      return { updateOne: { filter: { _id }, update, upsert: true } };
    });
    await againIfTaken(() => this.#lanes.bulkWrite(upserts, { ordered: false, ...options }));
  }

  /** Takes the lane that is due longest among those of the filter. @returns null when none is due */
  claimDue(
    filter: Record<string, string>,
    { now, until, index }: { now: Date; until: Date; index: Record<string, 1> },
  ): Promise<LaneDocument | null> {
    return this.#lanes.findOneAndUpdate(
      { ...filter, dueAt: { $lte: now } },
      // Larger than any before it, also than those of a lane of this name that was empty and forgotten.
      [{ $set: { fence: { $max: [{ $add: ['$fence', 1] }, now.getTime()] }, held: true, dueAt: until } }],
      { sort: index, hint: index, returnDocument: 'after', ...options },
    );
  }

  /** @returns those of these lanes that nobody would look at: they have no document */
  async unknownOf(ids: readonly string[]): Promise<string[]> {
    if (ids.length === 0) return [];
    const found = await this.#lanes.find({ _id: { $in: [...ids] } }, { projection: { _id: 1 } }).toArray();
    const known = new Set(found.map(({ _id }) => _id));
    return ids.filter((id) => !known.has(id));
  }

  /** @returns null when the lane was claimed by another worker meanwhile */
  renew({ id, fence }: LaneHold, until: Date): Promise<LaneDocument | null> {
    return this.#lanes.findOneAndUpdate(
      { _id: id, fence, held: true },
      { $set: { dueAt: until } },
      { returnDocument: 'after', ...options },
    );
  }

  /**
   * Gives the lane back, to be looked at again at `dueAt`; null: it is empty.
   * @returns false when something was put in meanwhile, or the claim was lost; then nothing was written
   */
  async release({ id, fence, offers }: LaneHold, dueAt: Date | null): Promise<boolean> {
    const filter = { _id: id, fence, offers };
    if (dueAt === null) return (await this.#lanes.deleteOne(filter, options)).deletedCount === 1;
    const { matchedCount } = await this.#lanes.updateOne(filter, { $set: { dueAt, held: false } }, options);
    return matchedCount === 1;
  }

  /** Gives the lane back, and nobody looks at it before `dueAt`, whatever is put in. Nothing happens when the claim was lost. */
  async rest({ id, fence }: LaneHold, dueAt: Date): Promise<void> {
    await this.#lanes.updateOne({ _id: id, fence }, { $set: { dueAt, held: false } }, options);
  }
}

/** Two upserts of one new document can collide; the second then finds it there. */
export async function againIfTaken(write: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await write();
      return;
    } catch (error) {
      if (!isDuplicateKey(error) || attempt === maxOfferAttempts) throw error;
    }
  }
}
