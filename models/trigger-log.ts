import { type Model, Schema } from 'mongoose';
import type { TriggerLogEntry } from '../src/domain/trigger-log.ts';
import { type Database, durable, nativeCollection } from './database.ts';
import { isDuplicateKey } from './is-duplicate-key.ts';

type TriggerLogDocument = { _id: string } & Omit<TriggerLogEntry, 'id'>;

const collectionName = 'trigger_log';
const keptSec = 90 * 86_400;

const triggerLogSchema = new Schema<TriggerLogDocument>(
  {
    _id: { type: String, required: true },
    triggerId: { type: String, required: true },
    sourceKey: { type: String, required: true },
    at: { type: Date, required: true },
  },
  { collection: collectionName, strict: false, versionKey: false },
);
triggerLogSchema.index({ triggerId: 1, sourceKey: 1 }, { unique: true });
triggerLogSchema.index({ triggerId: 1, at: -1, _id: -1 });
triggerLogSchema.index({ at: 1 }, { expireAfterSeconds: keptSec });

export function triggerLogModel(database: Database): Model<TriggerLogDocument> {
  return database.models['TriggerLog'] ?? database.model<TriggerLogDocument>('TriggerLog', triggerLogSchema);
}

/** What triggers decided; kept for 90 days. */
export interface TriggerLog {
  /**
   * Notes the decision on one source. A later one takes the place of an earlier one, except that a task which was
   * started stays started.
   * @returns false when the source had been decided on before
   */
  note(entry: TriggerLogEntry): Promise<boolean>;
  /** The decision on one source; null when there was none. */
  find(triggerId: string, sourceKey: string): Promise<TriggerLogEntry | null>;
  /** Newest first, only entries behind `after`. */
  list(
    orgId: string,
    triggerId: string,
    page: { limit: number; after?: Pick<TriggerLogEntry, 'at' | 'id'> | undefined },
  ): Promise<TriggerLogEntry[]>;
}

/** The log in MongoDB. */
export function createTriggerLog(database: Database): TriggerLog {
  const entries = nativeCollection<TriggerLogDocument>(database, collectionName);
  return {
    async note({ id, triggerId, sourceKey, ...fields }) {
      try {
        const { upsertedCount } = await entries.updateOne(
          { triggerId, sourceKey, decision: { $ne: 'started' } },
          { $set: fields, $setOnInsert: { _id: id } },
          { upsert: true, writeConcern: durable },
        );
        return upsertedCount === 1;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },
    async find(triggerId, sourceKey) {
      return toEntry(await entries.findOne({ triggerId, sourceKey }));
    },
    async list(orgId, triggerId, { limit, after }) {
      const behind =
        after === undefined
          ? {}
          : { $or: [{ at: { $lt: after.at } }, { at: after.at, _id: { $lt: after.id } }] };
      const found = await entries
        .find({ triggerId, orgId, ...behind })
        .sort({ at: -1, _id: -1 })
        .limit(limit)
        .toArray();
      return found.flatMap((document) => toEntry(document) ?? []);
    },
  };
}

function toEntry(document: TriggerLogDocument | null): TriggerLogEntry | null {
  if (document === null) return null;
  const { _id, ...fields } = document;
  return { id: _id, ...fields };
}
