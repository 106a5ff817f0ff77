import type { Clock } from '../../../src/clock.ts';

/** A clock that stands still until it is moved. */
export class ManualClock implements Clock {
  private current: Date;

  constructor(start: Date) {
    this.current = start;
  }

  now(): Date {
    return this.current;
  }

  advance(byMs: number): void {
    this.current = new Date(this.current.getTime() + byMs);
  }
}
