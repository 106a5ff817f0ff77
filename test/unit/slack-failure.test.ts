import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';
import { describe, expect, it } from 'vitest';
import { explainSlackError } from '../../src/slack/explain-slack-error.ts';
import { classifySlackFailure } from '../../src/slack/slack-failure.ts';

function fetchFailed(code: string): Error {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });
}

function refused(error: string, more: object = {}): WebAPIPlatformError {
  return new WebAPIPlatformError({ ok: false, error, ...more });
}

describe('classifying what a Slack call threw', () => {
  it.each([
    ['a 429 with Retry-After', new WebAPIRateLimitedError(7), { kind: 'rate-limited', afterMs: 7_000 }],
    ['a 429 with Retry-After 0', new WebAPIRateLimitedError(0), { kind: 'rate-limited', afterMs: 1_000 }],
    [
      'a 429 whose Retry-After cannot be read',
      new Error('Retry header did not contain a valid timeout (url: x, retry-after header: null)'),
      { kind: 'rate-limited', afterMs: 30_000 },
    ],
    ['the error "ratelimited"', refused('ratelimited'), { kind: 'rate-limited', afterMs: 30_000 }],
    [
      'a lost connection',
      new WebAPIRequestError(fetchFailed('ECONNRESET')),
      { kind: 'unreachable', maybeDone: true, detail: 'ECONNRESET' },
    ],
    [
      'a refused connection',
      new WebAPIRequestError(fetchFailed('ECONNREFUSED')),
      { kind: 'unreachable', maybeDone: false, detail: 'ECONNREFUSED' },
    ],
    [
      'a name that is not found',
      new WebAPIRequestError(fetchFailed('ENOTFOUND')),
      { kind: 'unreachable', maybeDone: false, detail: 'ENOTFOUND' },
    ],
    [
      'a timeout',
      new WebAPIRequestError(new DOMException('timed out', 'TimeoutError')),
      { kind: 'unreachable', maybeDone: true },
    ],
    [
      'a server error',
      new WebAPIHTTPError(503, 'Unavailable', {}, ''),
      { kind: 'unreachable', maybeDone: true, detail: 'HTTP 503' },
    ],
    [
      'a proxy that refuses',
      new WebAPIHTTPError(403, 'Forbidden', {}, ''),
      { kind: 'unreachable', maybeDone: false, detail: 'HTTP 403' },
    ],
    [
      "Slack's own trouble",
      refused('internal_error'),
      { kind: 'unreachable', maybeDone: true, detail: 'internal_error' },
    ],
    ['a revoked token', refused('token_revoked'), { kind: 'unauthorized', code: 'token_revoked' }],
    ['a refusal', refused('not_in_channel'), { kind: 'refused', code: 'not_in_channel', needed: null }],
    [
      'a missing scope',
      refused('missing_scope', { needed: 'im:write' }),
      { kind: 'refused', code: 'missing_scope', needed: 'im:write' },
    ],
    ['anything else', new Error('?'), { kind: 'unreachable', maybeDone: true, detail: '?' }],
  ])('knows %s', (_name, error, expected) => {
    expect(classifySlackFailure(error)).toMatchObject(expected);
  });
});

describe("explaining Slack's errors", () => {
  const place = { label: '#general', botHandle: '@baton' };

  it('says what to do about a channel that the bot is not in', () => {
    expect(explainSlackError('not_in_channel', place)).toBe(
      'I am not in #general: invite me with /invite @baton.',
    );
  });

  it('names the scope that is missing', () => {
    expect(explainSlackError('missing_scope', place, 'im:write')).toContain('im:write');
  });

  it('names a code that it does not know', () => {
    expect(explainSlackError('new_error', place)).toBe('Slack refused a message to #general (new_error).');
  });
});
