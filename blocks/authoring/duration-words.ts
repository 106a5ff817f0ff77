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
