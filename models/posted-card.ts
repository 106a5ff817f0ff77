import { type Model, Schema } from 'mongoose';
import { type Database, durable, nativeCollection } from './database.ts';

/** A workflow's card that was posted where everybody sees it, so that it can go out of date. */
export interface PostedCard {
  orgId: string;
  workflowId: string;
  channelId: string;
  ts: string;
  /** The page of steps that it shows, from 0; null: the one with `stepId`. */
  page: number | null;
  stepId: string | null;
  /** What of the workflow it shows, to know whether that is still so. */
  shown: string;
}

/** Where the cards of workflows are. */
export interface PostedCards {
  keep(card: PostedCard): Promise<void>;
  /** The newest ones, at most 20. */
  list(workflowId: string): Promise<PostedCard[]>;
  /** It is no longer there. */
  forget(card: Pick<PostedCard, 'channelId' | 'ts'>): Promise<void>;
}

interface PostedCardDocument extends PostedCard {
  /** `<channelId>:<ts>` */
  _id: string;
}

const collectionName = 'posted_cards';
const maxListed = 20;

const postedCardSchema = new Schema<PostedCardDocument>(
  {
    _id: { type: String, required: true },
    orgId: { type: String, required: true },
    workflowId: { type: String, required: true },
    channelId: { type: String, required: true },
    ts: { type: String, required: true },
    page: { type: Number, default: null },
    stepId: { type: String, default: null },
    shown: { type: String, required: true },
  },
  { collection: collectionName, versionKey: false },
);
postedCardSchema.index({ workflowId: 1, ts: -1 });

export function postedCardModel(database: Database): Model<PostedCardDocument> {
  return database.models['PostedCard'] ?? database.model<PostedCardDocument>('PostedCard', postedCardSchema);
}

/** The cards in MongoDB. */
export function createPostedCards(database: Database): PostedCards {
  const collection = nativeCollection<PostedCardDocument>(database, collectionName);
  const idOf = ({ channelId, ts }: Pick<PostedCard, 'channelId' | 'ts'>): string => `${channelId}:${ts}`;
  return {
    keep: async (card) => {
      await collection.updateOne(
        { _id: idOf(card) },
        { $set: { ...card } },
        { upsert: true, writeConcern: durable },
      );
    },
    list: async (workflowId) => {
      const found = await collection.find({ workflowId }).sort({ ts: -1 }).limit(maxListed).toArray();
      return found.map(({ _id, ...card }) => card);
    },
    forget: async (card) => {
      await collection.deleteOne({ _id: idOf(card) }, { writeConcern: durable });
    },
  };
}
