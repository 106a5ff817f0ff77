import { Agent, type RequestInit as OwnRequestInit, fetch } from 'undici';

/** More than an attempt of a step may take, which is an hour. */
const patienceMs = 3_900_000;

/** Node's own `fetch` waits for five minutes, whatever its caller does. */
const dispatcher = new Agent({ headersTimeout: patienceMs, bodyTimeout: patienceMs });

/**
 * A `fetch` that waits for its answer, and for each part of it, for more than an hour: whoever calls says by a
 * signal when it has been long enough. What nobody ends does not stay open for ever.
 */
export async function patientFetch(url: string | URL, init?: RequestInit): Promise<Response> {
  // The types of this package and those of Node are of two versions of the same thing.
  const options: object = { ...init, dispatcher };
  const response: unknown = await fetch(url, options as OwnRequestInit);
  return response as Response;
}
