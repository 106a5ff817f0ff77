import type { ApiKeyStore } from '../../../models/api-key-store.ts';
import type { MemberChanges, MemberStore } from '../../../models/member-store.ts';
import type { SessionStore } from '../../../models/session-store.ts';
import type { TeamStore } from '../../../models/team-store.ts';
import type { Clock } from '../../clock.ts';
import type { Access, Role } from '../../domain/access.ts';
import { type Actor, systemActor } from '../../domain/actor.ts';
import { deriveId } from '../../domain/ids.ts';
import type { Member, MemberPlace, MemberAccount, MemberStatus } from '../../domain/member.ts';
import type { OrgEventType } from '../../domain/org-event.ts';
import { AppError, ConflictError, NotFoundError, PermissionError, errorMessage } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { type Manager, requireAdmin, requireMember, requireOrg } from './manager.ts';
import type { AccountSource, Members, NewMember, OwnAccount } from './members.ts';
import { OutsiderError } from './outsider-error.ts';
import type { NoteOrgEvent } from '../audit/note-org-event.ts';

export interface MembersDeps {
  store: MemberStore;
  teams: TeamStore;
  keys: ApiKeyStore;
  sessions: Pick<SessionStore, 'removeAllOf'>;
  /** Null without Slack. */
  accounts: AccountSource | null;
  note: NoteOrgEvent;
  clock: Clock;
  logger: Logger;
}

/** How long what Slack said of a person counts as known, and how soon it is asked again when it did not answer. */
const refreshEveryMs = 300_000;
const retryRefreshMs = 30_000;

/** The people of the orgs over the store and, where it is connected, over what Slack knows of them. */
export function createMembers(deps: MembersDeps): Members {
  return new StoreMembers(deps);
}

class StoreMembers implements Members {
  readonly #deps: MembersDeps;
  /** When to look again at what Slack says, by member id. */
  readonly #refreshAt = new Map<string, number>();

  constructor(deps: MembersDeps) {
    this.#deps = deps;
  }

  async see(orgId: string, userId: string, name: string | null): Promise<Member> {
    const known = await this.#deps.store.find(orgId, userId);
    if (known !== null) {
      void this.#refresh(known);
      return known;
    }
    const account = await this.#askSlack(orgId, userId);
    // Who could not be looked up, and may be of elsewhere, is let in as a guest, and looked up the next time.
    const isUnknown = account === null && this.#deps.accounts !== null;
    const role = isUnknown ? 'guest' : 'member';
    const fallback: MemberAccount = { userId, name, email: null, role, deactivated: false, isOutside: false };
    const member = this.#newMember(orgId, account ?? fallback, null);
    return isUnknown || member.status === 'OUTSIDE' ? member : this.#insert(member, systemActor);
  }

  async current(orgId: string, userId: string): Promise<Member | null> {
    const known = await this.#deps.store.find(orgId, userId);
    return known === null ? null : this.#refresh(known);
  }

  async enter(orgId: string, userId: string, name: string | null): Promise<Access> {
    const [member, teamIds] = await Promise.all([
      this.see(orgId, userId, name),
      this.#deps.teams.idsOf(orgId, userId),
    ]);
    const access = accessWith(member, teamIds);
    if (access !== null) return access;
    if (member.status === 'OUTSIDE') throw new OutsiderError();
    throw new PermissionError('You are no longer a member here. Ask one of the admins to add you again.');
  }

  async accessOf(member: Member): Promise<Access | null> {
    return accessWith(member, await this.#deps.teams.idsOf(member.orgId, member.userId));
  }

  async find(orgId: string, userIdOrEmail: string): Promise<Member | null> {
    const text = userIdOrEmail.trim();
    if (text.includes('@')) return this.#deps.store.findByEmail(orgId, text.toLowerCase());
    return this.#deps.store.find(orgId, text);
  }

  async list(by: Manager, orgId: string, among?: readonly string[]): Promise<Member[]> {
    requireOrg(by, orgId);
    requireMember(by);
    return this.#deps.store.list(orgId, among);
  }

  async listAfter(by: Manager, orgId: string, place: MemberPlace | null, limit: number): Promise<Member[]> {
    requireOrg(by, orgId);
    requireMember(by);
    return this.#deps.store.listAfter(orgId, place, limit);
  }

  async get(by: Manager, orgId: string, memberId: string): Promise<Member> {
    requireOrg(by, orgId);
    requireMember(by);
    const member = await this.#deps.store.findById(orgId, memberId);
    if (member === null || member.status === 'REMOVED') throw noSuchMember();
    return member;
  }

  async add(by: Manager, orgId: string, { userId, name, email, role }: NewMember): Promise<Member> {
    requireOrg(by, orgId);
    requireAdmin(by);
    requireMayGive(by, role ?? 'member');
    const asked = await this.#askSlack(orgId, userId);
    const account: MemberAccount = {
      userId,
      name: name ?? asked?.name ?? null,
      email: (email ?? asked?.email ?? null)?.toLowerCase() ?? null,
      role: asked?.role ?? 'member',
      deactivated: asked?.deactivated ?? false,
      isOutside: asked?.isOutside ?? false,
    };
    // That somebody of another workspace is let in, and as what, is decided here and not by Slack.
    const wanted = this.#newMember(orgId, account, role ?? (account.isOutside ? 'guest' : null));
    const known = await this.#deps.store.find(orgId, userId);
    if (known === null) return this.#insert(wanted, by.actor);
    if (known.status !== 'REMOVED' && known.status !== 'OUTSIDE') {
      throw new ConflictError(`${known.name ?? userId} is a member already.`, 'already-a-member');
    }
    const { id: _id, orgId: _orgId, userId: _userId, createdAt: _createdAt, updatedAt, ...changes } = wanted;
    const back = await this.#deps.store.update(orgId, known.id, changes, updatedAt);
    if (back === null) throw noSuchMember();
    await this.#note('MEMBER_ADDED', back, by.actor, { role: back.role });
    return back;
  }

  async changeRole(by: Manager, orgId: string, memberId: string, role: Role): Promise<Member> {
    requireAdmin(by);
    const member = await this.get(by, orgId, memberId);
    requireMayGive(by, member.role);
    requireMayGive(by, role);
    const { before, after } = await this.#changeUnlessLastOwner(member, { role, isRoleSet: true });
    if (before.role !== role) {
      await this.#note('MEMBER_CHANGED', after, by.actor, { from: before.role, to: role });
    }
    return after;
  }

  async remove(by: Manager, orgId: string, memberId: string): Promise<void> {
    requireAdmin(by);
    const member = await this.get(by, orgId, memberId);
    requireMayGive(by, member.role);
    const { after } = await this.#changeUnlessLastOwner(member, { status: 'REMOVED' });
    const now = this.#deps.clock.now();
    await this.#deps.teams.removeUserFromAll(orgId, member.userId, now);
    const revoked = await this.#deps.keys.revokeAllOf(orgId, { userId: member.userId }, now);
    await this.#deps.sessions.removeAllOf(orgId, member.userId);
    await this.#note('MEMBER_REMOVED', after, by.actor, { revokedKeyIds: revoked.map(({ id }) => id) });
  }

  async ensureOwner(orgId: string, account: OwnAccount): Promise<void> {
    if (await this.#deps.store.hasOwner(orgId)) return;
    const own = { ...account, role: 'owner', deactivated: false, isOutside: false } as const;
    const wanted = this.#newMember(orgId, own, 'owner');
    const member = await this.#insert(wanted, systemActor);
    if (member.role === 'owner' && member.status === 'ACTIVE') return;
    const changes = { role: 'owner', isRoleSet: true, status: 'ACTIVE' } as const;
    const after = await this.#deps.store.update(orgId, member.id, changes, this.#deps.clock.now());
    if (after !== null)
      await this.#note('MEMBER_CHANGED', after, systemActor, { from: member.role, to: 'owner' });
  }

  async #changeUnlessLastOwner(
    { orgId, id, name, userId }: Member,
    changes: MemberChanges,
  ): Promise<{ before: Member; after: Member }> {
    const result = await this.#deps.store.updateUnlessLastOwner(orgId, id, changes, this.#deps.clock.now());
    switch (result.kind) {
      case 'changed':
        return result;
      case 'missing':
        throw noSuchMember();
      case 'last-owner':
        throw new ConflictError(
          `${name ?? userId} is the last owner of the org. Make somebody else owner first.`,
          'last-owner',
        );
    }
  }

  /** What Slack says of them, kept; when Slack cannot be asked, what is known. */
  async #refresh(member: Member): Promise<Member> {
    const { store, clock, logger } = this.#deps;
    const now = clock.now();
    if (member.status === 'REMOVED' || (this.#refreshAt.get(member.id) ?? 0) > now.getTime()) return member;
    this.#refreshAt.set(member.id, now.getTime() + retryRefreshMs);
    try {
      const account = await this.#askSlack(member.orgId, member.userId);
      if (account === null) return member;
      this.#refreshAt.set(member.id, now.getTime() + refreshEveryMs);
      const changes = changesBySlack(member, account);
      if (Object.keys(changes).length === 0) return member;
      const after = await store.update(member.orgId, member.id, changes, now);
      if (after === null) return member;
      if (after.status !== 'ACTIVE') await this.#deps.sessions.removeAllOf(after.orgId, after.userId);
      if (after.role !== member.role || after.status !== member.status) {
        const data = { role: after.role, status: after.status };
        await this.#note('MEMBER_CHANGED', after, systemActor, data);
      }
      return after;
    } catch (error) {
      logger.warn({ detail: errorMessage(error) }, 'a member could not be brought up to date');
      return member;
    }
  }

  /** Null as well when Slack cannot be asked at this moment. */
  async #askSlack(orgId: string, userId: string): Promise<MemberAccount | null> {
    try {
      return (await this.#deps.accounts?.find(orgId, userId)) ?? null;
    } catch (error) {
      if (error instanceof AppError) return null;
      throw error;
    }
  }

  #newMember(orgId: string, account: MemberAccount, role: Role | null): Member {
    const { userId, name, email } = account;
    const now = this.#deps.clock.now();
    return {
      id: deriveId('member', orgId, userId),
      orgId,
      userId,
      name,
      email,
      role: role ?? account.role,
      isRoleSet: role !== null,
      status: statusOf(account, role !== null),
      createdAt: now,
      updatedAt: now,
    };
  }

  async #insert(member: Member, actor: Actor): Promise<Member> {
    const stored = await this.#deps.store.insertIfMissing(member);
    if (stored.inserted) await this.#note('MEMBER_ADDED', member, actor, { role: member.role });
    return stored.member;
  }

  #note(
    type: OrgEventType,
    { id, orgId, userId, name }: Member,
    actor: Actor,
    data: Record<string, string | string[]>,
  ): Promise<void> {
    const subject = { kind: 'member', id, name: name ?? userId };
    return this.#deps.note({ orgId, type, workflowId: null, actor, subject, data: { userId, ...data } });
  }
}

/** @param isRoleSet an admin has said what they are here, and so let them in */
function statusOf({ deactivated, isOutside }: MemberAccount, isRoleSet: boolean): MemberStatus {
  if (deactivated) return 'DEACTIVATED';
  return isOutside && !isRoleSet ? 'OUTSIDE' : 'ACTIVE';
}

function changesBySlack(member: Member, account: MemberAccount): MemberChanges {
  const { name, email, role } = account;
  const status = statusOf(account, member.isRoleSet);
  return {
    ...(name === null || name === member.name ? {} : { name }),
    ...(email === null || email === member.email ? {} : { email }),
    ...(member.isRoleSet || role === member.role ? {} : { role }),
    ...(status === member.status ? {} : { status }),
  };
}

/** @throws PermissionError when somebody who is no owner touches an owner */
function requireMayGive({ access }: Manager, role: Role): void {
  if (role !== 'owner' || access.role === 'owner') return;
  throw new PermissionError('Only owners make somebody owner, or change an owner.');
}

function noSuchMember(): NotFoundError {
  return new NotFoundError('There is no such member.');
}

function accessWith({ orgId, userId, role, status }: Member, teamIds: readonly string[]): Access | null {
  return status === 'ACTIVE' ? { orgId, role, teamIds, userId, handler: null } : null;
}
