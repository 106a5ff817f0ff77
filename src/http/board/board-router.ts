import { isIP } from 'node:net';
import { type ErrorRequestHandler, type RequestHandler, type Response, Router } from 'express';
import { NotFoundError } from '../../errors.ts';
import type { HttpDeps } from '../http-deps.ts';
import { refuseMethod } from '../refuse-method.ts';
import { requireId } from '../require-id.ts';
import { readBoard } from './board-data.ts';
import { boardPage, noticePage } from './board-page.ts';
import { boardStyle } from './board-style.ts';

type BoardDeps = Pick<HttpDeps, 'workflows' | 'tasks' | 'clock' | 'localBoardOrgId' | 'publicUrl'>;

/**
 * The board: read-only pages without script. Nobody can sign in yet, so it is there only in local mode,
 * for whoever is at this machine.
 */
export function createBoardRouter(deps: BoardDeps): Router {
  const { localBoardOrgId: orgId, clock, publicUrl } = deps;
  const router = Router();
  router.use(setBoardPolicy);
  router
    .route('/board.css')
    .get((_req, res) => {
      res.type('css').set('Cache-Control', 'public, max-age=300').send(boardStyle);
    })
    .all(refuseMethod('GET'));
  if (orgId === null) return router.use(explainMissingBoard);

  router.use(requireOwnHost(publicUrl));
  const show = async (res: Response, workflowId: string | null): Promise<void> => {
    const board = await readBoard(deps, orgId, workflowId);
    res.type('html').send(boardPage(board, clock.now()));
  };
  router
    .route('/')
    .get((_req, res) => show(res, null))
    .all(refuseMethod('GET'));
  router
    .route('/workflows/:workflowId')
    .get((req, res) => show(res, requireId(req.params.workflowId, 'workflow')))
    .all(refuseMethod('GET'));
  router.use(explainNotFound);
  return router;
}

const setBoardPolicy: RequestHandler = (_req, res, next) => {
  res.set(
    'Content-Security-Policy',
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  );
  next();
};

const explainMissingBoard: RequestHandler = (_req, res) => {
  const text =
    'The board needs signing in, which comes with a later version. Until then Slack (/workflow status) and the API (/api) show the same.';
  res.status(404).type('html').send(noticePage('No board here yet', text));
};

const explainNotFound: ErrorRequestHandler = (error: unknown, _req, res, next) => {
  if (!(error instanceof NotFoundError)) return next(error);
  res.status(404).type('html').send(noticePage('Not found', error.message));
};

/**
 * A page elsewhere can point a name of its own at this machine and read what it serves (DNS rebinding).
 * So the board answers only under names that are ours: localhost, an address, the public URL.
 */
function requireOwnHost(publicUrl: string): RequestHandler {
  const publicHost = new URL(publicUrl).hostname;
  return (req, res, next) => {
    const host = req.hostname ?? '';
    const address = host.replace(/^\[|\]$/g, '');
    if (host === 'localhost' || host === publicHost || isIP(address) !== 0) return next();
    const text = `The local board is open under ${publicUrl}/board, and not under this name.`;
    res.status(421).type('html').send(noticePage('Wrong address', text));
  };
}
