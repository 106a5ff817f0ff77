import { type Model, Schema } from 'mongoose';
import { type Database, durable, nativeCollection } from './database.ts';

/** Somebody who has opened the Home tab, and so has one that can go out of date. */
export interface HomeViewer {
  orgId: string;
  /** Slack user id. */
  userId: string;
  slackTeamId: string;
  /** The page of what waits for them, from 0. */
  page: number;
  /** Slack's hash of the view that was published last; null when it is not known. */
  hash: string | null;
  /** Since when the tab may be out of date; null while it is not. */
  staleAt: Date | null;
}

/** Who has opened the Home tab of the bot. */
export interface HomeViewers {
  /** They see the first page again. `hash` is that of the view which they see. */
  opened(viewer: Pick<HomeViewer, 'orgId' | 'userId' | 'slackTeamId' | 'hash'>): Promise<void>;
  find(orgId: string, userId: string): Promise<HomeViewer | null>;
  turnTo(orgId: string, userId: string, page: number): Promise<void>;
  /** Durable: what is marked is drawn anew, also by another process. @returns those who have a Home tab */
  markStale(orgId: string, userIds: readonly string[], now: Date): Promise<HomeViewer[]>;
  /** The tab shows what was true at `asOf`; what changed later still makes it stale. */
  published(orgId: string, userId: string, hash: string | null, asOf: Date): Promise<void>;
  /** Those whose tab has been out of date since before this moment, the oldest first. */
  listStale(before: Date, limit: number): Promise<HomeViewer[]>;
  /** Nobody is there to look at it any more. */
  forget(orgId: string, userId: string): Promise<void>;
}

interface HomeViewerDocument extends HomeViewer {
  /** `<orgId>:<userId>` */
  _id: string;
}

const collectionName = 'home_viewers';
/** The query repeats it, or the planner does not use the partial index. */
const staleFilter = { $gt: new Date(0) };

const homeViewerSchema = new Schema<HomeViewerDocument>(
  {
    _id: { type: String, required: true },
    orgId: { type: String, required: true },
    userId: { type: String, required: true },
    slackTeamId: { type: String, required: true },
    page: { type: Number, default: 0 },
    hash: { type: String, default: null },
    staleAt: { type: Date, default: null },
  },
  { collection: collectionName, versionKey: false },
);
homeViewerSchema.index({ staleAt: 1 }, { partialFilterExpression: { staleAt: staleFilter } });

export function homeViewerModel(database: Database): Model<HomeViewerDocument> {
  return database.models['HomeViewer'] ?? database.model<HomeViewerDocument>('HomeViewer', homeViewerSchema);
}

/** The viewers in MongoDB. */
export function createHomeViewers(database: Database): HomeViewers {
  const collection = nativeCollection<HomeViewerDocument>(database, collectionName);
  const idOf = (orgId: string, userId: string): string => `${orgId}:${userId}`;

  async function opened({
    orgId,
    userId,
    slackTeamId,
    hash,
  }: Parameters<HomeViewers['opened']>[0]): Promise<void> {
    await collection.updateOne(
      { _id: idOf(orgId, userId) },
      { $set: { orgId, userId, slackTeamId, hash, page: 0 }, $setOnInsert: { staleAt: null } },
      { upsert: true, writeConcern: durable },
    );
  }

  async function markStale(orgId: string, userIds: readonly string[], now: Date): Promise<HomeViewer[]> {
    const wanted = { _id: { $in: userIds.map((userId) => idOf(orgId, userId)) } };
    const found = await collection.find(wanted).toArray();
    if (found.length === 0) return [];
    const ids = { _id: { $in: found.map(({ _id }) => _id) } };
    // A clock that goes back must not make it look fresh.
    await collection.updateMany(ids, { $max: { staleAt: now } }, { writeConcern: durable });
    return found.map(toViewer);
  }

  async function published(orgId: string, userId: string, hash: string | null, asOf: Date): Promise<void> {
    const _id = idOf(orgId, userId);
    await collection.updateOne({ _id }, { $set: { hash } }, { writeConcern: durable });
    await collection.updateOne(
      { _id, staleAt: { $lte: asOf } },
      { $set: { staleAt: null } },
      { writeConcern: durable },
    );
  }

  return {
    opened,
    markStale,
    published,
    find: async (orgId, userId) => {
      const document = await collection.findOne({ _id: idOf(orgId, userId) });
      return document === null ? null : toViewer(document);
    },
    turnTo: async (orgId, userId, page) => {
      await collection.updateOne({ _id: idOf(orgId, userId) }, { $set: { page } }, { writeConcern: durable });
    },
    listStale: async (before, limit) => {
      const filter = { staleAt: { ...staleFilter, $lte: before } };
      const found = await collection.find(filter).sort({ staleAt: 1 }).limit(limit).toArray();
      return found.map(toViewer);
    },
    forget: async (orgId, userId) => {
      await collection.deleteOne({ _id: idOf(orgId, userId) }, { writeConcern: durable });
    },
  };
}

function toViewer({ _id, ...viewer }: HomeViewerDocument): HomeViewer {
  return viewer;
}
