import { type Model, Schema } from 'mongoose';
import type { ExecutionEvent } from '../src/domain/event.ts';
import type { Database } from './database.ts';

/** The event's own id is kept as `eventId`; `_id` says which event of which execution it is, so it is unique by that. */
export type EventDocument = { _id: string; eventId: string } & Omit<ExecutionEvent, 'id'>;

const eventSchema = new Schema<EventDocument>(
  {
    _id: { type: String, required: true },
    eventId: { type: String, required: true },
    orgId: { type: String, required: true },
    executionId: { type: String, required: true },
    seq: { type: Number, required: true },
    type: { type: String, required: true },
    createdAt: { type: Date, required: true },
  },
  { collection: 'events', strict: false, versionKey: false, minimize: false },
);
eventSchema.index({ orgId: 1, createdAt: -1, _id: -1 });

export function eventModel(database: Database): Model<EventDocument> {
  return database.models['Event'] ?? database.model<EventDocument>('Event', eventSchema);
}

export function toEvent({ _id, eventId, ...event }: EventDocument): ExecutionEvent {
  return { id: eventId, ...event };
}

/** Digits enough for every event that a task can have. */
const seqDigits = 9;

/** `<executionId>:<seq>`, the seq padded, so that the ids of one execution sort in the order of its events. */
export function eventKey(executionId: string, seq: number): string {
  return `${executionId}:${String(seq).padStart(seqDigits, '0')}`;
}

/** The reverse of `eventKey`. */
export function parseEventKey(key: string): { executionId: string; seq: number } {
  const [executionId = '', seq = ''] = key.split(':');
  return { executionId, seq: Number(seq) };
}
