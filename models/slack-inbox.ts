import { type Model, Schema } from 'mongoose';
import { type Database, durable, nativeCollection } from './database.ts';
import { isDuplicateKey } from './is-duplicate-key.ts';

/** Something that happened in a channel and starts tasks; kept until they are started. */
export interface InboxItem {
  /** Of the event, or of what it is about: the same one is kept once. */
  id: string;
  slackTeamId: string;
  /** As Slack sent it. */
  event: Record<string, unknown>;
  receivedAt: Date;
  /** How often somebody began with it. */
  attempts: number;
}

type InboxDocument = { _id: string; leaseUntil: Date } & Omit<InboxItem, 'id'>;

const collectionName = 'slack_inbox';
/** Whoever began with an item and has not finished it after this time has died, or could not. */
const leaseMs = 60_000;
/** What could not be handled for so long is of no use to anybody. */
const keptSec = 3 * 86_400;

const inboxSchema = new Schema<InboxDocument>(
  {
    _id: { type: String, required: true },
    receivedAt: { type: Date, required: true },
    leaseUntil: { type: Date, required: true },
  },
  { collection: collectionName, strict: false, versionKey: false, minimize: false },
);
inboxSchema.index({ leaseUntil: 1 });
inboxSchema.index({ receivedAt: 1 }, { expireAfterSeconds: keptSec });

export function slackInboxModel(database: Database): Model<InboxDocument> {
  return database.models['SlackInbox'] ?? database.model<InboxDocument>('SlackInbox', inboxSchema);
}

/** What Slack was told that it arrived, and is not done yet. */
export interface SlackInbox {
  /** Keeps it durably; whoever adds it has begun with it. @returns null when it is there already */
  add(item: Omit<InboxItem, 'attempts'>): Promise<InboxItem | null>;
  /** The oldest that nobody is at; null when there is none. */
  takeOver(now: Date): Promise<InboxItem | null>;
  /** It is done, or never will be. */
  remove(id: string): Promise<void>;
}

/** The inbox in MongoDB. */
export function createSlackInbox(database: Database): SlackInbox {
  const inbox = nativeCollection<InboxDocument>(database, collectionName);
  const options = { writeConcern: durable } as const;
  const leaseFrom = (now: Date): Date => new Date(now.getTime() + leaseMs);
  return {
    async add({ id, ...fields }) {
      try {
        const document = { _id: id, ...fields, attempts: 1, leaseUntil: leaseFrom(fields.receivedAt) };
        await inbox.insertOne(document, options);
        return { id, ...fields, attempts: 1 };
      } catch (error) {
        if (isDuplicateKey(error)) return null;
        throw error;
      }
    },
    async takeOver(now) {
      const found = await inbox.findOneAndUpdate(
        { leaseUntil: { $lte: now } },
        { $set: { leaseUntil: leaseFrom(now) }, $inc: { attempts: 1 } },
        { ...options, sort: { leaseUntil: 1 }, returnDocument: 'after' },
      );
      if (found === null) return null;
      const { _id, leaseUntil: _lease, ...fields } = found;
      return { id: _id, ...fields };
    },
    async remove(id) {
      await inbox.deleteOne({ _id: id }, options);
    },
  };
}
