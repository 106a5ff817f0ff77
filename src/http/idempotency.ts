import { createHash, randomUUID } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Request, RequestHandler, Response } from 'express';
import type { IdempotencyClaim, IdempotencyStore, StoredAnswer } from '../../models/idempotency.ts';
import { secretShownOnce, secretShownOnceCode } from '../engine/people/secret-shown-once.ts';
import { AppError, ConflictError, ValidationError } from '../errors.ts';
import { checkHeader } from './api/tell-check.ts';
import type { HttpDeps } from './http-deps.ts';
import { holdsSecret } from './holds-secret.ts';
import { callerOf } from './request-context.ts';

const keyPattern = /^[\x21-\x7e]{1,255}$/;
/** Starts have a key of their own in the execution's document, which outlives the day. */
const startPath = /^\/workflows\/(?!executions\/)[^/]+\/executions\/?$/i;
/** Requests that may be done again after they were cut off: what they make has a known id, or they pin what they saw. */
const repeatablePaths = [
  /^\/workflows$/,
  /^\/orgs\/[^/]+\/(workflows|teams|members|api-keys|plugins)$/,
  /^\/orgs\/[^/]+\/teams\/[^/]+\/members$/,
  /^\/workflows\/[^/]+\/(steps|event-handlers|agent-listeners|intakes|schedules|simulate|triggers)$/,
  /^\/workflows\/executions\/[^/]+\/[^/]+$/,
  /^\/plugins\/[^/]+\/verify-webhook$/,
];
const keptHeaders = ['content-type', 'location', 'etag', checkHeader];
const busyRetryAfterMs = 1_000;

interface Attempt extends IdempotencyClaim {
  pinTo(value: number): Promise<void>;
}

const attempts = new WeakMap<Request, Attempt>();

/**
 * The value of `Idempotency-Key`; undefined when there is none.
 *
 * @throws ValidationError unless it is 1 to 255 printable ASCII characters
 */
export function idempotencyKeyOf(req: Pick<Request, 'get'>): string | undefined {
  const key = req.get('idempotency-key');
  if (key === undefined || keyPattern.test(key)) return key;
  const message = 'must be 1 to 255 printable ASCII characters without spaces';
  throw new ValidationError(`Idempotency-Key ${message}.`, [{ path: 'Idempotency-Key', message }]);
}

/**
 * The id for what a request makes, the same in every attempt; undefined without an `Idempotency-Key`. A
 * route that uses it belongs to `repeatablePaths`.
 */
export function reservedIdOf(req: Request): string | undefined {
  return attempts.get(req)?.objectId;
}

/** True when an earlier attempt was cut off: what the request makes may be there already. */
export function isRepetition(req: Request): boolean {
  return attempts.get(req)?.isRepeat === true;
}

/**
 * For a request whose answer holds a secret: when an attempt that was cut off has made the thing already,
 * the answer says where it is.
 */
export function locateMadeBefore(res: Response, location: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof AppError && error.code === secretShownOnceCode) res.location(location);
    throw error;
  };
}

/**
 * For a request that moves a task: remembers which version it was given to. An attempt that follows one
 * that was cut off goes on only when the task is still at that version, because then the first did nothing.
 *
 * @throws ConflictError `outcome-unknown`
 */
export async function requireNotMoved(req: Request, readVersion: () => Promise<number>): Promise<void> {
  const attempt = attempts.get(req);
  if (attempt === undefined) return;
  const version = await readVersion();
  if (attempt.pin === null) return attempt.pinTo(version);
  if (attempt.pin !== version) throw outcomeUnknown();
}

/**
 * `Idempotency-Key` on every POST (draft-ietf-httpapi-idempotency-key-header): the same caller's same key on
 * the same path, with the same body, is done once, and every later request gets the first answer. Kept for
 * a day. Only answers that say it was done are kept: what was refused did nothing, and may be sent again.
 *
 * The key is claimed durably before anything is done, with the id that whatever is made will have; so when
 * the process dies between the effect and the answer, the next attempt finds what there is.
 */
export function honourIdempotencyKeys(
  deps: Pick<HttpDeps, 'idempotency' | 'newId' | 'clock' | 'logger'>,
): RequestHandler {
  return async (req, res, next) => {
    const key = req.method === 'POST' ? idempotencyKeyOf(req) : undefined;
    if (key === undefined || startPath.test(req.path)) return next();
    const { orgId, keyId } = callerOf(req);
    const path = req.path.toLowerCase().replace(/\/$/, '');
    const id = hash([orgId, keyId, req.method, path, key].join('\n'));
    const holder = randomUUID();
    const now = deps.clock.now();
    const bodyHash = hash(canonicalize(req.body ?? {}) ?? '');
    const result = await deps.idempotency.claim({ id, bodyHash, holder, newId: deps.newId(), now });
    switch (result.kind) {
      case 'answered':
        return giveAgain(res, result.answer);
      case 'busy':
        throw inProgress();
      case 'other-body':
        throw new ConflictError(
          'This Idempotency-Key was sent before with another body. Send a new key for a new request.',
          'idempotency-key-reused',
        );
      case 'claimed':
        if (result.claim.isRepeat && !repeatablePaths.some((pattern) => pattern.test(path))) {
          await deps.idempotency.release(id, holder);
          throw outcomeUnknown();
        }
        attempts.set(req, {
          ...result.claim,
          pinTo: (version) => deps.idempotency.pin(id, holder, version),
        });
        keepAnswer(res, deps, (answer) => settle(deps.idempotency, id, holder, result.claim, answer));
        return next();
    }
  };
}

async function settle(
  store: IdempotencyStore,
  id: string,
  holder: string,
  { isRepeat }: IdempotencyClaim,
  answer: StoredAnswer,
): Promise<void> {
  if (answer.status < 300) return store.finish(id, holder, answer);
  if (answer.status < 500 && !isRepeat) return store.forget(id, holder);
  return store.release(id, holder);
}

/** Has the answer stored before it is sent. When it cannot be, it is sent all the same: what it says is true. */
function keepAnswer(
  res: Response,
  { logger }: Pick<HttpDeps, 'logger'>,
  store: (answer: StoredAnswer) => Promise<void>,
): void {
  const end = res.end.bind(res) as (...args: unknown[]) => Response;
  res.end = ((...args: unknown[]) => {
    res.end = end as typeof res.end;
    const [chunk] = args;
    const body = typeof chunk === 'string' || Buffer.isBuffer(chunk) ? chunk.toString() : '';
    const isSecret = holdsSecret(body);
    const answer = { status: res.statusCode, headers: headersOf(res), body: isSecret ? null : body };
    void store(answer)
      .catch((error: unknown) => {
        logger.warn({ err: error }, 'the answer to a request with an idempotency key could not be kept');
      })
      .then(() => end(...args));
    return res;
  }) as typeof res.end;
}

function headersOf(res: Response): Record<string, string> {
  const entries = keptHeaders.flatMap((name) => {
    const value = res.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(entries) as Record<string, string>;
}

/** @throws ConflictError for an answer that held a secret */
function giveAgain(res: Response, { status, headers, body }: StoredAnswer): void {
  res.set('Idempotency-Replayed', 'true');
  if (body === null) {
    if (headers['location'] !== undefined) res.location(headers['location']);
    throw secretShownOnce();
  }
  res.status(status).set(headers).end(body);
}

function inProgress(): AppError {
  return new AppError(
    'idempotency-key-in-use',
    409,
    'A request with this Idempotency-Key is under way. Try again in a moment.',
    { retryable: true, retryAfterMs: busyRetryAfterMs },
  );
}

function outcomeUnknown(): ConflictError {
  return new ConflictError(
    'An earlier request with this Idempotency-Key was cut off, and it may have been done. Look at what there is now; if something is still to do, send it with a new key.',
    'outcome-unknown',
  );
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
