import { type Model, Schema } from 'mongoose';
import type { Session } from '../src/domain/session.ts';
import type { Database } from './database.ts';

/** `_id`: sha256 of the token, in hex. It needs no salt: the token has 256 random bits. */
export type SessionDocument = { _id: string; sessionId: string } & Omit<Session, 'id'>;

const sessionSchema = new Schema<SessionDocument>(
  {
    _id: { type: String, required: true },
    sessionId: { type: String, required: true },
    orgId: { type: String, required: true },
    userId: { type: String, required: true },
    createdAt: { type: Date, required: true },
    expiresAt: { type: Date, required: true },
  },
  { collection: 'sessions', versionKey: false },
);
sessionSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
sessionSchema.index({ orgId: 1, userId: 1 });

export function sessionModel(database: Database): Model<SessionDocument> {
  return database.models['Session'] ?? database.model<SessionDocument>('Session', sessionSchema);
}

/** A link that signs one person in, once. `_id`: sha256 of its token, in hex. */
export interface SignInLinkDocument {
  _id: string;
  orgId: string;
  userId: string;
  expiresAt: Date;
}

const signInLinkSchema = new Schema<SignInLinkDocument>(
  {
    _id: { type: String, required: true },
    orgId: { type: String, required: true },
    userId: { type: String, required: true },
    expiresAt: { type: Date, required: true },
  },
  { collection: 'signInLinks', versionKey: false },
);
signInLinkSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
signInLinkSchema.index({ orgId: 1, userId: 1 });

export function signInLinkModel(database: Database): Model<SignInLinkDocument> {
  return database.models['SignInLink'] ?? database.model<SignInLinkDocument>('SignInLink', signInLinkSchema);
}
