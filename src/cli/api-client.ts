import { setTimeout as sleep } from 'node:timers/promises';
import { CliError, exitCodes } from './exit-codes.ts';

export interface ApiAnswer<Body> {
  status: number;
  body: Body;
}

export interface ApiRequest {
  /** Sent as JSON. */
  json?: unknown;
  /** A body of another type; called anew for each attempt. */
  stream?: { type: string; open: () => AsyncIterable<Uint8Array> };
  headers?: Record<string, string>;
}

/** Speaks to Baton's API, patiently: what may pass is tried again, later each time. */
export interface ApiClient {
  /** @throws CliError with the words of the answer when it is refused, or Baton cannot be reached for a while */
  ask<Body>(method: string, path: string, request?: ApiRequest): Promise<Body>;
  /** The body of an answer as it comes. @throws as `ask` */
  download(path: string): Promise<AsyncIterable<Uint8Array>>;
}

const maxAttempts = 8;
const firstDelayMs = 500;
const maxDelayMs = 20_000;
const answerTimeoutMs = 120_000;

export function createApiClient({ url, key }: { url: string; key: string }): ApiClient {
  const root = url.replace(/\/+$/, '');

  async function send(method: string, path: string, request: ApiRequest): Promise<Response> {
    const { json, stream, headers = {} } = request;
    const type = stream?.type ?? (json === undefined ? null : 'application/json');
    return fetch(`${root}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(type === null ? {} : { 'content-type': type }),
        ...headers,
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      ...(stream === undefined ? {} : { body: ReadableStream.from(stream.open()), duplex: 'half' }),
      signal: AbortSignal.timeout(answerTimeoutMs),
    } as RequestInit);
  }

  async function sendPatiently(method: string, path: string, request: ApiRequest): Promise<Response> {
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await send(method, path, request).catch((error: unknown) => error);
      const isAnswer = outcome instanceof Response;
      if (isAnswer && outcome.status < 500 && outcome.status !== 429) return outcome;
      if (attempt >= maxAttempts) throw unreachable(root, outcome);
      await sleep(delayMs(attempt, isAnswer ? outcome.headers.get('retry-after') : null));
    }
  }

  return {
    async ask<Body>(method: string, path: string, request: ApiRequest = {}): Promise<Body> {
      const response = await sendPatiently(method, path, request);
      const text = await response.text();
      if (response.ok) return parse<Body>(text);
      throw refused(response.status, text);
    },
    async download(path) {
      const response = await sendPatiently('GET', path, {});
      if (!response.ok || response.body === null) throw refused(response.status, await response.text());
      return response.body;
    },
  };
}

/** Twice as long each time, with a random part, so that many clients do not come back at once. */
export function delayMs(attempt: number, retryAfter: string | null): number {
  const asked = Number(retryAfter);
  const ownMs = Math.min(firstDelayMs * 2 ** (attempt - 1), maxDelayMs);
  const delay = Number.isFinite(asked) && asked > 0 ? Math.min(asked * 1_000, 60_000) : ownMs;
  return delay * (0.75 + Math.random() / 2);
}

function parse<Body>(text: string): Body {
  try {
    return JSON.parse(text === '' ? 'null' : text) as Body;
  } catch {
    throw new CliError(exitCodes.unreachable, 'This is not Baton: the answer is no JSON. Check the address.');
  }
}

/** What a problem document says (RFC 9457), with each field that is wrong. */
function refused(status: number, text: string): CliError {
  let problem: { detail?: string; title?: string } = {};
  try {
    problem = JSON.parse(text) as typeof problem;
  } catch {
    // The status has to do.
  }
  const detail = problem.detail ?? problem.title ?? `Baton answered ${status}.`;
  const hint = status === 401 ? ' Check the key (BATON_KEY or --key).' : '';
  return new CliError(exitCodes.wrong, `${detail}${hint}`);
}

function unreachable(root: string, outcome: unknown): CliError {
  const why = outcome instanceof Response ? `it answers ${outcome.status}` : describe(outcome);
  return new CliError(exitCodes.unreachable, `Baton at ${root} cannot be reached: ${why}.`);
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error && cause.message !== '' ? cause.message : error.message;
}
