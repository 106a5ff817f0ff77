import { type Model, Schema } from 'mongoose';
import type { MemberSettings } from '../src/domain/member-settings.ts';
import type { Database } from './database.ts';

/** The id is the member's. */
export type MemberSettingsDocument = { _id: string } & MemberSettings;

const awaySchema = new Schema(
  {
    since: { type: Date, required: true },
    until: { type: Date, required: true },
    delegate: { type: String, default: null },
    note: { type: String, default: null },
  },
  { _id: false },
);
const hoursSchema = new Schema(
  {
    days: { type: [Number], required: true },
    from: { type: String, required: true },
    to: { type: String, required: true },
  },
  { _id: false },
);
const memberSettingsSchema = new Schema<MemberSettingsDocument>(
  {
    _id: { type: String, required: true },
    orgId: { type: String, required: true },
    userId: { type: String, required: true },
    workingHours: { type: hoursSchema, default: null },
    away: { type: awaySchema, default: null },
    updatedAt: { type: Date, default: null },
  },
  { collection: 'membersettings', versionKey: false },
);

export function memberSettingsModel(database: Database): Model<MemberSettingsDocument> {
  return (
    database.models['MemberSettings'] ??
    database.model<MemberSettingsDocument>('MemberSettings', memberSettingsSchema)
  );
}
