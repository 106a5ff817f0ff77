import type { Session } from '../src/domain/session.ts';
import { type Database, durable, nativeCollection } from './database.ts';
import type { SessionDocument, SignInLinkDocument } from './session.ts';

/** Whom a link signs in. */
export interface SignInLink {
  orgId: string;
  userId: string;
}

/** Sessions and the links that open them, by the hash of their token. What has expired is not found. */
export interface SessionStore {
  insert(tokenHash: string, session: Session): Promise<void>;
  find(tokenHash: string, now: Date): Promise<Session | null>;
  prolong(tokenHash: string, expiresAt: Date): Promise<void>;
  /** @returns the session that is ended by this call */
  remove(tokenHash: string): Promise<Session | null>;
  /** Ends every session of a person, and takes back the links that would open another. @returns how many sessions */
  removeAllOf(orgId: string, userId: string): Promise<number>;
  /** The same for everybody of an org. */
  removeAllOfOrg(orgId: string): Promise<number>;
  insertLink(tokenHash: string, link: SignInLink, expiresAt: Date): Promise<void>;
  /** Looks, and uses nothing up. */
  findLink(tokenHash: string, now: Date): Promise<SignInLink | null>;
  /** Uses the link up: of two calls at the same moment one finds it. */
  takeLink(tokenHash: string, now: Date): Promise<SignInLink | null>;
}

/** Both in MongoDB, which removes what has expired. */
export function createSessionStore(database: Database): SessionStore {
  const sessions = nativeCollection<SessionDocument>(database, 'sessions');
  const links = nativeCollection<SignInLinkDocument>(database, 'signInLinks');
  const options = { writeConcern: durable } as const;

  return {
    async insert(tokenHash, { id, ...fields }) {
      await sessions.insertOne({ _id: tokenHash, sessionId: id, ...fields }, options);
    },
    async find(tokenHash, now) {
      return toSession(await sessions.findOne({ _id: tokenHash, expiresAt: { $gt: now } }));
    },
    async prolong(tokenHash, expiresAt) {
      await sessions.updateOne({ _id: tokenHash }, { $max: { expiresAt } }, options);
    },
    async remove(tokenHash) {
      return toSession(await sessions.findOneAndDelete({ _id: tokenHash }, options));
    },
    async removeAllOf(orgId, userId) {
      await links.deleteMany({ orgId, userId }, options);
      return (await sessions.deleteMany({ orgId, userId }, options)).deletedCount;
    },
    async removeAllOfOrg(orgId) {
      await links.deleteMany({ orgId }, options);
      return (await sessions.deleteMany({ orgId }, options)).deletedCount;
    },
    async insertLink(tokenHash, link, expiresAt) {
      await links.insertOne({ _id: tokenHash, ...link, expiresAt }, options);
    },
    async findLink(tokenHash, now) {
      return toLink(await links.findOne({ _id: tokenHash, expiresAt: { $gt: now } }));
    },
    async takeLink(tokenHash, now) {
      return toLink(await links.findOneAndDelete({ _id: tokenHash, expiresAt: { $gt: now } }, options));
    },
  };
}

function toSession(document: SessionDocument | null): Session | null {
  if (document === null) return null;
  const { _id, sessionId, ...fields } = document;
  return { id: sessionId, ...fields };
}

function toLink(document: SignInLinkDocument | null): SignInLink | null {
  return document === null ? null : { orgId: document.orgId, userId: document.userId };
}
