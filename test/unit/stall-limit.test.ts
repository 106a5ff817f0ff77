import { describe, expect, it } from 'vitest';
import { createStallLimit, watchParts } from '../../src/stall-limit.ts';
import { SimulatedTime } from '../support/simulation/simulated-time.ts';

const stallMs = 1_000;

describe('a transfer with a limit on stalls', () => {
  it('may take any time as a whole, while something moves, and ends when nothing does', () => {
    const time = new SimulatedTime(new Date(0));
    const limit = createStallLimit(
      stallMs,
      time.timers(() => true),
    );
    for (let part = 0; part < 10; part += 1) {
      limit.moved();
      time.advance(stallMs - 1);
    }
    expect(limit.signal.aborted).toBe(false);
    time.advance(1);
    expect(limit.signal.aborted).toBe(true);
    expect(limit.signal.reason).toMatchObject({ message: 'nothing has come for 1 seconds' });
  });

  it('counts the wait for a part, and not what the receiver does with it, nor what comes after the end', async () => {
    const time = new SimulatedTime(new Date(0));
    const limit = createStallLimit(
      stallMs,
      time.timers(() => true),
    );
    async function* slowly(): AsyncGenerator<number> {
      time.advance(stallMs - 1);
      yield 1;
      time.advance(stallMs - 1);
      yield 2;
    }
    const parts: number[] = [];
    for await (const part of watchParts(slowly(), limit)) {
      time.advance(5 * stallMs);
      parts.push(part);
    }
    time.advance(5 * stallMs);
    expect(parts).toEqual([1, 2]);
    expect(limit.signal.aborted).toBe(false);
  });
});
