import { systemTimers, type Timers } from './timers.ts';

/** Ends a transfer in which nothing moves for too long. As long as something moves, it may take any time. */
export interface StallLimit {
  /** Aborted when nothing has moved for the time that was given. */
  signal: AbortSignal;
  /** Something has moved: the time begins anew. */
  moved(): void;
  /** It is over, or waits for somebody else: no time is counted until something moves. */
  end(): void;
}

export function createStallLimit(stallMs: number, timers: Timers = systemTimers): StallLimit {
  const stalled = new AbortController();
  let cancel = (): void => {};
  return {
    signal: stalled.signal,
    moved() {
      cancel();
      cancel = timers.after(stallMs, () => {
        const seconds = Math.round(stallMs / 1_000);
        stalled.abort(new DOMException(`nothing has come for ${seconds} seconds`, 'TimeoutError'));
      });
    },
    end() {
      cancel();
    },
  };
}

/** The parts as they come. Only the wait for each is counted, not what the receiver does with it. */
export async function* watchParts<Part>(
  source: AsyncIterable<Part>,
  limit: StallLimit,
): AsyncGenerator<Part> {
  try {
    limit.moved();
    for await (const part of source) {
      limit.end();
      yield part;
      limit.moved();
    }
  } finally {
    limit.end();
  }
}
