import { type Model, Schema } from 'mongoose';
import type { Team } from '../src/domain/team.ts';
import type { Database } from './database.ts';

/** `nameKey`: the name in lower case, by which it is unique. */
export type TeamDocument = { _id: string; nameKey: string } & Omit<Team, 'id'>;

const teamSchema = new Schema<TeamDocument>(
  {
    _id: { type: String, required: true },
    orgId: { type: String, required: true },
    name: { type: String, required: true },
    nameKey: { type: String, required: true },
    userIds: [String],
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { collection: 'teams', versionKey: false },
);
teamSchema.index({ orgId: 1, nameKey: 1 }, { unique: true });
teamSchema.index({ orgId: 1, userIds: 1 });

export function teamModel(database: Database): Model<TeamDocument> {
  return database.models['Team'] ?? database.model<TeamDocument>('Team', teamSchema);
}
