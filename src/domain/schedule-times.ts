import { Cron } from 'croner';
import { ValidationError, errorMessage } from '../errors.ts';
import { isTimeZone } from './working-hours.ts';

/** When something recurs: a pattern of five fields, by the clocks of a zone. */
export interface Recurrence {
  cron: string;
  /** A name of the IANA database. */
  timeZone: string;
}

/** As people name the two. */
const typedPaths = { cron: 'when', timeZone: 'timeZone' };

/**
 * Promises that the pattern can be read, that the zone is known, and that there is a time to come.
 *
 * @param paths what the two are called in an error. Default: `when` and `timeZone`
 * @throws ValidationError
 */
export function assertRecurrence({ cron, timeZone }: Recurrence, paths = typedPaths): void {
  if (!isTimeZone(timeZone)) {
    const message = 'must be a time zone such as Europe/Berlin, America/New_York or UTC';
    throw new ValidationError(`${paths.timeZone} ${message}.`, [{ path: paths.timeZone, message }]);
  }
  let next: Date | null;
  try {
    next = nextRun({ cron, timeZone }, new Date(0));
  } catch (error) {
    refuse(
      paths.cron,
      `is no cron pattern of five fields (minute, hour, day, month, day of the week): ${errorMessage(error)}`,
    );
  }
  if (next === null) refuse(paths.cron, 'would never run: there is no such day');
}

/**
 * The first time after `after`; null when there is none any more. Over daylight-saving changes: a time of day that
 * does not exist runs at the end of the gap, one that comes twice runs the first time; what runs at intervals
 * (a star or a step in minutes or hours) goes by the clock as it is shown, the hour that comes twice included.
 */
export function nextRun(recurrence: Recurrence, after: Date): Date | null {
  return cronOf(recurrence).nextRun(after);
}

/** The next `count` times after `after`. */
export function nextRuns(recurrence: Recurrence, after: Date, count: number): Date[] {
  return cronOf(recurrence).nextRuns(count, after);
}

/** The last time before `before`; null when there was none. */
export function lastRun(recurrence: Recurrence, before: Date): Date | null {
  return cronOf(recurrence).previousRuns(1, before)[0] ?? null;
}

function cronOf({ cron, timeZone }: Recurrence): Cron {
  // Paused and without a function: it computes, and sets no timer.
  return new Cron(cron, { timezone: timeZone, paused: true, mode: '5-part', fixedTimeRule: 'no-wildcard' });
}

function refuse(path: string, message: string): never {
  throw new ValidationError(`${path} ${message}.`, [{ path, message }]);
}
