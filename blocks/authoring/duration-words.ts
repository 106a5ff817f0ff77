import { Duration } from '../../src/domain/duration.ts';

const unitWords = { s: 'second', m: 'minute', h: 'hour', d: 'day', w: 'week' } as const;

/** `2d` as "2 days". */
export function durationWords(duration: string): string {
  const amount = Number(duration.slice(0, -1));
  const unit = unitWords[duration.slice(-1) as keyof typeof unitWords] as string | undefined;
  return unit === undefined ? duration : `${amount} ${unit}${amount === 1 ? '' : 's'}`;
}

/** What people type for a length of time: `2d`, `2 days`, `1 Hour`. @returns null when it is none */
export function readDuration(text: string): Duration | null {
  const match = /^(\d+)\s*(s|m|h|d|w)[a-z]*\.?$/.exec(text.trim().toLowerCase());
  const parsed = Duration.safeParse(match === null ? text.trim() : `${Number(match[1])}${match[2] ?? ''}`);
  return parsed.success ? parsed.data : null;
}

/** Below an input that takes a duration. */
export const durationHint = 'Such as 30m, 4h, 2d or 1w.';
/** At an input that takes a duration. */
export const durationProblem = 'Must be a length of time, such as 30m, 4h, 2d or 1w; at most one year.';

const unitsMs = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** Milliseconds as a duration, such as `90s`, in the largest unit that says it exactly; null for a part of a second. */
export function toDuration(milliseconds: number): Duration | null {
  const unit = unitsMs.find(([, size]) => milliseconds % size === 0);
  return unit === undefined || milliseconds === 0 ? null : `${milliseconds / unit[1]}${unit[0]}`;
}

/** Milliseconds in words: "2 seconds". */
export function millisecondWords(milliseconds: number): string {
  const duration = toDuration(milliseconds);
  return duration === null ? `${milliseconds / 1_000} seconds` : durationWords(duration);
}
