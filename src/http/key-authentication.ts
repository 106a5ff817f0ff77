import type { Access } from '../domain/access.ts';
import type { Caller } from '../domain/actor.ts';
import type { ApiKey } from '../domain/api-key.ts';
import type { ApiKeys } from '../engine/people/api-keys.ts';
import type { Members } from '../engine/people/members.ts';
import type { Teams } from '../engine/people/teams.ts';
import type { ApiCaller, Authenticator } from './authentication.ts';

export interface KeyAuthenticatorDeps {
  apiKeys: Pick<ApiKeys, 'verify'>;
  members: Pick<Members, 'current' | 'accessOf'>;
  teams: Pick<Teams, 'exists'>;
  /** False for an event handler that was disabled: its token then opens nothing. Absent: always true. */
  isHandlerEnabled?: (orgId: string, handlerId: string) => Promise<boolean>;
}

/**
 * Knows the keys that are stored. What a key may reach is found out anew at each request, so that a change
 * of role or team, and a revocation, count from the next one on.
 */
export function createKeyAuthenticator(deps: KeyAuthenticatorDeps): Authenticator {
  return async (bearer) => {
    const key = await deps.apiKeys.verify(bearer);
    if (key === null) return null;
    switch (key.kind) {
      case 'user':
        return asPerson(deps, key);
      case 'team':
        return asTeam(deps, key);
      case 'handler':
        return asHandler(deps, key);
    }
  };
}

/** The first that knows the key. */
export function firstOf(...authenticators: readonly Authenticator[]): Authenticator {
  return async (bearer) => {
    for (const authenticate of authenticators) {
      const caller = await authenticate(bearer);
      if (caller !== null) return caller;
    }
    return null;
  };
}

async function asPerson({ members }: KeyAuthenticatorDeps, key: ApiKey): Promise<ApiCaller | null> {
  if (key.userId === null) return null;
  const member = await members.current(key.orgId, key.userId);
  const access = member === null ? null : await members.accessOf(member);
  if (member === null || access === null) return null;
  const { userId, name, email } = member;
  return toCaller(key, access, { kind: 'person', userId, name, email, handles: [], channels: [] });
}

async function asTeam({ teams }: KeyAuthenticatorDeps, key: ApiKey): Promise<ApiCaller | null> {
  if (key.teamId === null || !(await teams.exists(key.orgId, key.teamId))) return null;
  const access: Access = {
    orgId: key.orgId,
    role: 'member',
    teamIds: [key.teamId],
    userId: null,
    handler: null,
  };
  return toCaller(key, access, programOf(key));
}

async function asHandler({ isHandlerEnabled }: KeyAuthenticatorDeps, key: ApiKey): Promise<ApiCaller | null> {
  if (key.handler === null) return null;
  const { handlerId, workflowId, canWrite } = key.handler;
  if (isHandlerEnabled !== undefined && !(await isHandlerEnabled(key.orgId, handlerId))) return null;
  const { orgId } = key;
  const handler = { workflowId, canWrite };
  return toCaller(key, { orgId, role: 'member', teamIds: [], userId: null, handler }, programOf(key));
}

function programOf({ id, name }: ApiKey): Caller {
  return { kind: 'key', keyId: id, name };
}

function toCaller({ id, orgId }: ApiKey, access: Access, caller: Caller): ApiCaller {
  return { caller, access, keyId: id, orgId };
}
