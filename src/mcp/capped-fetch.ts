import type { FetchLike } from '@modelcontextprotocol/sdk/shared/transport.js';

/** A `fetch` whose answers to calls end when they have too many bytes. The stream of notifications may go on for ever. */
export function createCappedFetch(maxBytes: number, onOverflow: () => void): FetchLike {
  return async (url, init) => {
    const response = await fetch(url, init);
    if (response.body === null || init?.method !== 'POST') return response;
    let seenBytes = 0;
    const counter = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        seenBytes += chunk.byteLength;
        if (seenBytes > maxBytes) {
          onOverflow();
          controller.error(new Error('the answer is too large'));
        } else {
          controller.enqueue(chunk);
        }
      },
    });
    return new Response(response.body.pipeThrough(counter), {
      status: response.status,
      statusText: response.statusText,
      headers: response.headers,
    });
  };
}
