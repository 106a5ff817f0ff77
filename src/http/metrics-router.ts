import { createHash, timingSafeEqual } from 'node:crypto';
import { type Request, type RequestHandler, Router } from 'express';
import { AppError, NotFoundError } from '../errors.ts';
import { bearerOf } from './bearer-of.ts';
import { refuseMethod } from './refuse-method.ts';

/** Who may read `/metrics`: whoever has the key; without one, whoever sits at this machine; or nobody. */
export type MetricsAccess = { kind: 'key'; key: string } | { kind: 'loopback' } | { kind: 'nobody' };

export interface MetricsDeps {
  access: MetricsAccess;
  contentType: string;
  read: () => Promise<string>;
}

const loopback = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** `/metrics` in the text format of Prometheus. */
export function createMetricsRouter({ access, contentType, read }: MetricsDeps): Router {
  const router = Router();
  router
    .route('/metrics')
    .get(guard(access), async (_req, res) => {
      const text = await read();
      res.set('Content-Type', contentType).send(text);
    })
    .all(refuseMethod('GET'));
  return router;
}

function guard(access: MetricsAccess): RequestHandler {
  switch (access.kind) {
    case 'key': {
      const expected = digest(access.key);
      return (req, res, next) => {
        const bearer = bearerOf(req);
        if (bearer !== undefined && timingSafeEqual(digest(bearer), expected)) return next();
        res.set('WWW-Authenticate', 'Bearer realm="baton metrics"');
        throw new AppError('unauthenticated', 401, 'Send METRICS_KEY: "Authorization: Bearer <key>".');
      };
    }
    case 'loopback':
      return (req, _res, next) => {
        if (isAtThisMachine(req)) return next();
        throw new NotFoundError(
          'Metrics are shown to this machine only. Set METRICS_KEY to read them elsewhere.',
        );
      };
    case 'nobody':
      return () => {
        throw new NotFoundError('Metrics are not shown. Set METRICS_KEY, and send it as a bearer token.');
      };
  }
}

/** A proxy on this machine connects from it too; and a page elsewhere can point a name of its own at it. */
function isAtThisMachine(req: Request): boolean {
  const wasForwarded = ['forwarded', 'x-forwarded-for', 'via'].some((name) => req.get(name) !== undefined);
  const host = (req.hostname ?? '').replace(/^\[|\]$/g, '');
  const isOwnName = host === 'localhost' || loopback.has(host);
  return !wasForwarded && isOwnName && loopback.has(req.socket.remoteAddress ?? '');
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
