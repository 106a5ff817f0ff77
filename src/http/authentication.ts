import { createHash, timingSafeEqual } from 'node:crypto';
import type { Access } from '../domain/access.ts';
import type { Caller } from '../domain/actor.ts';

/** Who calls the API, and what they may reach. */
export interface ApiCaller {
  /** A personal key acts as its person; what matters to a decision is looked up when they decide. */
  caller: Caller;
  access: Access;
  /** The key that they came with. */
  keyId: string;
  /** The same as `access.orgId`. */
  orgId: string;
}

/** Finds out whose bearer key this is; null when it is nobody's. */
export type Authenticator = (bearer: string) => Promise<ApiCaller | null>;

/** The admin key's id in the log. */
export const adminKeyId = 'admin';

/**
 * Knows one key: `BATON_ADMIN_KEY`, which is owner of one org and no person. The comparison takes the
 * same time whatever is sent. Without a key nobody is let in.
 */
export function createAdminKeyAuthenticator(adminKey: string | null, orgId: string): Authenticator {
  const expected = adminKey === null ? null : digest(adminKey);
  const owner: ApiCaller = {
    caller: { kind: 'key', keyId: adminKeyId, name: 'admin key' },
    access: { orgId, role: 'owner', teamIds: [], userId: null, handler: null },
    keyId: adminKeyId,
    orgId,
  };
  return async (bearer) => (expected !== null && timingSafeEqual(digest(bearer), expected) ? owner : null);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
