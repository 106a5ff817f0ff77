import { type Model, Schema } from 'mongoose';
import type { Database } from './database.ts';

/** A Slack workspace's tenant. */
export interface Org {
  id: string;
  name: string;
  /** Null for the org of a bot that has no Slack yet. */
  slackTeamId: string | null;
  createdAt: Date;
}

type OrgDocument = { _id: string } & Omit<Org, 'id'>;

const orgSchema = new Schema<OrgDocument>(
  {
    _id: { type: String, required: true },
    name: { type: String, required: true },
    slackTeamId: { type: String, default: null },
    createdAt: { type: Date, required: true },
  },
  { collection: 'orgs', versionKey: false },
);
orgSchema.index({ slackTeamId: 1 }, { unique: true });

export function orgModel(database: Database): Model<OrgDocument> {
  return database.models['Org'] ?? database.model<OrgDocument>('Org', orgSchema);
}

export interface OrgStore {
  /**
   * The org of a Slack workspace, made when it is seen for the first time. The org of a bot that had no
   * Slack until now becomes the workspace's.
   */
  ensure(org: Org): Promise<Org>;
  find(orgId: string): Promise<Org | null>;
  /** The org of a Slack workspace; null when there is none yet. */
  findByTeam(slackTeamId: string): Promise<Org | null>;
  /** All of them, oldest first. */
  list(): Promise<Org[]>;
  /** The org that was made first, or null. */
  first(): Promise<Org | null>;
}

export function createOrgStore(database: Database): OrgStore {
  const orgs = orgModel(database);
  return {
    async ensure({ id, slackTeamId, name, createdAt }) {
      if (slackTeamId !== null && (await orgs.exists({ slackTeamId })) === null) {
        await orgs.updateOne({ slackTeamId: null }, { $set: { slackTeamId, name } });
      }
      const document = await orgs
        .findOneAndUpdate(
          { slackTeamId },
          { $setOnInsert: { _id: id, name, createdAt } },
          { upsert: true, returnDocument: 'after' },
        )
        .lean<OrgDocument>();
      return toOrg(document);
    },
    async find(orgId) {
      const document = await orgs.findOne({ _id: orgId }).lean<OrgDocument>();
      return document === null ? null : toOrg(document);
    },
    async findByTeam(slackTeamId) {
      const document = await orgs.findOne({ slackTeamId }).lean<OrgDocument>();
      return document === null ? null : toOrg(document);
    },
    async list() {
      return (await orgs.find().sort({ _id: 1 }).lean<OrgDocument[]>()).map(toOrg);
    },
    async first() {
      const document = await orgs.findOne().sort({ _id: 1 }).lean<OrgDocument>();
      return document === null ? null : toOrg(document);
    },
  };
}

function toOrg({ _id, ...fields }: OrgDocument): Org {
  return { id: _id, ...fields };
}
