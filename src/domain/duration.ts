import { z } from 'zod';

const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
const durationPattern = /^([1-9]\d{0,5})([smhdw])$/;
/** Nothing in a workflow may wait longer than a task lives: one year. */
const maxDurationMs = 366 * unitMs.d;

/** A length of time as people write it: `30s`, `15m`, `4h`, `2d`, `1w`; at most one year. */
export const Duration = z
  .string()
  .regex(durationPattern, 'must be a duration such as 30s, 15m, 4h, 2d or 1w')
  .refine((text) => parseDurationMs(text) <= maxDurationMs, 'must be at most one year');
export type Duration = z.infer<typeof Duration>;

/** A valid `Duration` in milliseconds. */
export function durationMs(duration: Duration): number {
  return parseDurationMs(duration);
}

export function addDuration(from: Date, duration: Duration): Date {
  return new Date(from.getTime() + durationMs(duration));
}

/** 0 for a text that is no duration. */
function parseDurationMs(text: string): number {
  const [, amount, unit] = durationPattern.exec(text) ?? [];
  return amount === undefined ? 0 : Number(amount) * unitMs[unit as keyof typeof unitMs];
}
