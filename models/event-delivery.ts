import { type Model, Schema } from 'mongoose';
import type { Delivery, DeliveryLane } from '../src/domain/delivery.ts';
import type { Database } from './database.ts';
import type { LaneDocument } from './lane-table.ts';

/** A delivery as it lies in the collection: `_id` is its key, which is unique for each event of each handler. */
export type DeliveryDocument = {
  _id: string;
  deliveryId: string;
  laneId: string;
  expireAt: Date | null;
} & Omit<Delivery, 'id' | 'key' | 'lane'> &
  Omit<DeliveryLane, 'id'>;

/** What is pending, in order. Partial, so that what is done costs nothing; a query must say `state: 'PENDING'`. */
export const pendingIndex = { laneId: 1, _id: 1 } as const;
const whilePending = { partialFilterExpression: { state: 'PENDING' } };

const deliverySchema = new Schema<DeliveryDocument>(
  {
    _id: { type: String, required: true },
    deliveryId: { type: String, required: true },
    laneId: { type: String, required: true },
    handlerId: { type: String, required: true },
    pluginId: { type: String, required: true },
    state: { type: String, required: true },
    nextAttemptAt: { type: Date, default: null },
    expireAt: { type: Date, default: null },
  },
  { collection: 'event_deliveries', strict: false, versionKey: false, minimize: false },
);
deliverySchema.index(pendingIndex, whilePending);
deliverySchema.index({ pluginId: 1, nextAttemptAt: 1 }, whilePending);
deliverySchema.index({ handlerId: 1, deliveryId: -1 }, { unique: true });
deliverySchema.index({ handlerId: 1, state: 1, deliveryId: -1 });
deliverySchema.index({ expireAt: 1 }, { expireAfterSeconds: 0 });

export function deliveryModel(database: Database): Model<DeliveryDocument> {
  return (
    database.models['EventDelivery'] ?? database.model<DeliveryDocument>('EventDelivery', deliverySchema)
  );
}

/** A lane as it lies in the collection, with what it is looked for by. */
export type DeliveryLaneDocument = LaneDocument & Omit<DeliveryLane, 'id'>;

/** The one index of the lanes: by plugin, so that one receiver's backlog is never read for another's. */
export const laneDueIndex = { pluginId: 1, dueAt: 1 } as const;

const laneSchema = new Schema<DeliveryLaneDocument>(
  {
    _id: { type: String, required: true },
    handlerId: { type: String, required: true },
    pluginId: { type: String, required: true },
    dueAt: { type: Date, required: true },
  },
  { collection: 'delivery_lanes', strict: false, versionKey: false, minimize: false },
);
laneSchema.index(laneDueIndex);
laneSchema.index({ handlerId: 1 });

export function deliveryLaneModel(database: Database): Model<DeliveryLaneDocument> {
  return database.models['DeliveryLane'] ?? database.model<DeliveryLaneDocument>('DeliveryLane', laneSchema);
}
