import type { Clock } from '../clock.ts';

export interface PacerOptions {
  clock: Clock;
  /** Time between two messages to one channel in the long run, in milliseconds. Default 1,000: Slack's rate. */
  intervalMs?: number;
  /** How many messages may go to a channel at once after a rest. Default 4. */
  burst?: number;
}

/** `granted`: send after `delayMs`; the slot is taken. Otherwise ask again after `delayMs`; nothing is taken. */
export interface Slot {
  granted: boolean;
  delayMs: number;
}

/** Keeps to Slack's rate of messages per channel. Holds no timers: it only says how long to wait. */
export interface Pacer {
  /** Takes the next slot of a channel if it is at most `maxDelayMs` away. */
  reserve(channelId: string, maxDelayMs: number): Slot;
  /** Slack said when to come back: nothing under this key is sent before. */
  pause(key: string, durationMs: number): void;
  /** How long the key is still paused, in milliseconds; 0 when it is not. */
  pausedForMs(key: string): number;
}

interface Lane {
  /** When the next message would be due if all had been sent evenly. */
  evenAtMs: number;
  pausedUntilMs: number;
  /** The last moment that somebody was told to come back at. */
  promisedAtMs: number;
}

/** Beyond this, lanes that are at rest are forgotten. */
const maxLanes = 5_000;

export function createPacer({ clock, intervalMs = 1_000, burst = 4 }: PacerOptions): Pacer {
  const lanes = new Map<string, Lane>();
  const headStartMs = (burst - 1) * intervalMs;

  function laneOf(key: string): Lane {
    const known = lanes.get(key);
    if (known !== undefined) return known;
    if (lanes.size >= maxLanes) forgetResting();
    const lane = { evenAtMs: 0, pausedUntilMs: 0, promisedAtMs: 0 };
    lanes.set(key, lane);
    return lane;
  }

  function forgetResting(): void {
    const nowMs = clock.now().getTime();
    for (const [key, lane] of lanes) {
      if (Math.max(lane.evenAtMs, lane.pausedUntilMs, lane.promisedAtMs) <= nowMs) lanes.delete(key);
    }
  }

  function reserve(channelId: string, maxDelayMs: number): Slot {
    const nowMs = clock.now().getTime();
    const lane = laneOf(channelId);
    const freeAtMs = Math.max(nowMs, lane.evenAtMs - headStartMs, lane.pausedUntilMs);
    if (freeAtMs - nowMs > maxDelayMs) {
      // Those who have to come back are told different moments, so that they do not come together.
      lane.promisedAtMs = Math.max(freeAtMs, lane.promisedAtMs + intervalMs);
      return { granted: false, delayMs: lane.promisedAtMs - nowMs };
    }
    lane.evenAtMs = Math.max(lane.evenAtMs, freeAtMs) + intervalMs;
    return { granted: true, delayMs: freeAtMs - nowMs };
  }

  function pause(key: string, durationMs: number): void {
    const lane = laneOf(key);
    lane.pausedUntilMs = Math.max(lane.pausedUntilMs, clock.now().getTime() + durationMs);
  }

  function pausedForMs(key: string): number {
    return Math.max(0, (lanes.get(key)?.pausedUntilMs ?? 0) - clock.now().getTime());
  }

  return { reserve, pause, pausedForMs };
}
