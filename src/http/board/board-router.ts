import { type RequestHandler, type Response, Router } from 'express';
import type { HttpDeps } from '../http-deps.ts';
import { refuseMethod } from '../refuse-method.ts';
import { callerOf, servicesOf } from '../request-context.ts';
import { requireId } from '../require-id.ts';
import { readBoard } from './board-data.ts';
import { createBoardErrorHandler, noSuchPage } from './board-errors.ts';
import { boardPage } from './board-page.ts';
import { readForm, requireCsrfToken, requireSameOrigin } from './csrf.ts';
import { requireOwnHost } from './own-host.ts';
import { requireSession } from './require-session.ts';
import { createBoardCookies } from './session-cookie.ts';
import { signInRouter } from './sign-in/sign-in-router.ts';
import { staticFilesRouter } from './static-files.ts';
import { viewerOf } from './viewer.ts';

/** What the pages of the board are made with. */
export type BoardDeps = Pick<
  HttpDeps,
  'sessions' | 'signIn' | 'orgs' | 'restrict' | 'identifyPerson' | 'publicUrl' | 'clock' | 'logger'
>;

/**
 * The board: pages for whoever is signed in. No page decides anything by being opened, and every change carries the
 * token of the page that it was made on.
 */
export function createBoardRouter(deps: BoardDeps): Router {
  const cookies = createBoardCookies(deps.publicUrl);
  const router = Router();
  router.use(setBoardPolicy);
  router.use('/assets', staticFilesRouter());
  if (deps.signIn.local !== null) router.use(requireOwnHost(deps.publicUrl));
  router.use(requireSameOrigin, readForm);
  router.use('/sign-in', signInRouter(deps, cookies));
  router.use(requireSession(deps, cookies), requireCsrfToken);
  router
    .route('/sign-out')
    .post(async (req, res) => {
      await deps.sessions.signOut(cookies.readSession(req) ?? '');
      cookies.clearSession(res);
      res.redirect(303, '/board/sign-in');
    })
    .all(refuseMethod('POST'));
  addPages(router, deps);
  router.use(noSuchPage, createBoardErrorHandler(deps.logger));
  return router;
}

function addPages(router: Router, { clock }: BoardDeps): void {
  const show = async (
    req: Parameters<RequestHandler>[0],
    res: Response,
    id: string | null,
  ): Promise<void> => {
    const board = await readBoard(servicesOf(req), callerOf(req).orgId, id);
    res.type('html').send(boardPage(viewerOf(req), board, clock.now()));
  };
  router
    .route('/')
    .get((req, res) => show(req, res, null))
    .all(refuseMethod('GET'));
  router
    .route('/workflows/:workflowId')
    .get((req, res) =>
      show(req as Parameters<RequestHandler>[0], res, requireId(req.params.workflowId, 'workflow')),
    )
    .all(refuseMethod('GET'));
}

/** The pages run and show only what Baton itself serves; nothing inline, nothing from elsewhere, no frames. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const setBoardPolicy: RequestHandler = (_req, res, next) => {
  // Forms say where they come from only to the site that they come from.
  res.set({ 'Content-Security-Policy': contentSecurityPolicy, 'Referrer-Policy': 'same-origin' });
  next();
};
