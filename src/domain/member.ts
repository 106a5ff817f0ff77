import type { Role } from './access.ts';

/**
 * `DEACTIVATED`: their Slack account is. `REMOVED`: an admin took them out, and only an admin lets them in
 * again. `OUTSIDE`: they are of another workspace, and no admin has added them. None of these may do anything.
 */
export const memberStatuses = ['ACTIVE', 'DEACTIVATED', 'REMOVED', 'OUTSIDE'] as const;
export type MemberStatus = (typeof memberStatuses)[number];

/** A person in an org. */
export interface Member {
  id: string;
  orgId: string;
  /** Slack user id. */
  userId: string;
  name: string | null;
  /** Lower case. */
  email: string | null;
  role: Role;
  /** True when the role was given here: what Slack says of them no longer changes it. */
  isRoleSet: boolean;
  status: MemberStatus;
  createdAt: Date;
  updatedAt: Date;
}

/** What Slack says of an account, as far as membership goes. */
export interface MemberAccount {
  userId: string;
  name: string | null;
  email: string | null;
  /** Owners, admins and guests of the workspace are so here, unless their role was set here. */
  role: Role;
  deactivated: boolean;
  /** Of another workspace, with which a channel is shared. */
  isOutside: boolean;
}

/** Where somebody stands in the list of an org, which is by name. */
export type MemberPlace = Pick<Member, 'name' | 'id'>;
