import { type Model, Schema } from 'mongoose';
import { type Database, durable, nativeCollection } from './database.ts';
import { isDuplicateKey } from './is-duplicate-key.ts';

/** `busy`: somebody began with it and has not said that it is done. */
export type SlackClaim = 'claimed' | 'done' | 'busy';

/** Which events of Slack's Events API were handled, so that a redelivery does nothing twice. */
export interface SlackDeliveries {
  /** Takes the right to handle a delivery, durably, before it is handled. */
  claim(key: string, now: Date): Promise<SlackClaim>;
  /** The delivery was handled: every later claim says `done`. */
  finish(key: string, now: Date): Promise<void>;
  /** The delivery was not handled: the next claim may have it. */
  release(key: string): Promise<void>;
}

interface SlackDeliveryDocument {
  /** `<slackTeamId>:<event_id>` */
  _id: string;
  claimedAt: Date;
  doneAt: Date | null;
}

/** Slack redelivers within minutes; a day is far on the safe side. */
const keptSec = 86_400;
/** Whoever claimed a delivery and has not finished it after this time has died. */
const claimLifetimeMs = 30_000;
const collectionName = 'slack_deliveries';

const slackDeliverySchema = new Schema<SlackDeliveryDocument>(
  {
    _id: { type: String, required: true },
    claimedAt: { type: Date, required: true },
    doneAt: { type: Date, default: null },
  },
  { collection: collectionName, versionKey: false },
);
slackDeliverySchema.index({ claimedAt: 1 }, { expireAfterSeconds: keptSec });

export function slackDeliveryModel(database: Database): Model<SlackDeliveryDocument> {
  return (
    database.models['SlackDelivery'] ??
    database.model<SlackDeliveryDocument>('SlackDelivery', slackDeliverySchema)
  );
}

/** The deliveries in MongoDB. A claim that its process took to the grave can be taken after 30 s. */
export function createSlackDeliveries(database: Database): SlackDeliveries {
  const collection = nativeCollection<SlackDeliveryDocument>(database, collectionName);

  async function claim(key: string, now: Date): Promise<SlackClaim> {
    const staleBefore = new Date(now.getTime() - claimLifetimeMs);
    try {
      await collection.updateOne(
        { _id: key, doneAt: null, claimedAt: { $lte: staleBefore } },
        { $set: { claimedAt: now } },
        { upsert: true, writeConcern: durable },
      );
      return 'claimed';
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
    const existing = await collection.findOne({ _id: key });
    return existing?.doneAt ? 'done' : 'busy';
  }

  async function finish(key: string, now: Date): Promise<void> {
    await collection.updateOne({ _id: key }, { $set: { doneAt: now } }, { writeConcern: durable });
  }

  async function release(key: string): Promise<void> {
    await collection.deleteOne({ _id: key, doneAt: null }, { writeConcern: durable });
  }

  return { claim, finish, release };
}
