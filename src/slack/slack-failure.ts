import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';
import { errorMessage } from '../errors.ts';

/** What a failed call to Slack's Web API means for whoever made it. */
export type SlackFailure =
  /** Slack did nothing and says when to come back. */
  | { kind: 'rate-limited'; afterMs: number }
  /** No useful answer. `maybeDone`: the call may have arrived and been done all the same. */
  | { kind: 'unreachable'; maybeDone: boolean; detail: string }
  /** The app itself is locked out: every call will fail until somebody repairs the installation. */
  | { kind: 'unauthorized'; code: string }
  /** Slack understood and said no. `needed`: the scope that is missing, when it says so. */
  | { kind: 'refused'; code: string; needed: string | null };

/** How long to wait when Slack says that it is too much and not for how long. */
const defaultRetryAfterMs = 30_000;

const lockedOut = new Set([
  'account_inactive',
  'invalid_auth',
  'not_authed',
  'token_expired',
  'token_revoked',
  'org_login_required',
  'team_access_not_granted',
  'ekm_access_denied',
]);
/** Slack's own troubles; it warns that the call may have had its effect. */
const slackTroubles = new Set([
  'fatal_error',
  'internal_error',
  'request_timeout',
  'service_unavailable',
  'team_added_to_org',
]);
/** No connection was made, so nothing can have arrived. */
const neverConnected = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Sorts whatever a `WebClient` call threw. */
export function classifySlackFailure(error: unknown): SlackFailure {
  if (error instanceof WebAPIRateLimitedError) {
    return { kind: 'rate-limited', afterMs: Math.max(1, error.retryAfter) * 1_000 };
  }
  if (error instanceof WebAPIPlatformError) return classifyRefusal(error);
  if (error instanceof WebAPIHTTPError) {
    const { statusCode } = error;
    return { kind: 'unreachable', maybeDone: statusCode >= 500, detail: `HTTP ${statusCode}` };
  }
  if (error instanceof WebAPIRequestError) {
    const code = causeCode(error.original);
    return {
      kind: 'unreachable',
      maybeDone: code === null || !neverConnected.has(code),
      detail: code ?? errorMessage(error.original),
    };
  }
  // The client throws a plain error for a 429 whose Retry-After cannot be read.
  if (/retry.?after/i.test(errorMessage(error)))
    return { kind: 'rate-limited', afterMs: defaultRetryAfterMs };
  return { kind: 'unreachable', maybeDone: true, detail: errorMessage(error) };
}

function classifyRefusal(error: WebAPIPlatformError): SlackFailure {
  const code = error.data.error;
  if (lockedOut.has(code)) return { kind: 'unauthorized', code };
  if (slackTroubles.has(code)) return { kind: 'unreachable', maybeDone: true, detail: code };
  if (code === 'ratelimited' || code === 'rate_limited') {
    return { kind: 'rate-limited', afterMs: defaultRetryAfterMs };
  }
  const { needed } = error.data as { needed?: unknown };
  return { kind: 'refused', code, needed: typeof needed === 'string' ? needed : null };
}

/** The system's code behind a failed fetch, which hides it one or two causes deep. */
function causeCode(error: unknown): string | null {
  let current: unknown = error;
  for (let depth = 0; depth < 4 && current instanceof Error; depth += 1) {
    const { code } = current as { code?: unknown };
    if (typeof code === 'string') return code;
    if (current.name === 'TimeoutError') return 'TIMEOUT';
    current = current instanceof AggregateError ? current.errors[0] : current.cause;
  }
  return null;
}
