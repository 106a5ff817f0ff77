import type { Request, RequestHandler } from 'express';
import { AppError } from '../../errors.ts';
import type { HttpDeps } from '../http-deps.ts';
import { type Identify, setIdentity } from '../request-context.ts';
import type { BoardCookies } from './session-cookie.ts';
import { signInPath } from './sign-in/sign-in-path.ts';
import { csrfTokenFor, setViewer } from './viewer.ts';

type SessionDeps = Pick<HttpDeps, 'sessions' | 'orgs' | 'restrict' | 'identifyPerson'>;

/** What a page of the board asks with from its script, beside what forms send. */
export function isFromScript(req: Request): boolean {
  return req.get('HX-Request') === 'true' || req.get('Accept') === 'text/event-stream';
}

/**
 * Lets only those through who are signed in; `viewerOf`, `callerOf` and `servicesOf` then tell who they are and what
 * they may use. Others are sent to the sign-in page, and back from there to where they wanted to go.
 *
 * @throws AppError 401 for requests that a page makes in the background, or that would change something
 */
export function requireSession(deps: SessionDeps, cookies: BoardCookies): RequestHandler {
  return async (req, res, next) => {
    if (await identifySession(deps, cookies, req)) return next();
    const isLook = req.method === 'GET' || req.method === 'HEAD';
    const wanted = isLook ? req.originalUrl : '/board';
    if (isFromScript(req)) {
      res.set('HX-Redirect', signInPath(wanted));
      throw signedOut();
    }
    if (!isLook) throw signedOut();
    res.redirect(303, signInPath(wanted));
  };
}

/** @returns false for who is not signed in */
export async function identifySession(
  { sessions, orgs, restrict, identifyPerson }: SessionDeps,
  cookies: BoardCookies,
  req: Request,
): Promise<boolean> {
  const token = cookies.readSession(req);
  const found = token === null ? null : await sessions.find(token);
  if (token === null || found === null) return false;
  const { session, access, member } = found;
  const { orgId, userId } = session;
  const identify: Identify = (recipients) => identifyPerson(orgId, userId, recipients);
  const { name, email } = member;
  const caller = { kind: 'person', userId, name, email, handles: [], channels: [] } as const;
  setIdentity(req, {
    caller: {
      caller: { ...caller, handles: [], channels: [] },
      access,
      keyId: `session-${session.id}`,
      orgId,
    },
    services: restrict({ access, keyId: null, identify }),
    identify,
  });
  const org = await orgs.find(orgId);
  setViewer(req, { ...found, orgName: org?.name ?? 'Baton', csrfToken: csrfTokenFor(token) });
  return true;
}

function signedOut(): AppError {
  return new AppError(
    'signed-out',
    401,
    'You are signed out. Sign in again, and then do it once more. Nothing changed.',
  );
}
