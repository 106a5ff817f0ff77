/** What is done while the body of an answer comes in. */
export interface CapOptions {
  maxBytes: number;
  /** For each part that comes in. */
  onPart?: () => void;
  /** Once, when there are more bytes than allowed; reading the body then fails. */
  onOverflow: () => void;
}

/** The same answer, whose body fails to be read when it has more than `maxBytes` bytes. */
export function capResponse(response: Response, { maxBytes, onPart, onOverflow }: CapOptions): Response {
  if (response.body === null) return response;
  let seenBytes = 0;
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      onPart?.();
      seenBytes += chunk.byteLength;
      if (seenBytes > maxBytes) {
        onOverflow();
        controller.error(new Error('the answer is too large'));
      } else {
        controller.enqueue(chunk);
      }
    },
  });
  const { status, statusText, headers } = response;
  return new Response(response.body.pipeThrough(counter), { status, statusText, headers });
}
