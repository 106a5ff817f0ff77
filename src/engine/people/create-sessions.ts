import { createHash } from 'node:crypto';
import type { SessionStore } from '../../../models/session-store.ts';
import type { Clock } from '../../clock.ts';
import type { IdSource } from '../../domain/ids.ts';
import type { Member } from '../../domain/member.ts';
import type { OrgEventType } from '../../domain/org-event.ts';
import {
  type Session,
  type SignInWay,
  prolongedEnd,
  sessionEnd,
  signInLinkMs,
} from '../../domain/session.ts';
import type { Members } from './members.ts';
import type { NoteOrgEvent } from '../audit/note-org-event.ts';
import type { OpenedSession, Sessions, SignedIn } from './sessions.ts';

export interface SessionsDeps {
  store: SessionStore;
  members: Pick<Members, 'current' | 'accessOf' | 'see'>;
  note: NoteOrgEvent;
  clock: Clock;
  newId: IdSource;
  /** A new secret of at least 256 random bits, in base64url. */
  newSecret: () => string;
}

/** The sessions over the store. */
export function createSessions(deps: SessionsDeps): Sessions {
  return new StoreSessions(deps);
}

class StoreSessions implements Sessions {
  readonly #deps: SessionsDeps;

  constructor(deps: SessionsDeps) {
    this.#deps = deps;
  }

  async issueLink(orgId: string, userId: string): Promise<string> {
    const { store, clock, newSecret } = this.#deps;
    const token = newSecret();
    const expiresAt = new Date(clock.now().getTime() + signInLinkMs);
    await store.insertLink(hash(token), { orgId, userId }, expiresAt);
    return token;
  }

  async readLink(token: string): Promise<Member | null> {
    const link = await this.#deps.store.findLink(hash(token), this.#deps.clock.now());
    return link === null ? null : this.#activeMember(link.orgId, link.userId);
  }

  async redeemLink(token: string): Promise<OpenedSession | null> {
    const link = await this.#deps.store.takeLink(hash(token), this.#deps.clock.now());
    const member = link === null ? null : await this.#activeMember(link.orgId, link.userId);
    return member === null ? null : this.#openFor(member, 'link');
  }

  async open(
    orgId: string,
    userId: string,
    name: string | null,
    way: SignInWay,
  ): Promise<OpenedSession | null> {
    await this.#deps.members.see(orgId, userId, name);
    const member = await this.#activeMember(orgId, userId);
    return member === null ? null : this.#openFor(member, way);
  }

  async find(token: string): Promise<SignedIn | null> {
    const { store, members, clock } = this.#deps;
    const now = clock.now();
    const session = await store.find(hash(token), now);
    if (session === null) return null;
    const member = await members.current(session.orgId, session.userId);
    const access = member === null ? null : await members.accessOf(member);
    if (member === null || access === null) {
      await store.removeAllOf(session.orgId, session.userId);
      return null;
    }
    const end = prolongedEnd(session, now);
    if (end !== null) await store.prolong(hash(token), end);
    return { session: end === null ? session : { ...session, expiresAt: end }, member, access };
  }

  async signOut(token: string): Promise<void> {
    const ended = await this.#deps.store.remove(hash(token));
    if (ended === null) return;
    const member = await this.#deps.members.current(ended.orgId, ended.userId);
    if (member !== null) await this.#note('MEMBER_SIGNED_OUT', member, ended, null);
  }

  async #activeMember(orgId: string, userId: string): Promise<Member | null> {
    const member = await this.#deps.members.current(orgId, userId);
    return member?.status === 'ACTIVE' ? member : null;
  }

  async #openFor(member: Member, way: SignInWay): Promise<OpenedSession> {
    const { store, clock, newId, newSecret } = this.#deps;
    const now = clock.now();
    const { orgId, userId } = member;
    const session: Session = { id: newId(), orgId, userId, createdAt: now, expiresAt: sessionEnd(now, now) };
    const token = newSecret();
    await store.insert(hash(token), session);
    await this.#note('MEMBER_SIGNED_IN', member, session, way);
    return { session, token };
  }

  #note(
    type: OrgEventType,
    { id, orgId, userId, name }: Member,
    session: Session,
    way: SignInWay | null,
  ): Promise<void> {
    const actor = { kind: 'person', userId, name } as const;
    const subject = { kind: 'member', id, name: name ?? userId };
    const data = { userId, sessionId: session.id, ...(way === null ? {} : { way }) };
    return this.#deps.note({ orgId, type, workflowId: null, actor, subject, data });
  }
}

function hash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
