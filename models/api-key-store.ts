import type mongoose from 'mongoose';
import type { ApiKey } from '../src/domain/api-key.ts';
import { type Database, durable, nativeCollection } from './database.ts';
import type { ApiKeyDocument } from './api-key.ts';

const maxListed = 1_000;

export interface ApiKeyQuery {
  orgId: string;
  /** Only this person's. */
  userId?: string | undefined;
  teamIds?: readonly string[] | undefined;
}

/** The keys of the orgs. Secrets are kept as hashes, and leave the store nowhere but in `findForCheck`. */
export interface ApiKeyStore {
  insert(key: ApiKey, secretHash: string): Promise<void>;
  /** In whatever org it is. */
  findForCheck(keyId: string): Promise<{ key: ApiKey; secretHash: string } | null>;
  find(orgId: string, keyId: string): Promise<ApiKey | null>;
  /**
   * Newest first, at most 1,000: those that are not revoked, without event handlers' tokens. With
   * `userId` or `teamIds` only those of the person or of the teams.
   */
  list(query: ApiKeyQuery): Promise<ApiKey[]>;
  /** @returns the key when it is revoked by this call; null when it was before, or is none of the org's */
  revoke(orgId: string, keyId: string, revokedAt: Date): Promise<ApiKey | null>;
  /** @returns those that are revoked by this call */
  revokeAllOf(
    orgId: string,
    owner: { userId: string } | { teamId: string } | { handlerId: string },
    revokedAt: Date,
  ): Promise<ApiKey[]>;
  /** Writes only when the last use that is recorded is older than `notSince`. */
  recordUse(keyId: string, usedAt: Date, notSince: Date): Promise<void>;
}

export function createApiKeyStore(database: Database): ApiKeyStore {
  return new MongoApiKeyStore(database);
}

class MongoApiKeyStore implements ApiKeyStore {
  readonly #keys: mongoose.mongo.Collection<ApiKeyDocument>;

  constructor(database: Database) {
    this.#keys = nativeCollection(database, 'apiKeys');
  }

  async insert({ id, ...fields }: ApiKey, secretHash: string): Promise<void> {
    await this.#keys.insertOne({ _id: id, secretHash, ...fields }, { writeConcern: durable });
  }

  async findForCheck(keyId: string): Promise<{ key: ApiKey; secretHash: string } | null> {
    const document = await this.#keys.findOne({ _id: keyId });
    return document === null ? null : { key: toApiKey(document), secretHash: document.secretHash };
  }

  async find(orgId: string, keyId: string): Promise<ApiKey | null> {
    const document = await this.#keys.findOne({ _id: keyId, orgId });
    return document === null ? null : toApiKey(document);
  }

  async list({ orgId, userId, teamIds }: ApiKeyQuery): Promise<ApiKey[]> {
    const owners = [
      ...(userId === undefined ? [] : [{ userId }]),
      ...(teamIds === undefined ? [] : [{ teamId: { $in: [...teamIds] } }]),
    ];
    const filter: mongoose.mongo.Filter<ApiKeyDocument> = {
      orgId,
      kind: { $ne: 'handler' },
      revokedAt: null,
      ...(owners.length === 0 ? {} : { $or: owners }),
    };
    const documents = await this.#keys.find(filter).sort({ _id: -1 }).limit(maxListed).toArray();
    return documents.map(toApiKey);
  }

  async revoke(orgId: string, keyId: string, revokedAt: Date): Promise<ApiKey | null> {
    const document = await this.#keys.findOneAndUpdate(
      { _id: keyId, orgId, revokedAt: null },
      { $set: { revokedAt } },
      { returnDocument: 'after', writeConcern: durable },
    );
    return document === null ? null : toApiKey(document);
  }

  async revokeAllOf(
    orgId: string,
    owner: { userId: string } | { teamId: string } | { handlerId: string },
    revokedAt: Date,
  ): Promise<ApiKey[]> {
    const filter = 'handlerId' in owner ? { 'handler.handlerId': owner.handlerId } : owner;
    const found = await this.#keys.find({ orgId, ...filter, revokedAt: null }).toArray();
    const revoked = await Promise.all(found.map(({ _id }) => this.revoke(orgId, _id, revokedAt)));
    return revoked.filter((key) => key !== null);
  }

  async recordUse(keyId: string, usedAt: Date, notSince: Date): Promise<void> {
    const isOld = { $or: [{ lastUsedAt: null }, { lastUsedAt: { $lt: notSince } }] };
    await this.#keys.updateOne({ _id: keyId, ...isOld }, { $set: { lastUsedAt: usedAt } });
  }
}

/** Without the hash. */
function toApiKey({ _id, secretHash: _secretHash, ...fields }: ApiKeyDocument): ApiKey {
  return { id: _id, ...fields };
}
