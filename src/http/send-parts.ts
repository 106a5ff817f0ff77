import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ServerResponse } from 'node:http';

/**
 * Sends a text part by part, no faster than the receiver takes it; when the receiver is gone, no other part is asked
 * for.
 *
 * @param setHeaders called once the first part is there, so that the answer to a failure before it has none of them
 * @throws what the parts throw: before anything was sent, so that it can be answered, or after, when the connection is cut
 */
export async function sendParts(
  res: ServerResponse,
  parts: AsyncIterable<string>,
  setHeaders: () => void,
): Promise<void> {
  const iterator = parts[Symbol.asyncIterator]();
  const first = await iterator.next();
  setHeaders();
  async function* all(): AsyncGenerator<string> {
    if (first.done !== true) yield first.value;
    yield* { [Symbol.asyncIterator]: () => iterator };
  }
  try {
    await pipeline(Readable.from(all()), res);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** That the receiver left is no failure of ours. */
function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}
