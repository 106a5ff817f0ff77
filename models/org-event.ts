import { type Model, Schema } from 'mongoose';
import type { OrgEvent } from '../src/domain/org-event.ts';
import type { Database } from './database.ts';

/** The event's own id is kept as `eventId`; `_id` says which event of which org it is, so it is unique by that. */
export type OrgEventDocument = { _id: string; eventId: string } & Omit<OrgEvent, 'id'>;

const orgEventSchema = new Schema<OrgEventDocument>(
  {
    _id: { type: String, required: true },
    eventId: { type: String, required: true },
    orgId: { type: String, required: true },
    seq: { type: Number, required: true },
    type: { type: String, required: true },
    workflowId: { type: String, default: null },
    createdAt: { type: Date, required: true },
  },
  { collection: 'orgEvents', strict: false, versionKey: false, minimize: false },
);
orgEventSchema.index({ orgId: 1, eventId: 1 }, { unique: true });
orgEventSchema.index({ orgId: 1, createdAt: -1, _id: -1 });

export function orgEventModel(database: Database): Model<OrgEventDocument> {
  return database.models['OrgEvent'] ?? database.model<OrgEventDocument>('OrgEvent', orgEventSchema);
}

/** Digits enough for everything that is ever done in an org. */
const seqDigits = 12;

/** `<orgId>:<seq>`, the seq padded, so that the ids of one org sort in the order of its events. */
export function orgEventKey(orgId: string, seq: number): string {
  return `${orgId}:${String(seq).padStart(seqDigits, '0')}`;
}

export function toOrgEvent({ _id, eventId, ...event }: OrgEventDocument): OrgEvent {
  return { id: eventId, ...event };
}
