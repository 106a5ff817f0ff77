import { Router } from 'express';
import type { HttpDeps } from './http-deps.ts';
import { refuseMethod } from './refuse-method.ts';

/**
 * `/healthz`: the process is up. `/readyz`: database, Slack and jobs can do their work (200), or which
 * part cannot (503).
 */
export function createHealthRouter({ readiness }: Pick<HttpDeps, 'readiness'>): Router {
  const router = Router();
  router
    .route('/healthz')
    .get((_req, res) => {
      res.json({ status: 'ok' });
    })
    .all(refuseMethod('GET'));
  router
    .route('/readyz')
    .get(async (_req, res) => {
      const { database, slack, jobs } = await readiness();
      const ready = database.ready && slack.ready && jobs.ready;
      res
        .status(ready ? 200 : 503)
        .json({ status: ready ? 'ready' : 'not-ready', parts: { database, slack, jobs } });
    })
    .all(refuseMethod('GET'));
  return router;
}
