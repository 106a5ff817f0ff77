import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import { errorMessage, FatalError, NotFoundError } from '../errors.ts';
import { createApiRouter } from './api/api-router.ts';
import { createBoardRouter } from './board/board-router.ts';
import { limitBodyTime } from './body-deadline.ts';
import { createHealthRouter } from './health.ts';
import type { HttpDeps } from './http-deps.ts';
import { createMetricsRouter } from './metrics-router.ts';
import { createIntakeRouter } from './intake/intake-router.ts';
import { createProblemHandler } from './problem.ts';
import { trackRequest } from './request-context.ts';
import { setSecurityHeaders } from './security-headers.ts';

/** Longer than load balancers keep an idle connection, so that it is never closed under a request. */
const keepAliveTimeoutMs = 65_000;
/** A request whose headers have not come in by then is given up. */
const headersTimeoutMs = 30_000;
/** And one whose body has not: a table of 100,000 rows is checked as it comes in. Others have less, see `limitBodyTime`. */
const requestTimeoutMs = 300_000;
/** How often a closing server looks for connections that have become idle. */
const idleCheckMs = 50;

export interface Listening {
  /** The port that is listened on, also when it was chosen by the operating system. */
  port: number;
  /**
   * Takes no new connection, ends the idle ones, and resolves when the requests that were under way
   * are answered, or when the time is up; then what is left is cut off.
   */
  close(timeoutMs: number): Promise<void>;
}

/** The one Express app: Slack's requests, the API, the board and health. */
export function createHttpApp(deps: HttpDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.use(trackRequest(deps), setSecurityHeaders, limitBodyTime(deps.bodyTimeoutMs));
  if (deps.slackRouter !== undefined) app.use(deps.slackRouter);
  if (deps.installRouter !== undefined) app.use(deps.installRouter);
  app.use(createHealthRouter(deps));
  if (deps.metrics !== undefined) app.use(createMetricsRouter(deps.metrics));
  app.use('/api', createApiRouter(deps));
  app.use('/v1/intake', createIntakeRouter(deps));
  app.use('/board', createBoardRouter(deps));
  app.get('/', (_req, res) => {
    res.redirect('/board');
  });
  app.use(() => {
    throw new NotFoundError('There is nothing at this address.', 'no-such-route');
  });
  app.use(createProblemHandler(deps.logger));
  return app;
}

/**
 * Serves the app.
 *
 * @throws FatalError when the address cannot be listened on, saying why
 */
export async function listen(app: Express, at: { host: string; port: number }): Promise<Listening> {
  const server = createServer({ headersTimeout: headersTimeoutMs, requestTimeout: requestTimeoutMs }, app);
  server.keepAliveTimeout = keepAliveTimeoutMs;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(explainListenError(error, at)));
    server.listen(at.port, at.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { port, close: (timeoutMs) => close(server, timeoutMs) };
}

async function close(server: Server, timeoutMs: number): Promise<void> {
  if (!server.listening) return;
  // A connection that becomes idle only now would otherwise be kept for its next request.
  const endIdle = setInterval(() => server.closeIdleConnections(), idleCheckMs);
  const giveUp = setTimeout(() => server.closeAllConnections(), timeoutMs);
  try {
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeIdleConnections();
    });
  } finally {
    clearInterval(endIdle);
    clearTimeout(giveUp);
  }
}

function explainListenError(error: Error, { host, port }: { host: string; port: number }): FatalError {
  const code = 'code' in error ? error.code : undefined;
  const reason =
    code === 'EADDRINUSE'
      ? `port ${port} is in use by another program. Stop it, or set PORT to another port`
      : code === 'EACCES'
        ? `port ${port} may not be used by this user. Set PORT to a port above 1023`
        : code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND'
          ? `this machine has no address ${host}. Set HOST to one that it has`
          : errorMessage(error);
  return new FatalError(`Baton cannot listen on ${host}:${port}: ${reason}.`, {
    code: 'cannot-listen',
    cause: error,
  });
}
