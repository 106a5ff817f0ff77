import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import type { SignedIn } from '../../engine/people/sessions.ts';

/** Who looks at the page. */
export interface Viewer extends SignedIn {
  /** The name of the org, for the page's head. */
  orgName: string;
  /** To be sent with every change: proves that the form came from a page of ours. */
  csrfToken: string;
}

const viewers = new WeakMap<Request, Viewer>();

export function setViewer(req: Request, viewer: Viewer): void {
  viewers.set(req, viewer);
}

/** @throws TypeError on a route that asks for no session, which is a programming error */
export function viewerOf(req: Request): Viewer {
  const viewer = viewers.get(req);
  if (viewer === undefined) throw new TypeError('this route asks for no session');
  return viewer;
}

/** Null where nobody has to be signed in, or nobody is yet. */
export function viewerOrNull(req: Request): Viewer | null {
  return viewers.get(req) ?? null;
}

/** Follows from the session's token, which no page and no script knows; so nothing has to be kept. */
export function csrfTokenFor(sessionToken: string): string {
  return createHmac('sha256', sessionToken).update('baton board csrf').digest('base64url');
}

/** In a time that does not tell how much of it is right. */
export function isSameToken(given: string, expected: string): boolean {
  const left = Buffer.from(given);
  const right = Buffer.from(expected);
  return left.length === right.length && timingSafeEqual(left, right);
}

/** How a page names them. */
export function nameOfViewer({ member }: Pick<Viewer, 'member'>): string {
  return member.name ?? member.email ?? member.userId;
}
