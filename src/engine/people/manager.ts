import { type Access, isAdmin } from '../../domain/access.ts';
import type { Actor } from '../../domain/actor.ts';
import { NotFoundError, PermissionError } from '../../errors.ts';

/** Who manages an org: what they may do, and how the log names them. */
export interface Manager {
  access: Access;
  actor: Actor;
}

/** @throws NotFoundError for another org than the caller's, whether or not it exists */
export function requireOrg({ access }: Pick<Manager, 'access'>, orgId: string): void {
  if (access.orgId !== orgId) throw new NotFoundError('There is no such org.');
}

/** @throws PermissionError for an event handler's token, which is for one workflow and nothing else */
export function requireMember({ access }: Pick<Manager, 'access'>): void {
  if (access.handler === null) return;
  throw new PermissionError(
    "An event handler's token is for one workflow and its tasks, and for nothing else.",
  );
}

/** @throws PermissionError that says who may */
export function requireAdmin({ access }: Pick<Manager, 'access'>): void {
  requireMember({ access });
  if (!isAdmin(access)) throw new PermissionError('Only the owners and admins of the org can do this.');
}
