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
export function requireNoHandler({ access }: Pick<Manager, 'access'>): void {
  if (access.handler === null) return;
  throw new PermissionError(
    "An event handler's token is for one workflow and its tasks, and for nothing else.",
  );
}

/** @throws PermissionError for an event handler's token, and for guests */
export function requireMember({ access }: Pick<Manager, 'access'>): void {
  requireNoHandler({ access });
  if (access.role !== 'guest') return;
  throw new PermissionError(
    'You are a guest in this workspace: you answer what you are asked, and see the tasks that you are in. One of the admins can make you a member.',
  );
}

/** @throws PermissionError that says who may */
export function requireAdmin({ access }: Pick<Manager, 'access'>): void {
  requireMember({ access });
  if (!isAdmin(access)) throw new PermissionError('Only the owners and admins of the org can do this.');
}
