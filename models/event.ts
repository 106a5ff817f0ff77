import { type Model, Schema } from 'mongoose';
import type { ExecutionEvent } from '../src/domain/event.ts';
import type { Database } from './database.ts';

export type EventDocument = { _id: string } & Omit<ExecutionEvent, 'id'>;

const eventSchema = new Schema<EventDocument>(
  {
    _id: { type: String, required: true },
    orgId: { type: String, required: true },
    executionId: { type: String, required: true },
    seq: { type: Number, required: true },
    type: { type: String, required: true },
    createdAt: { type: Date, required: true },
  },
  { collection: 'events', strict: false, versionKey: false, minimize: false },
);
eventSchema.index({ executionId: 1, seq: 1 }, { unique: true });
eventSchema.index({ orgId: 1, createdAt: -1 });

export function eventModel(database: Database): Model<EventDocument> {
  return database.models['Event'] ?? database.model<EventDocument>('Event', eventSchema);
}
