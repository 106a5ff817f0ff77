import { type Model, Schema } from 'mongoose';
import type { Plugin } from '../src/domain/plugin.ts';
import { type Database, durable } from './database.ts';

type PluginDocument = { _id: string } & Omit<Plugin, 'id'>;

const pluginSchema = new Schema<PluginDocument>(
  {
    _id: { type: String, required: true },
    orgId: { type: String, required: true },
    isPublic: { type: Boolean, required: true },
    revision: { type: Number, required: true },
  },
  { collection: 'plugins', strict: false, versionKey: false, minimize: false },
);
pluginSchema.index({ orgId: 1, _id: -1 });
pluginSchema.index({ isPublic: 1, _id: -1 }, { partialFilterExpression: { isPublic: true } });

export function pluginModel(database: Database): Model<PluginDocument> {
  return database.models['Plugin'] ?? database.model<PluginDocument>('Plugin', pluginSchema);
}

export interface PluginQuery {
  /** Those of this org, or the public ones of all orgs. */
  of: { orgId: string } | 'public';
  /** Only ids smaller than this one. */
  before?: string | undefined;
  limit: number;
}

export interface PluginStore {
  insert(plugin: Plugin): Promise<void>;
  find(pluginId: string): Promise<Plugin | null>;
  /** Newest first. */
  list(query: PluginQuery): Promise<Plugin[]>;
  count(orgId: string): Promise<number>;
  /** @returns false when it was changed or deleted since it was read: `plugin.revision` is one more than what was read */
  replace(plugin: Plugin): Promise<boolean>;
  /** @returns false when it was not there */
  remove(pluginId: string): Promise<boolean>;
}

/** Plugins in MongoDB. */
export function createPluginStore(database: Database): PluginStore {
  const { collection } = pluginModel(database);
  return {
    async insert({ id, ...fields }) {
      await collection.insertOne({ _id: id as never, ...fields }, { writeConcern: durable });
    },
    async find(pluginId) {
      const document = await collection.findOne({ _id: pluginId as never });
      return document === null ? null : toPlugin(document as unknown as PluginDocument);
    },
    async list({ of, before, limit }) {
      const filter = of === 'public' ? { isPublic: true } : { orgId: of.orgId };
      const documents = await collection
        .find(before === undefined ? filter : { ...filter, _id: { $lt: before as never } })
        .sort({ _id: -1 })
        .limit(limit)
        .toArray();
      return documents.map((document) => toPlugin(document as unknown as PluginDocument));
    },
    count: (orgId) => collection.countDocuments({ orgId }),
    async replace({ id, ...fields }) {
      const filter = { _id: id as never, revision: fields.revision - 1 };
      const result = await collection.replaceOne(filter, fields, { writeConcern: durable });
      return result.matchedCount === 1;
    },
    async remove(pluginId) {
      const result = await collection.deleteOne({ _id: pluginId as never }, { writeConcern: durable });
      return result.deletedCount === 1;
    },
  };
}

function toPlugin({ _id, ...fields }: PluginDocument): Plugin {
  return { id: _id, ...fields };
}
