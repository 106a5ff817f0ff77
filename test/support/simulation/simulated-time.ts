import type { Clock } from '../../../src/clock.ts';
import type { Timers } from '../../../src/timers.ts';

interface Timer {
  atMs: number;
  work: () => void;
  isWanted: () => boolean;
}

/** The one true time of a simulation. It passes only when it is told to. */
export class SimulatedTime {
  #nowMs: number;
  #timers: Timer[] = [];

  constructor(start: Date) {
    this.#nowMs = start.getTime();
  }

  now(): Date {
    return new Date(this.#nowMs);
  }

  /** A machine's clock, which may be wrong by `skewMs`. */
  clock(skewMs: () => number): Clock {
    return { now: () => new Date(this.#nowMs + skewMs()) };
  }

  /** A process's timers, which end with it. */
  timers(isWanted: () => boolean): Timers {
    return {
      after: (delayMs, work) => {
        const timer = { atMs: this.#nowMs + delayMs, work, isWanted };
        this.#timers.push(timer);
        return () => {
          this.#timers = this.#timers.filter((other) => other !== timer);
        };
      },
    };
  }

  /** Lets time pass; timers that come due meanwhile run in their order, each at its time. */
  advance(byMs: number): void {
    const untilMs = this.#nowMs + byMs;
    for (let next = this.#nextTimer(); next !== undefined && next.atMs <= untilMs; next = this.#nextTimer()) {
      const timer = next;
      this.#timers = this.#timers.filter((other) => other !== timer);
      this.#nowMs = Math.max(this.#nowMs, timer.atMs);
      timer.work();
    }
    this.#nowMs = untilMs;
  }

  /** When the next timer of a living process ends; null when there is none. */
  nextTimerAt(): Date | null {
    const next = this.#nextTimer();
    return next === undefined ? null : new Date(next.atMs);
  }

  #nextTimer(): Timer | undefined {
    this.#timers = this.#timers.filter(({ isWanted }) => isWanted());
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (first === undefined || timer.atMs < first.atMs) first = timer;
    }
    return first;
  }
}
