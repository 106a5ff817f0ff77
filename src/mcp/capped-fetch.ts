import type { FetchLike } from '@modelcontextprotocol/sdk/shared/transport.js';
import { capResponse } from '../capped-response.ts';
import { patientFetch } from '../patient-fetch.ts';

/** A `fetch` whose answers to calls end when they have too many bytes. The stream of notifications may go on for ever. */
export function createCappedFetch(maxBytes: number, onOverflow: () => void): FetchLike {
  return async (url, init) => {
    const response = await patientFetch(url, init);
    return init?.method === 'POST' ? capResponse(response, { maxBytes, onOverflow }) : response;
  };
}
