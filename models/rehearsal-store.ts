import { type Model, Schema } from 'mongoose';
import type { Actor } from '../src/domain/actor.ts';
import type { JsonObject } from '../src/domain/json.ts';
import type { Move } from '../src/domain/rehearsal.ts';
import { type Database, durable, nativeCollection } from './database.ts';

/** One person's rehearsal of a workflow. Where it stands follows from its moves, so nothing else is kept. */
export interface StoredRehearsal {
  id: string;
  orgId: string;
  /** Slack user id of whose it is; nobody else sees it. */
  userId: string;
  workflowId: string;
  /** Which of the workflow's revisions. */
  revision: number;
  inputs: JsonObject;
  startedBy: Actor;
  moves: Move[];
  /** Rises by one with each change. */
  version: number;
  /** Its message; null before it was posted. */
  message: { channelId: string; ts: string } | null;
  /** When it begins, also in its own time. */
  startedAt: Date;
  updatedAt: Date;
}

export interface RehearsalStore {
  insert(rehearsal: StoredRehearsal): Promise<void>;
  /** Only this person's. */
  find(orgId: string, userId: string, id: string): Promise<StoredRehearsal | null>;
  /** Writes it, if it is still at the version before. @returns false when somebody else was first */
  replace(before: StoredRehearsal, after: StoredRehearsal): Promise<boolean>;
}

type RehearsalDocument = { _id: string } & Omit<StoredRehearsal, 'id'>;

const collectionName = 'rehearsals';
/** A rehearsal that nobody goes on with is forgotten. */
const keptSec = 30 * 86_400;

const rehearsalSchema = new Schema<RehearsalDocument>(
  {
    _id: { type: String, required: true },
    orgId: { type: String, required: true },
    userId: { type: String, required: true },
    version: { type: Number, required: true },
    updatedAt: { type: Date, required: true },
  },
  { collection: collectionName, strict: false, versionKey: false, minimize: false },
);
rehearsalSchema.index({ updatedAt: 1 }, { expireAfterSeconds: keptSec });

export function rehearsalModel(database: Database): Model<RehearsalDocument> {
  return database.models['Rehearsal'] ?? database.model<RehearsalDocument>('Rehearsal', rehearsalSchema);
}

/** Rehearsals in MongoDB. */
export function createRehearsalStore(database: Database): RehearsalStore {
  const collection = nativeCollection<RehearsalDocument>(database, collectionName);
  return {
    async insert({ id, ...fields }) {
      await collection.insertOne({ _id: id, ...fields }, { writeConcern: durable });
    },
    async find(orgId, userId, id) {
      const found = await collection.findOne({ _id: id, orgId, userId });
      if (found === null) return null;
      const { _id, ...fields } = found;
      return { id: _id, ...fields };
    },
    async replace(before, { id, ...fields }) {
      const { orgId, version } = before;
      const filter = { _id: id, orgId, version };
      const result = await collection.updateOne(filter, { $set: fields }, { writeConcern: durable });
      return result.matchedCount === 1;
    },
  };
}
