import type { Timers } from '../timers.ts';

/** Why a call was ended from this side. */
export type EndedBecause = 'timeout' | 'silence' | 'too-large' | 'cancelled';

export interface GuardLimits {
  /** For the whole call. */
  timeoutMs: number;
  /** Between two parts of an answer that has begun. */
  silenceMs: number;
}

/** Bounds one call: ends it through `signal`, and remembers why. */
export interface CallGuard {
  readonly signal: AbortSignal;
  endedBecause(): EndedBecause | null;
  /** A part of the answer has come. */
  heard(): void;
  end(reason: EndedBecause): void;
  /** The call is over: nothing is watched any more. */
  close(): void;
}

export function createCallGuard(timers: Timers, limits: GuardLimits, outer?: AbortSignal): CallGuard {
  const controller = new AbortController();
  let reason: EndedBecause | null = null;
  let stopSilence = (): void => {};

  function end(because: EndedBecause): void {
    if (reason !== null) return;
    reason = because;
    controller.abort();
  }
  function cancel(): void {
    end('cancelled');
  }

  const stopTimeout = timers.after(limits.timeoutMs, () => end('timeout'));
  if (outer?.aborted) cancel();
  outer?.addEventListener('abort', cancel, { once: true });
  return {
    signal: controller.signal,
    endedBecause: () => reason,
    heard() {
      stopSilence();
      stopSilence = timers.after(limits.silenceMs, () => end('silence'));
    },
    end,
    close() {
      stopTimeout();
      stopSilence();
      outer?.removeEventListener('abort', cancel);
    },
  };
}
