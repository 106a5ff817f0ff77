import { pause, systemTimers, type Timers } from '../timers.ts';

/** Slack waits three seconds for a form, and what stands in the database must be read in them too. */
const soonMs = 1_000;

/**
 * What Slack was asked for a form that is better with it; null when it takes so long that the form would not open, or
 * would not be acknowledged. What comes later is thrown away, errors too.
 *
 * @throws as `asked`
 */
export function ifSoon<Answer>(
  asked: Promise<Answer | null>,
  timers: Timers = systemTimers,
): Promise<Answer | null> {
  return Promise.race([asked, pause(timers, soonMs).then(() => null)]);
}
