import { type Model, Schema } from 'mongoose';
import type { EventHandler } from '../src/domain/event-handler.ts';
import type { OutboundEventType } from '../src/domain/outbound-event-type.ts';
import { ConflictError } from '../src/errors.ts';
import { type Database, durable } from './database.ts';
import { isDuplicateKey } from './is-duplicate-key.ts';

type EventHandlerDocument = { _id: string } & Omit<EventHandler, 'id'>;

const eventHandlerSchema = new Schema<EventHandlerDocument>(
  {
    _id: { type: String, required: true },
    orgId: { type: String, required: true },
    workflowId: { type: String, required: true },
    pluginId: { type: String, required: true },
    enabled: { type: Boolean, required: true },
  },
  { collection: 'event_handlers', strict: false, versionKey: false, minimize: false },
);
eventHandlerSchema.index({ workflowId: 1, pluginId: 1 }, { unique: true });
eventHandlerSchema.index({ pluginId: 1 });

export function eventHandlerModel(database: Database): Model<EventHandlerDocument> {
  return (
    database.models['EventHandler'] ??
    database.model<EventHandlerDocument>('EventHandler', eventHandlerSchema)
  );
}

export interface EventHandlerStore {
  /** @throws ConflictError when the plugin is attached to the workflow already */
  insert(handler: EventHandler): Promise<void>;
  find(handlerId: string): Promise<EventHandler | null>;
  /** All of a workflow, oldest first. */
  listOfWorkflow(workflowId: string): Promise<EventHandler[]>;
  listOfPlugin(pluginId: string): Promise<EventHandler[]>;
  /** @returns the changed handler, or null when it is gone */
  setEnabled(
    handlerId: string,
    enabled: boolean,
    disabledReason: string | null,
    now: Date,
  ): Promise<EventHandler | null>;
  /** Takes from all handlers of a plugin the events that the plugin does not offer any more. */
  narrow(pluginId: string, events: readonly OutboundEventType[], now: Date): Promise<void>;
  /** @returns false when it was not there */
  remove(handlerId: string): Promise<boolean>;
}

/** Event handlers in MongoDB. */
export function createEventHandlerStore(database: Database): EventHandlerStore {
  return new MongoEventHandlerStore(database);
}

class MongoEventHandlerStore implements EventHandlerStore {
  readonly #handlers: Model<EventHandlerDocument>;

  constructor(database: Database) {
    this.#handlers = eventHandlerModel(database);
  }

  async insert({ id, ...fields }: EventHandler): Promise<void> {
    try {
      await this.#handlers.collection.insertOne({ _id: id as never, ...fields }, { writeConcern: durable });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      throw new ConflictError('This plugin is attached to this workflow already.', 'already-attached');
    }
  }

  async find(handlerId: string): Promise<EventHandler | null> {
    const document = await this.#handlers.findOne({ _id: handlerId }).lean<EventHandlerDocument>();
    return document === null ? null : toHandler(document);
  }

  async listOfWorkflow(workflowId: string): Promise<EventHandler[]> {
    const found = await this.#handlers.find({ workflowId }).sort({ _id: 1 }).lean<EventHandlerDocument[]>();
    return found.map(toHandler);
  }

  async listOfPlugin(pluginId: string): Promise<EventHandler[]> {
    const found = await this.#handlers.find({ pluginId }).sort({ _id: 1 }).lean<EventHandlerDocument[]>();
    return found.map(toHandler);
  }

  async setEnabled(
    handlerId: string,
    enabled: boolean,
    disabledReason: string | null,
    now: Date,
  ): Promise<EventHandler | null> {
    const document = await this.#handlers
      .findOneAndUpdate(
        { _id: handlerId },
        { $set: { enabled, disabledReason, updatedAt: now } },
        { returnDocument: 'after' },
      )
      .lean<EventHandlerDocument>();
    return document === null ? null : toHandler(document);
  }

  async narrow(pluginId: string, events: readonly OutboundEventType[], now: Date): Promise<void> {
    await this.#handlers.updateMany(
      { pluginId },
      { $pull: { events: { $nin: [...events] } }, $set: { updatedAt: now } },
    );
  }

  async remove(handlerId: string): Promise<boolean> {
    return (await this.#handlers.deleteOne({ _id: handlerId })).deletedCount === 1;
  }
}

function toHandler({ _id, ...fields }: EventHandlerDocument): EventHandler {
  return { id: _id, ...fields };
}
