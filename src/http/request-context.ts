import type { IncomingMessage } from 'node:http';
import type { Request, RequestHandler } from 'express';
import type { Clock } from '../clock.ts';
import { type Caller, type Person, actorOf } from '../domain/actor.ts';
import type { IdSource } from '../domain/ids.ts';
import type { Manager } from '../engine/people/manager.ts';
import type { Services } from '../engine/access/restriction.ts';
import type { Logger } from '../logger.ts';
import type { ApiCaller } from './authentication.ts';
import { type HttpMeter, routeOf } from './http-meter.ts';

/** The person whose key it is, with what tells whether they are among the recipients; null for other keys. */
export type Identify = (recipients: readonly string[]) => Promise<Person | null>;

interface RequestIdentity {
  caller: ApiCaller;
  services: Services;
  identify: Identify;
}

const requestIds = new WeakMap<Request, string>();
const identities = new WeakMap<IncomingMessage, RequestIdentity>();

/** The name of this request in the log and in `X-Request-Id`; empty before it has one. */
export function requestIdOf(req: Request): string {
  return requestIds.get(req) ?? '';
}

export function setIdentity(req: Request, identity: RequestIdentity): void {
  identities.set(req, identity);
}

/** @throws TypeError on a route that asks for no key, which is a programming error */
export function callerOf(req: IncomingMessage): ApiCaller {
  return identityOf(req).caller;
}

/**
 * Engine, workflows and tasks as the caller may use them: what they may not see does not exist for them.
 *
 * @throws TypeError on a route that asks for no key, which is a programming error
 */
export function servicesOf(req: IncomingMessage): Services {
  return identityOf(req).services;
}

/** Who manages the org, for calls that are about the org itself. */
export function managerOf(req: IncomingMessage): Manager {
  const { access, caller } = callerOf(req);
  return { access, actor: actorOf(caller) };
}

/**
 * Who decides: for a personal key the person as they are at this moment, with what tells whether they
 * are among the recipients; else the key.
 */
export async function identifyCaller(req: IncomingMessage, recipients: readonly string[]): Promise<Caller> {
  const { caller, identify } = identityOf(req);
  return (await identify(recipients)) ?? caller.caller;
}

function identityOf(req: IncomingMessage): RequestIdentity {
  const identity = identities.get(req);
  if (identity === undefined) throw new TypeError('this route does not authenticate its callers');
  return identity;
}

interface TrackDeps {
  newId: IdSource;
  clock: Clock;
  logger: Logger;
  /** Absent: nobody counts. */
  meter?: HttpMeter;
}

/** Gives the request its id, and logs and counts it when it has been answered. Queries and bodies are not logged. */
export function trackRequest({ newId, clock, logger, meter }: TrackDeps): RequestHandler {
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
      meter?.({ method, route: routeOf(req), status: res.statusCode, durationMs });
    });
    next();
  };
}
