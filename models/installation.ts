import { type Model, Schema } from 'mongoose';
import type { Installation, InstallationStatus } from '../src/domain/installation.ts';
import { type Database, durable, nativeCollection } from './database.ts';

type InstallationDocument = { _id: string } & Omit<Installation, 'orgId'>;

const installationSchema = new Schema<InstallationDocument>(
  {
    _id: { type: String, required: true },
    status: { type: String, required: true },
  },
  { collection: 'installations', strict: false, versionKey: false, minimize: false },
);
installationSchema.index({ 'bot.teamId': 1 }, { unique: true });

export function installationModel(database: Database): Model<InstallationDocument> {
  return (
    database.models['Installation'] ??
    database.model<InstallationDocument>('Installation', installationSchema)
  );
}

export type NewInstallation = Pick<
  Installation,
  'orgId' | 'bot' | 'scopes' | 'sealedToken' | 'installedBy' | 'statusAt'
>;

/** In which workspaces Baton is installed; one for each org. */
export interface InstallationStore {
  find(orgId: string): Promise<Installation | null>;
  findByTeam(slackTeamId: string): Promise<Installation | null>;
  /** Orgs whose workspace has Baton. */
  listInstalled(): Promise<string[]>;
  /** In the place of an earlier one. */
  save(installation: NewInstallation): Promise<Installation>;
  /** Forgets the token. @returns null when it was so already, or when it was installed anew since `generation` */
  end(
    orgId: string,
    change: { status: Exclude<InstallationStatus, 'INSTALLED'>; generation: number; at: Date },
  ): Promise<Installation | null>;
}

export function createInstallationStore(database: Database): InstallationStore {
  const installations = nativeCollection<InstallationDocument>(database, 'installations');
  const options = { writeConcern: durable } as const;
  return {
    find: async (orgId) => toInstallation(await installations.findOne({ _id: orgId })),
    findByTeam: async (slackTeamId) =>
      toInstallation(await installations.findOne({ 'bot.teamId': slackTeamId })),
    async listInstalled() {
      const found = installations.find({ status: 'INSTALLED' }, { projection: { _id: 1 } });
      return (await found.toArray()).map(({ _id }) => _id);
    },
    async save({ orgId, ...fields }) {
      const document = await installations.findOneAndUpdate(
        { _id: orgId },
        { $set: { ...fields, status: 'INSTALLED' }, $inc: { generation: 1 } },
        { ...options, upsert: true, returnDocument: 'after' },
      );
      const saved = toInstallation(document);
      if (saved === null) throw new TypeError('an upsert gives the document');
      return saved;
    },
    async end(orgId, { status, generation, at }) {
      const document = await installations.findOneAndUpdate(
        { _id: orgId, status: 'INSTALLED', generation },
        { $set: { status, statusAt: at, sealedToken: null } },
        { ...options, returnDocument: 'after' },
      );
      return toInstallation(document);
    },
  };
}

function toInstallation(document: InstallationDocument | null): Installation | null {
  if (document === null) return null;
  const { _id, ...fields } = document;
  return { orgId: _id, ...fields };
}
