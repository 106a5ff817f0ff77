import { type RequestHandler, Router } from 'express';
import { refuseMethod } from '../refuse-method.ts';
import type { BoardDeps } from './board-deps.ts';
import { auditPageRoutes } from './audit/audit-routes.ts';
import { createBoardErrorHandler, noSuchPage } from './board-errors.ts';
import { readForm, requireCsrfToken, requireSameOrigin } from './csrf.ts';
import { kanbanRoutes } from './kanban/kanban-routes.ts';
import { eventRoutes } from './live/event-routes.ts';
import { requireOwnHost } from './own-host.ts';
import { requireSession } from './require-session.ts';
import { createBoardCookies } from './session-cookie.ts';
import { signInRouter } from './sign-in/sign-in-router.ts';
import { staticFilesRouter } from './static-files.ts';
import { taskRoutes } from './task/task-routes.ts';
import { workflowPageRoutes } from './workflow/workflow-routes.ts';

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
  router.use(workflowPageRoutes(deps));
  router.use(kanbanRoutes(deps), taskRoutes(deps), auditPageRoutes(deps), eventRoutes(deps, cookies));
  router.use(noSuchPage, createBoardErrorHandler(deps.logger));
  return router;
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
