import type { IncomingHttpHeaders } from 'node:http';
import { type Dispatcher, request } from 'undici';
import type { Clock } from '../clock.ts';
import type { Timers } from '../timers.ts';
import { explainNetworkError } from './explain-network-error.ts';
import { type WebhookUrlRules, requireWebhookUrl } from './webhook-url.ts';

/** What came of a POST to a receiver. `status` is null when there was no whole answer. */
export interface Exchange {
  at: Date;
  status: number | null;
  /** Why there was no whole answer, in plain words without the receiver's address; null when there was one. */
  error: string | null;
  durationMs: number;
  /** At most 64 KB of what was answered. */
  body: string;
  /** What `Retry-After` asks for; null when it is not there. */
  retryAfterMs: number | null;
}

/** Sends one body to a receiver. Never rejects. */
export type PostWebhook = (
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
) => Promise<Exchange>;

export interface PostWebhookDeps {
  dispatcher: Dispatcher;
  rules: WebhookUrlRules;
  clock: Clock;
  timers: Timers;
  /** For the whole exchange, from the look-up of the name to the last byte that is read. */
  timeoutMs: number;
}

/** What is read of an answer; what comes after it is not waited for. */
const maxBodyBytes = 64 * 1024;
const userAgent = 'Baton-Webhooks/1';

/** POSTs over the dispatcher, which is to be a guarded agent. Redirects come back as what they are. */
export function createPostWebhook(deps: PostWebhookDeps): PostWebhook {
  const { dispatcher, rules, clock, timers, timeoutMs } = deps;

  async function exchange(
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string,
    signal: AbortSignal,
  ): Promise<Pick<Exchange, 'status' | 'body' | 'retryAfterMs'>> {
    const answer = await request(requireWebhookUrl(url, rules), {
      dispatcher,
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'user-agent': userAgent },
      body,
      signal,
    });
    return {
      status: answer.statusCode,
      body: await readStart(answer.body),
      retryAfterMs: readRetryAfter(answer.headers, clock.now()),
    };
  }

  return async (url, headers, body) => {
    const at = clock.now();
    const aborter = new AbortController();
    const cancel = timers.after(timeoutMs, () => aborter.abort());
    const durationMs = (): number => Math.max(0, clock.now().getTime() - at.getTime());
    try {
      const answered = await exchange(url, headers, body, aborter.signal);
      return { at, error: null, durationMs: durationMs(), ...answered };
    } catch (error) {
      const reason = aborter.signal.aborted
        ? `The receiver did not answer within ${timeoutMs / 1000} seconds.`
        : explainNetworkError(error);
      return { at, status: null, error: reason, durationMs: durationMs(), body: '', retryAfterMs: null };
    } finally {
      cancel();
    }
  };
}

async function readStart(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk.subarray(0, maxBodyBytes - bytes));
    bytes += chunk.length;
    if (bytes >= maxBodyBytes) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** RFC 9110, section 10.2.3: seconds, or a date. */
function readRetryAfter(headers: IncomingHttpHeaders, now: Date): number | null {
  const text = headers['retry-after']?.trim();
  if (text === undefined || text === '') return null;
  const afterMs = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now.getTime();
  return Number.isFinite(afterMs) && afterMs > 0 ? afterMs : null;
}
