const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/** How long after each failed attempt the next one comes: ten attempts over three days. */
const delaysMs = [
  5 * secondMs,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
  14 * hourMs,
  20 * hourMs,
  24 * hourMs,
] as const;
/** Each delay is made longer by a part of this of itself, so that what failed together does not come again together. */
const maxJitter = 0.2;
/** An event that has waited for this long is given up after its next failure: each gets one attempt at least. */
const giveUpAfterMs = (1 + maxJitter) * delaysMs.reduce((sum, delayMs) => sum + delayMs, 0);
/** A receiver cannot put off its events for longer than this. */
const maxRetryAfterMs = 24 * hourMs;

export interface FailedAttempt {
  /** How many attempts have failed in a row, this one included; from 1. */
  failures: number;
  /** Since when the event has waited. */
  waitingSince: Date;
  now: Date;
  /** What the receiver asked for with `Retry-After`; null when it did not. */
  retryAfterMs: number | null;
  /** From 0 to 1. */
  random: number;
}

/** When to try again; null: never, the event is a dead letter. */
export function nextAttemptAt(failed: FailedAttempt): Date | null {
  const { failures, waitingSince, now, retryAfterMs, random } = failed;
  const delayMs = delaysMs[failures - 1];
  if (delayMs === undefined || now.getTime() - waitingSince.getTime() > giveUpAfterMs) return null;
  const jitteredMs = delayMs * (1 + maxJitter * random);
  const askedMs = Math.min(retryAfterMs ?? 0, maxRetryAfterMs);
  return new Date(now.getTime() + Math.round(Math.max(jitteredMs, askedMs)));
}
