import { type Model, Schema } from 'mongoose';
import type { Member } from '../src/domain/member.ts';
import type { Database } from './database.ts';

/** The id follows from org and person, so that nobody is a member twice. */
export type MemberDocument = { _id: string } & Omit<Member, 'id'>;

const memberSchema = new Schema<MemberDocument>(
  {
    _id: { type: String, required: true },
    orgId: { type: String, required: true },
    userId: { type: String, required: true },
    name: { type: String, default: null },
    email: { type: String, default: null },
    role: { type: String, required: true },
    isRoleSet: { type: Boolean, required: true },
    status: { type: String, required: true },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { collection: 'members', versionKey: false },
);
memberSchema.index({ orgId: 1, userId: 1 }, { unique: true });
memberSchema.index({ orgId: 1, email: 1 });

export function memberModel(database: Database): Model<MemberDocument> {
  return database.models['Member'] ?? database.model<MemberDocument>('Member', memberSchema);
}
