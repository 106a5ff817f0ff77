/** A person who is signed in to the board in one browser. Its token is nowhere but in that browser's cookie. */
export interface Session {
  id: string;
  orgId: string;
  /** Slack user id. */
  userId: string;
  createdAt: Date;
  /** Moves on while it is used, but not beyond `maxSessionMs` after it was opened. */
  expiresAt: Date;
}

/** How somebody came in. */
export type SignInWay = 'link' | 'slack' | 'local';

/** How long a session lasts that nobody uses. */
export const idleSessionMs = 7 * 86_400_000;
/** How long a session lasts at most. */
export const maxSessionMs = 30 * 86_400_000;
/** For how long a link from Slack signs somebody in. */
export const signInLinkMs = 600_000;
/** A session that is used is prolonged at most once in this time. */
const prolongEveryMs = 3_600_000;

/** When a session ends that is used now. */
export function sessionEnd(createdAt: Date, now: Date): Date {
  return new Date(Math.min(now.getTime() + idleSessionMs, createdAt.getTime() + maxSessionMs));
}

/** Null when it need not be written. */
export function prolongedEnd({ createdAt, expiresAt }: Session, now: Date): Date | null {
  const end = sessionEnd(createdAt, now);
  return end.getTime() - expiresAt.getTime() >= prolongEveryMs ? end : null;
}
