import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '../errors.ts';
import { callerOf } from './request-context.ts';

const windowSec = 60;

interface RateLimits {
  /** After the key was checked: each key has its own allowance. Sets the headers on every answer. */
  ofCallers: RequestHandler;
  /** Right behind the check of keys: whoever has none is counted by address. */
  ofStrangers: ErrorRequestHandler;
}

/**
 * How many requests a key may send within a minute, and an address that sends no valid key. Each process
 * counts by itself, in memory, because a write per request would cost more than it protects: with N
 * processes behind a load balancer a key may send up to N times as much. The headers are those of
 * draft-ietf-httpapi-ratelimit-headers-10.
 *
 * @param perMinute 0: no limit
 */
export function createRateLimits(perMinute: number): RateLimits {
  const callers = new RateLimiterMemory({ points: perMinute, duration: windowSec, keyPrefix: 'key' });
  const strangers = new RateLimiterMemory({ points: perMinute, duration: windowSec, keyPrefix: 'address' });
  return {
    async ofCallers(req, res, next) {
      if (perMinute === 0) return next();
      const { orgId, keyId } = callerOf(req);
      await consume(callers, `${orgId}:${keyId}`, perMinute, res, 'This key');
      next();
    },
    async ofStrangers(error, req, res, next) {
      const isStranger = error instanceof AppError && error.status === 401;
      if (!isStranger || perMinute === 0) return next(error);
      try {
        await consume(strangers, req.socket.remoteAddress ?? '', perMinute, res, 'This address');
        next(error);
      } catch (tooMany) {
        next(tooMany);
      }
    },
  };
}

/** @throws AppError with status 429 */
async function consume(
  limiter: RateLimiterMemory,
  key: string,
  perMinute: number,
  res: Response,
  who: string,
): Promise<void> {
  try {
    setHeaders(res, perMinute, await limiter.consume(key));
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    setHeaders(res, perMinute, refused);
    throw new AppError(
      'too-many-requests',
      429,
      `${who} may send ${perMinute} requests a minute. Wait until the time in Retry-After is over.`,
      { retryable: true, retryAfterMs: refused.msBeforeNext },
    );
  }
}

function setHeaders(
  res: Response,
  perMinute: number,
  { remainingPoints, msBeforeNext }: RateLimiterRes,
): void {
  const resetSec = Math.ceil(msBeforeNext / 1000);
  res.set({
    'RateLimit-Policy': `"per-minute";q=${perMinute};w=${windowSec}`,
    RateLimit: `"per-minute";r=${Math.max(0, remainingPoints)};t=${resetSec}`,
  });
}
