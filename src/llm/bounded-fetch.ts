import { capResponse } from '../capped-response.ts';
import { patientFetch } from '../patient-fetch.ts';
import type { CallGuard } from './call-guard.ts';

/** What is sent besides the body. The SDK would add headers out of the environment that belong to another provider. */
const sentHeaders = new Set(['accept', 'authorization', 'content-type', 'user-agent']);

/**
 * A `fetch` for one call: it sends only the headers that are meant, follows no redirect (the key would
 * go elsewhere), tells the guard of each part of the answer, and ends the call when there are too many bytes.
 */
export function createBoundedFetch(guard: CallGuard, maxBytes: number): typeof fetch {
  return async (input, init) => {
    const url = input instanceof Request ? input.url : input;
    const given = [...new Headers(init?.headers)];
    const headers = given.filter(([name]) => sentHeaders.has(name));
    const response = await patientFetch(url, { ...init, headers, redirect: 'error' });
    return capResponse(response, {
      maxBytes,
      onPart: () => guard.heard(),
      onOverflow: () => guard.end('too-large'),
    });
  };
}
