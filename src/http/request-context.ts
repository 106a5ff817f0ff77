import type { Request, RequestHandler } from 'express';
import type { Clock } from '../clock.ts';
import type { IdSource } from '../domain/ids.ts';
import type { Logger } from '../logger.ts';
import type { ApiCaller } from './authentication.ts';

const requestIds = new WeakMap<Request, string>();
const callers = new WeakMap<Request, ApiCaller>();

/** The name of this request in the log and in `X-Request-Id`; empty before it has one. */
export function requestIdOf(req: Request): string {
  return requestIds.get(req) ?? '';
}

export function setCaller(req: Request, caller: ApiCaller): void {
  callers.set(req, caller);
}

/** @throws TypeError on a route that asks for no key, which is a programming error */
export function callerOf(req: Request): ApiCaller {
  const caller = callers.get(req);
  if (caller === undefined) throw new TypeError('this route does not authenticate its callers');
  return caller;
}

/** Gives the request its id, and logs it when it has been answered. Queries and bodies are not logged. */
export function trackRequest(newId: IdSource, clock: Clock, logger: Logger): RequestHandler {
  return (req, res, next) => {
    const requestId = newId();
    const startedAt = clock.now().getTime();
    requestIds.set(req, requestId);
    res.set('X-Request-Id', requestId);
    res.once('close', () => {
      const { method, baseUrl, path } = req;
      const durationMs = clock.now().getTime() - startedAt;
      logger.debug(
        { requestId, method, path: baseUrl + path, status: res.statusCode, durationMs },
        'request answered',
      );
    });
    next();
  };
}
