import type { ApiKey } from '../../domain/api-key.ts';
import type { Member } from '../../domain/member.ts';
import type { Team } from '../../domain/team.ts';

export function representMember(member: Member): object {
  const { id, orgId, userId, name, email, role, status, createdAt, updatedAt } = member;
  return { id, orgId, userId, name, email, role, status, createdAt, updatedAt };
}

export function representTeam({ id, orgId, name, userIds, createdAt, updatedAt }: Team): object {
  return { id, orgId, name, userIds, createdAt, updatedAt };
}

/** A key without its secret, which nobody has any more. */
export function representApiKey(key: ApiKey): object {
  const { id, orgId, kind, name, userId, teamId, createdBy, createdAt, expiresAt, lastUsedAt } = key;
  return { id, orgId, kind, name, userId, teamId, createdBy, createdAt, expiresAt, lastUsedAt };
}
