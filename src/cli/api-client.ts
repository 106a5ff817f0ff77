import { setTimeout as sleep } from 'node:timers/promises';
import { createStallLimit, type StallLimit, watchParts } from '../stall-limit.ts';
import { CliError, exitCodes } from './exit-codes.ts';

export interface ApiAddress {
  url: string;
  key: string;
  /** How long nothing may come or go, in milliseconds. Default: two minutes. */
  stallMs?: number;
  /** Told once when something has to be tried again, so that nobody wonders at the silence. Default: nobody is. */
  tell?: (line: string) => void;
}

export interface ApiRequest {
  /** Sent as JSON. */
  json?: unknown;
  /** A body of another type; called anew for each attempt. */
  stream?: { type: string; open: () => AsyncIterable<Uint8Array> };
  headers?: Record<string, string>;
  /** So long it is tried at least while Baton cannot be reached. Default: less than a minute. */
  patienceMs?: number;
}

/** How patiently work is asked after that was started: Baton may be restarted, or moved, meanwhile. */
export const pollPatienceMs = 900_000;

/** Speaks to Baton's API, patiently: what may pass is tried again, later each time. */
export interface ApiClient {
  /** @throws CliError with the words of the answer when it is refused, or Baton cannot be reached for a while */
  ask<Body>(method: string, path: string, request?: ApiRequest): Promise<Body>;
  /** @param take gets the body as it comes, and from its start again when it broke off @throws as `ask`; a CliError of `take` */
  download(path: string, take: (body: AsyncIterable<Uint8Array>) => Promise<void>): Promise<void>;
}

type ReadAnswer<Value> = (response: Response, limit: StallLimit) => Promise<Value>;

type Outcome<Value> =
  | { kind: 'done'; value: Value }
  /** It may pass. `retryAfter` is the header; null: Baton was not reached, or did not say. */
  | { kind: 'later'; retryAfter: string | null; why: string };

const maxAttempts = 8;
const firstDelayMs = 500;
const maxDelayMs = 20_000;
/** Answers that name a time to come back are waited for this long. */
const maxWaitMs = 300_000;
/** So long nothing may come or go. */
const defaultStallMs = 120_000;

export function createApiClient(address: ApiAddress): ApiClient {
  return new HttpApiClient(address);
}

class HttpApiClient implements ApiClient {
  readonly #root: string;
  readonly #key: string;
  readonly #stallMs: number;
  readonly #tell: (line: string) => void;

  constructor({ url, key, stallMs = defaultStallMs, tell = () => {} }: ApiAddress) {
    this.#root = url.replace(/\/+$/, '');
    this.#key = key;
    this.#stallMs = stallMs;
    this.#tell = tell;
  }

  ask<Body>(method: string, path: string, request: ApiRequest = {}): Promise<Body> {
    return this.#sendPatiently(method, path, request, async (response) => parse<Body>(await response.text()));
  }

  download(path: string, take: (body: AsyncIterable<Uint8Array>) => Promise<void>): Promise<void> {
    return this.#sendPatiently('GET', path, {}, async ({ body }, limit) => {
      if (body !== null) await take(watchParts(body, limit));
    });
  }

  async #sendPatiently<Value>(
    method: string,
    path: string,
    request: ApiRequest,
    read: ReadAnswer<Value>,
  ): Promise<Value> {
    const { patienceMs = 0 } = request;
    const startedAt = Date.now();
    for (let failures = 0, attempt = 1; ; attempt += 1) {
      const outcome = await this.#sendOnce(method, path, request, read);
      if (outcome.kind === 'done') return outcome.value;
      const { retryAfter, why } = outcome;
      failures = retryAfter === null ? failures + 1 : 0;
      const pastMs = Date.now() - startedAt;
      if (pastMs > patienceMs && (failures >= maxAttempts || pastMs > maxWaitMs))
        throw new CliError(exitCodes.unreachable, `Baton at ${this.#root} cannot be reached: ${why}.`);
      if (attempt === 1) this.#tell(`Not yet: ${why}. Trying again …`);
      await sleep(delayMs(Math.max(failures, 1), retryAfter));
    }
  }

  async #sendOnce<Value>(
    method: string,
    path: string,
    request: ApiRequest,
    read: ReadAnswer<Value>,
  ): Promise<Outcome<Value>> {
    const limit = createStallLimit(this.#stallMs);
    try {
      const response = await this.#send(method, path, request, limit);
      if (response.ok) return { kind: 'done', value: await read(response, limit) };
      const text = await response.text();
      const retryAfter = response.headers.get('retry-after');
      const mayPass = response.status >= 500 || response.status === 429;
      if (mayPass || (response.status === 409 && retryAfter !== null))
        return { kind: 'later', retryAfter, why: explain(response.status, text).replace(/\.$/, '') };
      throw refused(response.status, text);
    } catch (error) {
      if (error instanceof CliError) throw error;
      return { kind: 'later', retryAfter: null, why: describe(error) };
    } finally {
      limit.end();
    }
  }

  #send(method: string, path: string, request: ApiRequest, limit: StallLimit): Promise<Response> {
    const { json, stream, headers = {} } = request;
    const type = stream?.type ?? (json === undefined ? null : 'application/json');
    limit.moved();
    return fetch(`${this.#root}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#key}`,
        ...(type === null ? {} : { 'content-type': type }),
        ...headers,
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      ...(stream === undefined
        ? {}
        : { body: ReadableStream.from(noteParts(stream, limit)), duplex: 'half' }),
      signal: limit.signal,
    } as RequestInit);
  }
}

/** Each part that is sent is a sign of life; then the answer is waited for. */
async function* noteParts(
  { open }: NonNullable<ApiRequest['stream']>,
  limit: StallLimit,
): AsyncGenerator<Uint8Array> {
  for await (const part of open()) {
    limit.moved();
    yield part;
  }
  limit.moved();
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

function refused(status: number, text: string): CliError {
  const hint = status === 401 ? ' It comes from BATON_KEY, or --key.' : '';
  return new CliError(exitCodes.wrong, `${explain(status, text)}${hint}`);
}

/** What a problem document says (RFC 9457). */
function explain(status: number, text: string): string {
  let problem: { detail?: string; title?: string } = {};
  try {
    problem = JSON.parse(text) as typeof problem;
  } catch {
    // The status has to do.
  }
  return problem.detail ?? problem.title ?? `Baton answered ${status}.`;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error && cause.message !== '' ? cause.message : error.message;
}
