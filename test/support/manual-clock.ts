import type { Clock } from '../../src/clock.ts';

/** A clock that stands still until it is moved. */
export class ManualClock implements Clock {
  #now: Date;

  constructor(start = '2026-03-02T09:00:00.000Z') {
    this.#now = new Date(start);
  }

  now(): Date {
    return this.#now;
  }

  advance(byMs: number): void {
    this.#now = new Date(this.#now.getTime() + byMs);
  }

  set(time: string | Date): void {
    this.#now = new Date(time);
  }
}
