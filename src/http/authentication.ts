import { createHash, timingSafeEqual } from 'node:crypto';
import type { KeyHolder } from '../domain/actor.ts';

/** Who calls the API, in which org, as what. */
export interface ApiCaller {
  caller: KeyHolder;
  orgId: string;
  role: 'owner';
}

/** Finds out whose bearer key this is; null when it is nobody's. */
export type Authenticator = (bearer: string) => Promise<ApiCaller | null>;

/** The admin key's id in the log. */
const adminKeyId = 'admin';

/**
 * Knows one key: `BATON_ADMIN_KEY`, which is owner of one org. The comparison takes the same time
 * whatever is sent. Without a key nobody is let in.
 */
export function createAdminKeyAuthenticator(adminKey: string | null, orgId: string): Authenticator {
  const expected = adminKey === null ? null : digest(adminKey);
  const owner: ApiCaller = {
    caller: { kind: 'key', keyId: adminKeyId, name: 'admin key' },
    orgId,
    role: 'owner',
  };
  return async (bearer) => (expected !== null && timingSafeEqual(digest(bearer), expected) ? owner : null);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
