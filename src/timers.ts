/** Where short waits inside a process come from. Passed in, so that a simulation decides when they end. */
export interface Timers {
  /** Runs `work` once after `delayMs`, unless the returned function is called before. Does not keep the process alive. */
  after(delayMs: number, work: () => void): () => void;
}

export const systemTimers: Timers = {
  after(delayMs, work) {
    const timer = setTimeout(work, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Resolves after `delayMs`. */
export function pause(timers: Timers, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    timers.after(delayMs, resolve);
  });
}
