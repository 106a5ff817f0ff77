import { parseCookie, stringifySetCookie } from 'cookie';
import type { Request, Response } from 'express';
import type { OpenedSession } from '../../engine/people/sessions.ts';

/** The cookies of the board under one public address. */
export interface BoardCookies {
  /** The token of the session; null without one. */
  readSession(req: Request): string | null;
  setSession(res: Response, opened: OpenedSession): void;
  clearSession(res: Response): void;
  /** What is remembered for a few minutes of a sign-in that has begun elsewhere. */
  readAttempt(req: Request): string | null;
  setAttempt(res: Response, value: string): void;
  clearAttempt(res: Response): void;
}

const attemptSec = 600;

/**
 * No script reads them, no other site's form sends them, and behind HTTPS they are sent nowhere else. Cookies of one
 * host are shared by all its ports, so without HTTPS the name tells two Batons on one machine apart.
 */
export function createBoardCookies(publicUrl: string): BoardCookies {
  const { protocol, port } = new URL(publicUrl);
  const secure = protocol === 'https:';
  const nameOf = (what: string): string => (secure ? `__Host-baton-${what}` : `baton-${what}-${port}`);
  const session = nameOf('session');
  const attempt = nameOf('sign-in');

  function set(
    res: Response,
    name: string,
    value: string,
    life: { expires: Date } | { maxAge: number },
  ): void {
    const common = { name, value, path: '/', httpOnly: true, secure, sameSite: 'lax' } as const;
    res.append('Set-Cookie', stringifySetCookie({ ...common, ...life }));
  }

  function read(req: Request, name: string): string | null {
    return parseCookie(req.headers.cookie ?? '')[name] || null;
  }

  return {
    readSession: (req) => read(req, session),
    setSession: (res, opened) => set(res, session, opened.token, { expires: opened.session.expiresAt }),
    clearSession: (res) => set(res, session, '', { maxAge: 0 }),
    readAttempt: (req) => read(req, attempt),
    setAttempt: (res, value) => set(res, attempt, value, { maxAge: attemptSec }),
    clearAttempt: (res) => set(res, attempt, '', { maxAge: 0 }),
  };
}
