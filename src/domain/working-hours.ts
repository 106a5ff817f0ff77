import { z } from 'zod';

const clockTime = /^([01]\d|2[0-3]):[0-5]\d$/;
const ClockTime = z.string().regex(clockTime, 'must be a time of day such as 09:00 or 17:30');

/**
 * When a person works, by the clock on their wall. `days`: ISO weekdays, 1 Monday to 7 Sunday. A `to` that is not
 * later than `from` is on the next day.
 */
export const WorkingHours = z.strictObject({
  days: z.array(z.number().int().min(1).max(7)).min(1).max(7),
  from: ClockTime,
  to: ClockTime,
});
export type WorkingHours = z.infer<typeof WorkingHours>;

/** 09:00 to 17:30 from Monday to Friday. */
export const defaultWorkingHours: WorkingHours = { days: [1, 2, 3, 4, 5], from: '09:00', to: '17:30' };

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** A week, the day before it for a night's work that is still going on, and one for a day that a zone left out. */
const maxDays = 9;
const maxCachedZones = 200;

/** A time of day on a date of the calendar, without a zone. */
export interface WallTime {
  /** Days since 1970-01-01. */
  day: number;
  minute: number;
}

/** True for a name of the IANA time zone database that this process knows. */
export function isTimeZone(timeZone: string): boolean {
  try {
    formatOf(timeZone);
    return true;
  } catch {
    return false;
  }
}

/**
 * The first moment from `now` on at which the person works: `now` itself inside their hours, else the next
 * beginning of them. Right over daylight-saving changes: hours that begin in the gap begin after it, and
 * those that begin in the hour that comes twice begin at its first time.
 *
 * @param timeZone a name of the IANA database; one that is not known counts as UTC
 */
export function nextWorkingMoment(now: Date, hours: WorkingHours, timeZone: string): Date {
  const zone = isTimeZone(timeZone) ? timeZone : 'UTC';
  const today = wallTimeAt(now, zone).day;
  const from = minuteOf(hours.from);
  const to = minuteOf(hours.to);
  for (let day = today - 1; day <= today + maxDays; day += 1) {
    if (!hours.days.includes(isoWeekday(day))) continue;
    const begins = instantOf({ day, minute: from }, zone);
    const ends = instantOf({ day: to > from ? day : day + 1, minute: to }, zone);
    // A zone that moved over the date line left out a day, or the hours lie within a gap: nobody works then.
    if (wallTimeAt(begins, zone).day !== day || ends <= begins) continue;
    if (now < begins) return begins;
    if (now < ends) return now;
  }
  return now;
}

/** The moment at which a clock in the zone shows the time; the first of two, and after the gap where there is none. */
export function instantOf({ day, minute }: WallTime, zone: string): Date {
  const shown = day * dayMs + minute * minuteMs;
  const before = shown - offsetMs(new Date(shown - dayMs), zone);
  const after = shown - offsetMs(new Date(shown + dayMs), zone);
  const candidates = [Math.min(before, after), Math.max(before, after)].map((time) => new Date(time));
  const exact = candidates.find((candidate) => candidate.getTime() + offsetMs(candidate, zone) === shown);
  return exact ?? new Date(before);
}

/** How far the zone's clocks are ahead of UTC. */
function offsetMs(instant: Date, zone: string): number {
  const { day, minute } = wallTimeAt(instant, zone);
  const secondsMs = instant.getTime() - Math.floor(instant.getTime() / minuteMs) * minuteMs;
  return day * dayMs + minute * minuteMs + secondsMs - instant.getTime();
}

/** What a clock in the zone shows. @throws RangeError for a zone that is not known */
export function wallTimeAt(instant: Date, zone: string): WallTime {
  const parts = new Map<string, number>();
  for (const { type, value } of formatOf(zone).formatToParts(instant)) parts.set(type, Number(value));
  const part = (type: string): number => parts.get(type) ?? 0;
  const day = Date.UTC(part('year'), part('month') - 1, part('day')) / dayMs;
  return { day, minute: part('hour') * 60 + part('minute') };
}

/** ISO: 1 Monday to 7 Sunday. 1970-01-01 was a Thursday. */
export function isoWeekday(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/** Minutes after midnight of a time such as `09:30`. */
export function minuteOf(time: string): number {
  const [hours = '0', minutes = '0'] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** @throws RangeError for a zone that is not known */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  if (formats.size >= maxCachedZones) formats.clear();
  formats.set(timeZone, format);
  return format;
}
