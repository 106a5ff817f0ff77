import { describe, expect, it } from 'vitest';
import { createPacer } from '../../src/slack/pacer.ts';

function pacerAt(startMs: number) {
  let nowMs = startMs;
  const clock = { now: () => new Date(nowMs) };
  const pacer = createPacer({ clock, intervalMs: 1_000, burst: 3 });
  return {
    pacer,
    advance: (ms: number) => {
      nowMs += ms;
    },
  };
}

describe('the pacer', () => {
  it('lets a burst through at once and spaces what comes after', () => {
    const { pacer } = pacerAt(10_000);
    const slots = [1, 2, 3, 4, 5].map(() => pacer.reserve('C1', 60_000).delayMs);
    expect(slots).toEqual([0, 0, 0, 1_000, 2_000]);
  });

  it('gives a new burst after a rest', () => {
    const { pacer, advance } = pacerAt(10_000);
    for (let count = 0; count < 5; count += 1) pacer.reserve('C1', 60_000);
    advance(10_000);
    expect([1, 2, 3, 4].map(() => pacer.reserve('C1', 60_000).delayMs)).toEqual([0, 0, 0, 1_000]);
  });

  it('counts each channel by itself', () => {
    const { pacer } = pacerAt(10_000);
    for (let count = 0; count < 5; count += 1) pacer.reserve('C1', 60_000);
    expect(pacer.reserve('C2', 0)).toEqual({ granted: true, delayMs: 0 });
  });

  it('takes no slot when the wait is too long, and tells each comer another time', () => {
    const { pacer, advance } = pacerAt(10_000);
    for (let count = 0; count < 5; count += 1) pacer.reserve('C1', 60_000);
    const refused = [1, 2, 3].map(() => pacer.reserve('C1', 1_000));
    expect(refused.map(({ granted }) => granted)).toEqual([false, false, false]);
    expect(refused.map(({ delayMs }) => delayMs)).toEqual([3_000, 4_000, 5_000]);
    advance(3_000);
    expect(pacer.reserve('C1', 0)).toEqual({ granted: true, delayMs: 0 });
  });

  it('sends nothing before the time that Slack named', () => {
    const { pacer, advance } = pacerAt(10_000);
    pacer.pause('C1', 30_000);
    expect(pacer.pausedForMs('C1')).toBe(30_000);
    expect(pacer.reserve('C1', 2_000)).toEqual({ granted: false, delayMs: 30_000 });
    advance(29_000);
    expect(pacer.reserve('C1', 2_000)).toEqual({ granted: true, delayMs: 1_000 });
  });

  it('never shortens a pause', () => {
    const { pacer } = pacerAt(10_000);
    pacer.pause('C1', 30_000);
    pacer.pause('C1', 1_000);
    expect(pacer.pausedForMs('C1')).toBe(30_000);
    expect(pacer.pausedForMs('C2')).toBe(0);
  });
});
