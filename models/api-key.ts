import { type Model, Schema } from 'mongoose';
import type { ApiKey } from '../src/domain/api-key.ts';
import type { Database } from './database.ts';

/** `secretHash`: sha256 of the secret, in hex. It needs no salt: the secret has 256 random bits. */
export type ApiKeyDocument = { _id: string; secretHash: string } & Omit<ApiKey, 'id'>;

const apiKeySchema = new Schema<ApiKeyDocument>(
  {
    _id: { type: String, required: true },
    orgId: { type: String, required: true },
    kind: { type: String, required: true },
    name: { type: String, required: true },
    userId: { type: String, default: null },
    teamId: { type: String, default: null },
    handler: { type: Schema.Types.Mixed, default: null },
    secretHash: { type: String, required: true },
    createdBy: { type: Schema.Types.Mixed, required: true },
    createdAt: { type: Date, required: true },
    expiresAt: { type: Date, default: null },
    revokedAt: { type: Date, default: null },
    lastUsedAt: { type: Date, default: null },
  },
  { collection: 'apiKeys', versionKey: false, minimize: false },
);
apiKeySchema.index({ orgId: 1, _id: 1 });
apiKeySchema.index(
  { 'handler.handlerId': 1 },
  { partialFilterExpression: { 'handler.handlerId': { $type: 'string' } } },
);

export function apiKeyModel(database: Database): Model<ApiKeyDocument> {
  return database.models['ApiKey'] ?? database.model<ApiKeyDocument>('ApiKey', apiKeySchema);
}
