import { type Model, Schema } from 'mongoose';
import { type Database, durable, nativeCollection } from './database.ts';
import { isDuplicateKey } from './is-duplicate-key.ts';
import { type LaneDocument, type LaneHold, LaneTable } from './lane-table.ts';
import { type FindPlace, type FormerItem, placeFormerItems } from './slack-inbox-former.ts';

/** Something that happened in a channel and starts tasks; kept until they are started. */
export interface InboxItem {
  /** Of the event, or of what it is about: the same one is kept once. */
  id: string;
  slackTeamId: string;
  /** What is in one lane is done one after the other, by its place. */
  lane: string;
  /** When it happened, by Slack's clock: rises as a text. */
  place: string;
  /** As Slack sent it. */
  event: Record<string, unknown>;
  receivedAt: Date;
  /** How often somebody began with it. */
  attempts: number;
}

/** A worker's right to do what is in a lane, until then. */
export interface InboxClaim extends LaneHold {
  until: Date;
}

type InboxDocument = { _id: string; fence: number } & Omit<InboxItem, 'id'>;

const collectionName = 'slack_inbox';
const lanesName = 'slack_inbox_lanes';
/** What could not be handled for so long is of no use to anybody. */
const keptSec = 3 * 86_400;
const placeIndex = { lane: 1, place: 1, _id: 1 } as const;
const dueIndex = { dueAt: 1 } as const;

const inboxSchema = new Schema<InboxDocument>(
  {
    _id: { type: String, required: true },
    lane: { type: String, required: true },
    place: { type: String, required: true },
    receivedAt: { type: Date, required: true },
  },
  { collection: collectionName, strict: false, versionKey: false, minimize: false },
);
inboxSchema.index(placeIndex);
inboxSchema.index({ receivedAt: 1 }, { expireAfterSeconds: keptSec });

const inboxLaneSchema = new Schema<LaneDocument>(
  { _id: { type: String, required: true }, dueAt: { type: Date, required: true } },
  { collection: lanesName, strict: false, versionKey: false },
);
inboxLaneSchema.index(dueIndex);

export function slackInboxModel(database: Database): Model<InboxDocument> {
  return database.models['SlackInbox'] ?? database.model<InboxDocument>('SlackInbox', inboxSchema);
}

export function slackInboxLaneModel(database: Database): Model<LaneDocument> {
  return database.models['SlackInboxLane'] ?? database.model<LaneDocument>('SlackInboxLane', inboxLaneSchema);
}

/**
 * What Slack was told that it arrived, and is not done yet: in lanes, each of which one worker holds at a time. A claim
 * is kept by renewing it; whoever lost it changes nothing any more.
 */
export interface SlackInbox {
  /** Keeps it durably. What is there already is left as it is, and its lane is looked at again. */
  add(item: Omit<InboxItem, 'attempts'>): Promise<void>;
  /** @returns null when somebody else has the lane, or nothing in it is due */
  claim(lane: string, now: Date, until: Date): Promise<InboxClaim | null>;
  /** The lane that is due longest. @returns null when none is */
  claimDue(now: Date, until: Date): Promise<InboxClaim | null>;
  /** @returns null when somebody else has claimed the lane meanwhile */
  renew(claim: InboxClaim, until: Date): Promise<InboxClaim | null>;
  /** The first of the lane. @returns null when there is none; 'lost' when somebody else has begun with it under a later claim */
  begin(claim: InboxClaim): Promise<InboxItem | null | 'lost'>;
  /** It is done, or never will be. @returns false when somebody else has begun with it meanwhile; then it stays */
  remove(claim: InboxClaim, id: string): Promise<boolean>;
  /** Others of its lane go before it: it is done in another lane. */
  setAside(claim: InboxClaim, id: string, lane: string, now: Date): Promise<void>;
  /**
   * Gives back an empty lane.
   * @returns false when something was put in meanwhile, or the claim was lost
   */
  release(claim: InboxClaim): Promise<boolean>;
  /** Gives the lane back; nobody looks at it before `dueAt`. */
  rest(claim: InboxClaim, dueAt: Date): Promise<void>;
  /**
   * Offers again what nobody would look at: what an earlier version has left, and what a process was putting into a
   * lane when it died. Reads one key of an index for each lane that has something in it.
   *
   * @returns the lanes that it offered
   */
  repair(now: Date, findPlace: FindPlace): Promise<string[]>;
}

/** The inbox in MongoDB. */
export function createSlackInbox(database: Database): SlackInbox {
  const inbox = nativeCollection<InboxDocument>(database, collectionName);
  const former = nativeCollection<FormerItem>(database, collectionName);
  const lanes = new LaneTable(database, lanesName);
  const options = { writeConcern: durable } as const;
  return {
    /** The item first: whoever looks at a lane must find in it what it was woken for. */
    async add({ id, ...fields }) {
      try {
        await inbox.insertOne({ _id: id, ...fields, attempts: 0, fence: 0 }, options);
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
      await lanes.offer([{ id: fields.lane }], fields.receivedAt);
    },
    async claim(lane, now, until) {
      return toClaim(await lanes.claimDue({ _id: lane }, { now, until, index: { _id: 1 } }));
    },
    async claimDue(now, until) {
      return toClaim(await lanes.claimDue({}, { now, until, index: dueIndex }));
    },
    async renew(claim, until) {
      return toClaim(await lanes.renew(claim, until));
    },
    async begin({ id: lane, fence }) {
      const found = await inbox.findOneAndUpdate(
        { lane },
        { $max: { fence }, $inc: { attempts: 1 } },
        { ...options, sort: placeIndex, hint: placeIndex, returnDocument: 'after' },
      );
      if (found === null) return null;
      const { _id, fence: begunWith, ...fields } = found;
      return begunWith === fence ? { id: _id, ...fields } : 'lost';
    },
    async remove({ fence }, id) {
      return (await inbox.deleteOne({ _id: id, fence }, options)).deletedCount === 1;
    },
    async setAside({ fence }, id, lane, now) {
      // The fences of the other lane have nothing to do with those of this one.
      await inbox.updateOne({ _id: id, fence }, { $set: { lane, fence: 0 } }, options);
      await lanes.offer([{ id: lane }], now);
    },
    release: (claim) => lanes.release(claim, null),
    rest: (claim, dueAt) => lanes.rest(claim, dueAt),
    async repair(now, findPlace) {
      await placeFormerItems(former, { now, findPlace, index: placeIndex });
      const filled = await inbox.distinct('lane', { lane: { $gte: '' } });
      const lost = await lanes.unknownOf(filled);
      for (const id of lost) await lanes.offer([{ id }], now);
      return lost;
    },
  };
}

function toClaim(document: LaneDocument | null): InboxClaim | null {
  if (document === null) return null;
  const { _id: id, fence, offers, dueAt: until } = document;
  return { id, fence, offers, until };
}
