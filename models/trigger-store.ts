import { type Model, Schema } from 'mongoose';
import type { Trigger, TriggerInput, TriggerKind } from '../src/domain/trigger.ts';
import { type Database, durable, nativeCollection } from './database.ts';
import { isDuplicateKey } from './is-duplicate-key.ts';
import { nameKeyOf, orNameTaken } from './unique-name.ts';
import { type WorkflowDocument, workflowModel } from './workflow.ts';

/** `nameKey`: the name in lower case, by which it is unique in its workflow. */
type TriggerDocument = { _id: string; nameKey: string } & Omit<Trigger, 'id'>;

const collectionName = 'triggers';
/** As many as a workflow may have. */
export const maxTriggersPerWorkflow = 50;
const maxPerOrg = 5_000;

const triggerSchema = new Schema<TriggerDocument>(
  {
    _id: { type: String, required: true },
    orgId: { type: String, required: true },
    workflowId: { type: String, required: true },
    kind: { type: String, required: true },
    nameKey: { type: String, required: true },
  },
  { collection: collectionName, strict: false, versionKey: false, minimize: false },
);
triggerSchema.index({ workflowId: 1, nameKey: 1 }, { unique: true });
triggerSchema.index({ orgId: 1, kind: 1, enabled: 1 });

export function triggerModel(database: Database): Model<TriggerDocument> {
  return database.models['Trigger'] ?? database.model<TriggerDocument>('Trigger', triggerSchema);
}

/** The triggers of the workflows. */
export interface TriggerStore {
  /** @returns false when this id is there already @throws ConflictError when the workflow has another one of this name */
  insert(trigger: Trigger): Promise<boolean>;
  find(orgId: string, triggerId: string): Promise<Trigger | null>;
  /** In whatever org it is: for requests that name nothing but the trigger. */
  findAnywhere(triggerId: string): Promise<Trigger | null>;
  /** By name. */
  listOfWorkflow(orgId: string, workflowId: string): Promise<Trigger[]>;
  /** The ones that are switched on, of these kinds. */
  listEnabled(orgId: string, kinds: readonly TriggerKind[]): Promise<Trigger[]>;
  /**
   * All of it, but what it belongs to, and who made it and when. `hearsAs` stays where it is left out.
   * @returns null when there is none @throws ConflictError when the name is taken
   */
  replace(
    orgId: string,
    triggerId: string,
    input: TriggerInput & Pick<Trigger, 'hearsAs'>,
    updatedAt: Date,
  ): Promise<Trigger | null>;
  delete(orgId: string, triggerId: string): Promise<boolean>;
  /** Switches off all of a workflow that is gone for good. What their tasks need of them stays. */
  switchOffAll(orgId: string, workflowId: string, at: Date): Promise<void>;
  /** The same for every workflow of the org that is archived: nobody may have lived to do it. */
  switchOffArchived(orgId: string, at: Date): Promise<void>;
}

/** Triggers in MongoDB. */
export function createTriggerStore(database: Database): TriggerStore {
  const triggers = nativeCollection<TriggerDocument>(database, collectionName);
  const options = { writeConcern: durable } as const;
  return {
    async insert({ id, ...fields }) {
      const document = { _id: id, nameKey: nameKeyOf(fields.name), ...fields };
      try {
        await triggers.insertOne(document, options);
        return true;
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        // The name may be taken by the very trigger that is made again.
        if ((await triggers.findOne({ _id: id })) !== null) return false;
        return orNameTaken('a trigger', fields.name, () => Promise.reject(error));
      }
    },
    find: async (orgId, triggerId) => toTrigger(await triggers.findOne({ _id: triggerId, orgId })),
    findAnywhere: async (triggerId) => toTrigger(await triggers.findOne({ _id: triggerId })),
    listOfWorkflow: async (orgId, workflowId) => {
      const found = await triggers
        .find({ workflowId, orgId })
        .sort({ nameKey: 1 })
        .limit(maxTriggersPerWorkflow)
        .toArray();
      return found.flatMap((document) => toTrigger(document) ?? []);
    },
    listEnabled: async (orgId, kinds) => {
      const found = await triggers
        .find({ orgId, kind: { $in: [...kinds] }, enabled: true })
        .limit(maxPerOrg)
        .toArray();
      return found.flatMap((document) => toTrigger(document) ?? []);
    },
    async replace(orgId, triggerId, { name, enabled, settings, hearsAs }, updatedAt) {
      const right = hearsAs === undefined ? {} : { hearsAs };
      const change = { nameKey: nameKeyOf(name), name, enabled, settings, ...right, updatedAt };
      const after = await orNameTaken('a trigger', name, () =>
        triggers.findOneAndUpdate(
          { _id: triggerId, orgId },
          { $set: change },
          { ...options, returnDocument: 'after' },
        ),
      );
      return toTrigger(after);
    },
    async delete(orgId, triggerId) {
      return (await triggers.deleteOne({ _id: triggerId, orgId }, options)).deletedCount === 1;
    },
    async switchOffAll(orgId, workflowId, at) {
      const change = { enabled: false, updatedAt: at };
      await triggers.updateMany({ workflowId, orgId, enabled: true }, { $set: change }, options);
    },
    switchOffArchived: (...of) => switchOffArchived(database, ...of),
  };
}

async function switchOffArchived(database: Database, orgId: string, at: Date): Promise<void> {
  const triggers = nativeCollection<TriggerDocument>(database, collectionName);
  const workflows = nativeCollection<WorkflowDocument>(database, workflowModel(database).collection.name);
  const listening = await triggers.distinct('workflowId', { orgId, enabled: true });
  const gone = await workflows.distinct('_id', { _id: { $in: listening }, orgId, status: 'ARCHIVED' });
  if (gone.length === 0) return;
  const change = { enabled: false, updatedAt: at };
  const filter = { workflowId: { $in: gone }, orgId, enabled: true };
  await triggers.updateMany(filter, { $set: change }, { writeConcern: durable });
}

function toTrigger(document: TriggerDocument | null): Trigger | null {
  if (document === null) return null;
  const { _id, nameKey: _nameKey, ...fields } = document;
  return { id: _id, ...fields } as Trigger;
}
