import { durationMs } from './duration.ts';
import {
  type WorkingHours,
  instantOf,
  isTimeZone,
  isoWeekday,
  minuteOf,
  wallTimeAt,
} from './working-hours.ts';

const dayMs = 86_400_000;
/** Nobody is away for longer. */
const maxAwayMs = 366 * dayMs;
const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const units: Readonly<Record<string, string>> = { minute: 'm', hour: 'h', day: 'd', week: 'w' };

/** By whose clock a time is read. A day without a time of day is meant as the beginning of their work on it. */
export interface Reader {
  now: Date;
  timeZone: string;
  workingHours: WorkingHours;
}

/**
 * Reads when somebody is back: `friday`, `next monday 14:00`, `tomorrow`, `2026-12-01`, `1 dec`, `dec 1 09:30`;
 * or for how long they are away: `3d`, `2 weeks`. A day of the week is the next one after today.
 *
 * @returns null for what is no time, lies in the past, or is more than a year away
 */
export function readAwayUntil(text: string, reader: Reader): Date | null {
  const words = text.trim().toLowerCase().replace(/,/g, ' ').split(/\s+/).join(' ');
  const until = readLength(words, reader.now) ?? readDay(words, reader);
  if (until === null) return null;
  const lengthMs = until.getTime() - reader.now.getTime();
  return lengthMs > 0 && lengthMs <= maxAwayMs ? until : null;
}

function readLength(text: string, now: Date): Date | null {
  const [, amount, unit] = /^([1-9]\d{0,3}) ?(m|h|d|w|(?:minute|hour|day|week)s?)$/.exec(text) ?? [];
  if (amount === undefined || unit === undefined) return null;
  const letter = unit.length === 1 ? unit : (units[unit.replace(/s$/, '')] ?? 'd');
  return new Date(now.getTime() + durationMs(`${amount}${letter}`));
}

function readDay(text: string, { now, timeZone, workingHours }: Reader): Date | null {
  const zone = isTimeZone(timeZone) ? timeZone : 'UTC';
  const { date, time } = splitTime(text);
  const today = wallTimeAt(now, zone).day;
  const day = date === '' && time !== null ? today : dayOf(date, today);
  if (day === null) return null;
  return instantOf({ day, minute: minuteOf(time ?? workingHours.from) }, zone);
}

/** `friday at 14:00`, `2026-12-01 9:30`, `2026-12-01T09:30` */
function splitTime(text: string): { date: string; time: string | null } {
  const [, date = text, hour, minute] =
    /^(.*?)(?:(?:^| |t)(?:at )?([01]?\d|2[0-3]):([0-5]\d))?$/.exec(text) ?? [];
  return hour === undefined || minute === undefined
    ? { date, time: null }
    : { date: date.trim(), time: `${hour.padStart(2, '0')}:${minute}` };
}

/** Days since 1970-01-01; null for what is no day. */
function dayOf(date: string, today: number): number | null {
  if (date === 'today') return today;
  if (date === 'tomorrow') return today + 1;
  if (date === 'next week') return today + 8 - isoWeekday(today);
  return readWeekday(date, today) ?? readIsoDate(date) ?? readMonthDay(date, today);
}

function readWeekday(date: string, today: number): number | null {
  const [, name = ''] = /^(?:(?:next|on|this) )?([a-z]{3,9})$/.exec(date) ?? [];
  const index = weekdays.findIndex((short) => name.startsWith(short) && isPrefixOfDay(name));
  if (index === -1) return null;
  const ahead = (index + 1 - isoWeekday(today) + 7) % 7;
  return today + (ahead === 0 ? 7 : ahead);
}

function isPrefixOfDay(name: string): boolean {
  const names = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
  return names.some((full) => full.startsWith(name));
}

function readIsoDate(date: string): number | null {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date) ?? [];
  return year === undefined ? null : toDay(Number(year), Number(month) - 1, Number(day));
}

/** `1 dec`, `December 1st`, `1 dec 2027`; without a year it is the next one. */
function readMonthDay(date: string, today: number): number | null {
  const first = /^(\d{1,2})(?:st|nd|rd|th)? ([a-z]{3,9})(?: (\d{4}))?$/.exec(date);
  const second = /^([a-z]{3,9}) (\d{1,2})(?:st|nd|rd|th)?(?: (\d{4}))?$/.exec(date);
  const day = Number(first?.[1] ?? second?.[2]);
  const name = first?.[2] ?? second?.[1] ?? '';
  const month = months.findIndex((short) => name.startsWith(short));
  if (month === -1) return null;
  const given = first?.[3] ?? second?.[3];
  if (given !== undefined) return toDay(Number(given), month, day);
  const year = new Date(today * dayMs).getUTCFullYear();
  const thisYear = toDay(year, month, day);
  return thisYear !== null && thisYear <= today ? toDay(year + 1, month, day) : thisYear;
}

/** Null for a day that the calendar does not have. */
function toDay(year: number, month: number, day: number): number | null {
  const time = Date.UTC(year, month, day);
  const date = new Date(time);
  const isReal = date.getUTCFullYear() === year && date.getUTCMonth() === month && date.getUTCDate() === day;
  return isReal ? time / dayMs : null;
}
