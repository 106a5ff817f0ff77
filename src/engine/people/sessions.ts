import type { Access } from '../../domain/access.ts';
import type { Member } from '../../domain/member.ts';
import type { Session, SignInWay } from '../../domain/session.ts';

/** Somebody who is signed in, with what they may reach at this moment. */
export interface SignedIn {
  session: Session;
  member: Member;
  access: Access;
}

/** A session at the only moment at which its token is known. */
export interface OpenedSession {
  session: Session;
  /** For the cookie, and kept nowhere else. */
  token: string;
}

/** Who is signed in to the board. Signing in and out is logged. */
export interface Sessions {
  /** A token for a link that signs this person in once, within ten minutes. */
  issueLink(orgId: string, userId: string): Promise<string>;
  /** Whom a link would sign in; null when it was used or has expired. Uses nothing up, so that scanners may look. */
  readLink(token: string): Promise<Member | null>;
  /** Uses the link up. @returns null when somebody was faster, when it has expired, or when they are no member any more */
  redeemLink(token: string): Promise<OpenedSession | null>;
  /** For somebody whom Slack has named. @returns null for who may not come in */
  open(orgId: string, userId: string, name: string | null, way: SignInWay): Promise<OpenedSession | null>;
  /**
   * Whose session this is, and what they may reach now; null when there is none in force. Whoever was removed or
   * deactivated loses all their sessions by it.
   */
  find(token: string): Promise<SignedIn | null>;
  /** Ends it. Safe to call twice. */
  signOut(token: string): Promise<void>;
}
