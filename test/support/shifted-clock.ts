import type { Clock } from '../../src/clock.ts';

/** The real time, moved forward by as much as a test wants. */
export class ShiftedClock implements Clock {
  #shiftMs = 0;

  now(): Date {
    return new Date(Date.now() + this.#shiftMs);
  }

  advance(byMs: number): void {
    this.#shiftMs += byMs;
  }
}
