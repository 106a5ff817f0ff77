import { type Model, Schema } from 'mongoose';
import type { SealedSecret } from '../src/domain/plugin.ts';
import { type Database, durable, nativeCollection } from './database.ts';
import { isDuplicateKey } from './is-duplicate-key.ts';

/** What the callbacks of one intake are signed with. */
export interface IntakeSecrets {
  intakeId: string;
  orgId: string;
  /** Newest first; after a rotation the one before it, for a while. */
  secrets: SealedSecret[];
}

type IntakeSecretDocument = { _id: string } & Omit<IntakeSecrets, 'intakeId'>;

const collectionName = 'intake_secrets';

const intakeSecretSchema = new Schema<IntakeSecretDocument>(
  { _id: { type: String, required: true }, orgId: { type: String, required: true } },
  { collection: collectionName, strict: false, versionKey: false },
);

export function intakeSecretModel(database: Database): Model<IntakeSecretDocument> {
  return (
    database.models['IntakeSecret'] ??
    database.model<IntakeSecretDocument>('IntakeSecret', intakeSecretSchema)
  );
}

export interface IntakeSecretStore {
  find(intakeId: string): Promise<IntakeSecrets | null>;
  /** @returns false when the intake has some already */
  insert(secrets: IntakeSecrets): Promise<boolean>;
  save(secrets: IntakeSecrets): Promise<void>;
  delete(intakeId: string): Promise<void>;
}

/** The secrets in MongoDB, encrypted. */
export function createIntakeSecretStore(database: Database): IntakeSecretStore {
  const secrets = nativeCollection<IntakeSecretDocument>(database, collectionName);
  return {
    async find(intakeId) {
      const document = await secrets.findOne({ _id: intakeId });
      return document === null ? null : { intakeId, orgId: document.orgId, secrets: document.secrets };
    },
    async insert({ intakeId, ...fields }) {
      try {
        await secrets.insertOne({ _id: intakeId, ...fields }, { writeConcern: durable });
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },
    async save({ intakeId, ...fields }) {
      await secrets.replaceOne({ _id: intakeId }, fields, { upsert: true, writeConcern: durable });
    },
    async delete(intakeId) {
      await secrets.deleteOne({ _id: intakeId }, { writeConcern: durable });
    },
  };
}
