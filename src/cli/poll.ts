import { setTimeout as sleep } from 'node:timers/promises';

export interface Polling<State> {
  isOver: (state: State) => boolean;
  timeoutMs: number;
  /** Called with each state that was read. */
  see?: (state: State) => void;
  /** How long to wait after the first look, in milliseconds. Default 1,000; later longer. */
  firstMs?: number;
  /** Default 15,000. */
  maxMs?: number;
}

const growth = 1.5;

/** Reads a state until it is over, less often the longer it takes. @returns the last state, over or not */
export async function pollUntil<State>(
  read: () => Promise<State>,
  { isOver, timeoutMs, see, firstMs = 1_000, maxMs = 15_000 }: Polling<State>,
): Promise<State> {
  const until = Date.now() + timeoutMs;
  let delayMs = firstMs;
  for (;;) {
    const state = await read();
    see?.(state);
    const leftMs = until - Date.now();
    if (isOver(state) || leftMs <= 0) return state;
    await sleep(Math.min(delayMs * (0.8 + Math.random() * 0.4), leftMs));
    delayMs = Math.min(delayMs * growth, maxMs);
  }
}
