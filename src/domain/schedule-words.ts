import { type DayWords, readDayWords } from './schedule-day-words.ts';
import { type TimeOfDay, formatTime, takeRange, takeTimes } from './schedule-time-words.ts';
import { isTimeZone } from './working-hours.ts';

/** When a schedule runs, as it was understood. */
export interface ReadSchedule {
  /** Five fields, as croner reads them. */
  cron: string;
  /** The same in words: `Every Monday at 09:00`. */
  words: string;
  /** A zone that was typed with it. */
  timeZone: string | null;
}

/** `problem`: what is not understood, in a sentence. */
export type ScheduleReading = { ok: true; schedule: ReadSchedule } | { ok: false; problem: string };

/** When nobody says at what time. */
const defaultTime: TimeOfDay = { hour: 9, minute: 0 };
const maxLength = 200;
/** So many words that are not understood may stand behind others that are, and are named. */
const maxTail = 3;
const numbers = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];
/** Minutes and hours are numbers; days and months may be names, so that words are not taken for cron. */
const cronText = /^[\d*][\d*/,-]* [\d*][\d*/,-]*(?: [\d*?a-z][\d*/,\-#a-z]*){3}$/i;

/** What people may type, for hints and errors. */
export const scheduleExamples = [
  'every Monday at 9am',
  'every weekday at 17:30',
  'every 2 hours',
  'first of the month at 8:00',
  'last Friday of the month at noon',
  '0 9 * * 1 (cron)',
] as const;

/** Reads when to run: in words, or as cron with five fields; a time zone may stand at the end. */
export function readScheduleWords(typed: string): ScheduleReading {
  const { text, timeZone } = takeTimeZone(typed.trim());
  if (text === '' || typed.length > maxLength) return notUnderstood(typed);
  const fields = text
    .replace(/^cron /i, '')
    .split(/\s+/)
    .join(' ');
  if (cronText.test(fields))
    return { ok: true, schedule: { cron: fields, words: `Cron ${fields}`, timeZone } };
  const read = readWords(normalize(text));
  if (read === null) return tooMuch(text) ?? notUnderstood(text);
  if ('problem' in read) return { ok: false, problem: read.problem };
  const words = read.words.charAt(0).toUpperCase() + read.words.slice(1);
  return { ok: true, schedule: { cron: read.cron, words, timeZone } };
}

/** Null unless all but the last words is understood: then they were to be a time zone, or are too much. */
function tooMuch(text: string): ScheduleReading | null {
  const words = text.split(/\s+/);
  for (let count = 1; count <= maxTail && count < words.length; count += 1) {
    const tail = words.slice(-count).join(' ');
    const read = /\d/.test(tail) ? null : readWords(normalize(words.slice(0, -count).join(' ')));
    if (read === null || 'problem' in read) continue;
    const zones = 'A time zone is written by its city: Europe/Berlin, America/New_York.';
    return { ok: false, problem: `"${tail}" is not understood, all before it is. ${zones}` };
  }
  return null;
}

function notUnderstood(text: string): ScheduleReading {
  const quoted = text === '' ? 'Nothing was said of when' : `"${text.slice(0, maxLength)}" is not understood`;
  return { ok: false, problem: `${quoted}. Write it like this: ${scheduleExamples.join('; ')}.` };
}

type Words = { cron: string; words: string };
type Problem = { problem: string };

function readWords(text: string): Words | Problem | null {
  if (
    /\bevery (?:other|second|2nd|\d+(?:st|nd|rd|th)?) (?:week|day|month|year)s?\b(?! of)|\b(?:bi-?weekly|fortnight)/.test(
      text,
    )
  ) {
    const problem =
      'Every second day, week or month is not something that a schedule can do. Name the days instead: "1st and 15th of the month", "Monday and Thursday".';
    return { problem };
  }
  const interval = takeInterval(text);
  return interval === null ? readDaysAndTimes(text) : readInterval(interval);
}

function readDaysAndTimes(text: string): Words | Problem | null {
  const { times, rest } = takeTimes(text);
  if (times === null) return { problem: 'There is no such time of day: write 9am, 9:30 or 17:30.' };
  const days = readDayWords(rest);
  if (days === null || (times.length === 0 && rest === '')) return null;
  const at = times.length === 0 ? [defaultTime] : times;
  const minutes = new Set(at.map(({ minute }) => minute));
  if (minutes.size > 1) {
    const list = at.map(formatTime).join(' and ');
    return { problem: `One schedule cannot run at ${list}, which differ in minutes. Make one for each.` };
  }
  const hours = [...new Set(at.map(({ hour }) => hour))].sort((a, b) => a - b);
  const [minute = 0] = minutes;
  const named = hours.map((hour) => formatTime({ hour, minute })).join(' and ');
  return { cron: cronOf(String(minute), hours.join(','), days), words: `${days.words} at ${named}` };
}

interface Interval {
  every: number;
  unit: 'minute' | 'hour';
  rest: string;
}

/** `every 2 hours`, `hourly`, `every half hour`; null where there is none. */
function takeInterval(text: string): Interval | null {
  const plain = text
    .replace(/\bhourly\b/, 'every hour')
    .replace(/\b(?:every )?half(?: an)? hour\b/, 'every 30 minutes')
    .replace(/\b(?:every )?quarter(?: of an)? hour\b/, 'every 15 minutes');
  const found = /\bevery (?:(\d{1,3}|[a-z]+) )?(minute|min|hour|hr)s?\b/.exec(plain);
  if (found === null) return null;
  const [whole, amount, unit = ''] = found;
  const word = numbers.indexOf(amount ?? 'one');
  const every = word === -1 ? Number(amount) : word;
  const rest = plain.replace(whole, ' ').replace(/ +/g, ' ').trim();
  return { every, unit: unit.startsWith('min') ? 'minute' : 'hour', rest };
}

function readInterval({ every, unit, rest }: Interval): Words | Problem | null {
  const whole = unit === 'minute' ? 60 : 24;
  if (!Number.isInteger(every) || every < 1) return null;
  if (whole % every !== 0 && !(unit === 'minute' && every % 60 === 0)) {
    const fits = unit === 'minute' ? '5, 10, 15, 20 or 30 minutes' : '1, 2, 3, 4, 6, 8 or 12 hours';
    return {
      problem: `Every ${every} ${unit}s does not come out even in ${unit === 'minute' ? 'an hour' : 'a day'}. Choose ${fits}.`,
    };
  }
  if (unit === 'minute' && every >= 60) return readInterval({ every: every / 60, unit: 'hour', rest });
  const { range, rest: afterRange } = takeRange(rest);
  if (range === null) return { problem: 'There is no such time of day: write 9am, 9:30 or 17:30.' };
  const { minute, rest: dayText } = takeMinute(afterRange);
  const days = readDayWords(dayText);
  if (days === null) return null;
  const isHours = unit === 'hour';
  const hours = hoursOf(range, isHours ? every : 1, isHours);
  if (hours === null)
    return { problem: 'The hours must be whole and go from earlier to later: between 9am and 5pm.' };
  const step = every === 1 ? '*' : `*/${every}`;
  const cron = isHours ? cronOf(String(minute), hours, days) : cronOf(step, hours, days);
  const each = every === 1 ? `every ${unit}` : `every ${every} ${unit}s`;
  const span = range === undefined ? '' : ` from ${formatTime(range[0])} to ${formatTime(range[1])}`;
  const onDays = days.words === 'every day' ? '' : `, ${days.words}`;
  const past = isHours && minute > 0 ? ` at ${minute} minutes past` : '';
  return { cron, words: `${each}${past}${span}${onDays}` };
}

/** The field of the hours; the last hour of a range is one of them when it is every so many hours. */
function hoursOf(range: [TimeOfDay, TimeOfDay] | undefined, step: number, withLast: boolean): string | null {
  const suffix = step === 1 ? '' : `/${step}`;
  if (range === undefined) return `*${suffix}`;
  const [from, to] = range;
  const last = withLast ? to.hour : to.hour - 1;
  if (from.minute !== 0 || to.minute !== 0 || last < from.hour) return null;
  return `${from.hour}-${last}${suffix}`;
}

/** `at :15`, `at minute 15`, `at 15 minutes past` */
function takeMinute(text: string): { minute: number; rest: string } {
  const found = /(?:at )?(?::(\d{2})|minute (\d{1,2})|(\d{1,2}) (?:minutes )?past)(?!\S)/.exec(text);
  const minute = Number(found?.[1] ?? found?.[2] ?? found?.[3] ?? 0);
  if (found === null || minute > 59) return { minute: 0, rest: text };
  return { minute, rest: text.replace(found[0], ' ').replace(/ +/g, ' ').trim() };
}

function cronOf(minute: string, hour: string, { day, month, weekday }: DayWords): string {
  return [minute, hour, day, month, weekday].join(' ');
}

function normalize(text: string): string {
  return text
    .toLowerCase()
    .replace(/\b([ap])\.m\.?/g, '$1m')
    .replace(/[,&]/g, ' and ')
    .replace(/ o'clock|[.!]$/g, '')
    .replace(/\bevery morning\b/, 'every day')
    .replace(/ (?:in the )?mornings?\b/g, '')
    .replace(/\beach\b/g, 'every')
    .replace(/\s+/g, ' ')
    .replace(/(?: and)+ /g, ' and ')
    .trim();
}

/** The words of a pattern: those that it was made of, if they still mean it; else the pattern itself. */
export function wordsOf({ cron, words }: { cron: string; words: string | null }): string {
  const reading = words === null ? null : readScheduleWords(words);
  return words !== null && reading?.ok === true && reading.schedule.cron === cron ? words : `Cron ${cron}`;
}

/** `every Monday at 9am Europe/Berlin`, `… in UTC` */
function takeTimeZone(text: string): { text: string; timeZone: string | null } {
  const found = /^(.*?)[\s,(]+(?:in )?(utc|gmt|[a-z_]+(?:\/[a-z0-9_+-]+)+)\)?$/i.exec(text);
  const [, before = '', zone = ''] = found ?? [];
  if (found === null || !isTimeZone(zone)) return { text, timeZone: null };
  return { text: before.trim(), timeZone: canonicalZone(zone) };
}

/** As the database of time zones writes it. */
export function canonicalZone(zone: string): string {
  return new Intl.DateTimeFormat('en-US', { timeZone: zone }).resolvedOptions().timeZone;
}
