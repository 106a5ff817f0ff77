import type { Access, Role } from '../../domain/access.ts';
import type { Member, MemberPlace, MemberAccount } from '../../domain/member.ts';
import type { Manager } from './manager.ts';

export interface NewMember {
  /** Slack user id. */
  userId: string;
  name: string | null;
  email: string | null;
  /** Null: what Slack says, else `member`; for who is of another workspace `guest`. */
  role: Role | null;
}

/** Of somebody who is of this workspace. */
export type OwnAccount = Pick<MemberAccount, 'userId' | 'name' | 'email'>;

/** Where it is known what Slack says of a person. */
export interface AccountSource {
  /** @returns null when the workspace has nobody of this id @throws AppError when Slack cannot be asked */
  find(orgId: string, userId: string): Promise<MemberAccount | null>;
}

/** The people of an org and their roles. Every change is logged. */
export interface Members {
  /**
   * Somebody who does something in Slack: made a member when they are seen for the first time, unless they are of
   * another workspace. Never waits for Slack when the person is known.
   */
  see(orgId: string, userId: string, name: string | null): Promise<Member>;
  /**
   * The same, and what they may reach: at the cost of one look-up, since nobody is to wait for two.
   * @throws PermissionError for whoever was taken out of the org; OutsiderError for who is of another workspace
   */
  enter(orgId: string, userId: string, name: string | null): Promise<Access>;
  /** A member, after a look at what Slack says of them now; null when there is none. */
  current(orgId: string, userId: string): Promise<Member | null>;
  /** What they may reach; null for members who were removed or deactivated. */
  accessOf(member: Member): Promise<Access | null>;
  /** By Slack user id or email. */
  find(orgId: string, userIdOrEmail: string): Promise<Member | null>;
  /**
   * For any member of the org. Without those who were removed; at most 1,000, or all of these, by their Slack user ids.
   * @throws NotFoundError, PermissionError
   */
  list(by: Manager, orgId: string, among?: readonly string[]): Promise<Member[]>;
  /**
   * For any member of the org: as many as `limit` in the same order, from the first one behind this place.
   * @throws NotFoundError, PermissionError
   */
  listAfter(by: Manager, orgId: string, place: MemberPlace | null, limit: number): Promise<Member[]>;
  /** @throws NotFoundError, PermissionError */
  get(by: Manager, orgId: string, memberId: string): Promise<Member>;
  /** Also lets in again who was removed. @throws NotFoundError, PermissionError, ConflictError for who is a member */
  add(by: Manager, orgId: string, member: NewMember): Promise<Member>;
  /** @throws NotFoundError, PermissionError; ConflictError for the last owner */
  changeRole(by: Manager, orgId: string, memberId: string, role: Role): Promise<Member>;
  /** Takes them out of all teams, and revokes their keys. @throws as `changeRole` */
  remove(by: Manager, orgId: string, memberId: string): Promise<void>;
  /** Makes this person owner if the org has none. */
  ensureOwner(orgId: string, account: OwnAccount): Promise<void>;
}
