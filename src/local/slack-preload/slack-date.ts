/** Where a text is read: what "today" and "10:00" mean there. */
export interface Reader {
  now: Date;
  /** An IANA name, such as `Europe/Berlin`. */
  timeZone: string;
}

const MINUTE_SEC = 60;
const HOUR_SEC = 60 * MINUTE_SEC;
const DAY_SEC = 24 * HOUR_SEC;
/** {@link https://tc39.es/ecma262/#sec-time-values-and-time-range} */
const LATEST_SEC = 8.64e12;
/** Within half a year, Slack leaves the year out. */
const YEAR_SHOWN_AFTER_SEC = 182 * DAY_SEC;

/**
 * Writes a moment as Slack's client does for a format of its date tokens, such as `{date_short_pretty} at
 * {time}`. The first letter becomes a capital one, as in Slack; unknown tokens stay as they are. `null`
 * for a moment that no calendar has.
 */
export function formatSlackDate(unixSec: number, format: string, reader: Reader): string | null {
  if (!(Math.abs(unixSec) <= LATEST_SEC)) return null;
  const date = new Date(unixSec * 1_000);
  const text = format.replace(
    /\{(\w+)\}/g,
    (token, name: string) => formatToken(name, date, reader) ?? token,
  );
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function formatToken(name: string, date: Date, reader: Reader): string | null {
  switch (name) {
    case 'date_num':
      return dayOf(date, reader);
    case 'date':
      return formatLong(date, reader, isYearShown(date, reader));
    case 'date_short':
      return formatIntl(date, reader, {
        month: 'short',
        day: 'numeric',
        ...(isYearShown(date, reader) ? { year: 'numeric' } : {}),
      });
    case 'date_long':
      return `${formatIntl(date, reader, { weekday: 'long' })}, ${formatLong(date, reader, true)}`;
    case 'date_pretty':
    case 'date_short_pretty':
    case 'date_long_pretty':
      return nameNearDay(date, reader) ?? formatToken(name.replace('_pretty', ''), date, reader);
    case 'time':
      return formatIntl(date, reader, { hour: 'numeric', minute: '2-digit' });
    case 'time_secs':
      return formatIntl(date, reader, { hour: 'numeric', minute: '2-digit', second: '2-digit' });
    case 'ago':
      return formatDistance(date, reader);
    default:
      return null;
  }
}

function formatIntl(date: Date, { timeZone }: Reader, options: Intl.DateTimeFormatOptions): string {
  // Between the time and AM or PM, newer versions of Unicode's data have a narrow space.
  return new Intl.DateTimeFormat('en-US', { ...options, timeZone }).format(date).replace(/\u202f/g, ' ');
}

/** `February 18th, 2014` */
function formatLong(date: Date, reader: Reader, withYear: boolean): string {
  const month = formatIntl(date, reader, { month: 'long' });
  const day = Number(formatIntl(date, reader, { day: 'numeric' }));
  const year = withYear ? `, ${formatIntl(date, reader, { year: 'numeric' })}` : '';
  return `${month} ${day}${ordinalSuffix(day)}${year}`;
}

function ordinalSuffix(day: number): string {
  if (day >= 11 && day <= 13) return 'th';
  return ['th', 'st', 'nd', 'rd'][day % 10] ?? 'th';
}

function isYearShown(date: Date, { now }: Reader): boolean {
  return Math.abs(date.getTime() - now.getTime()) / 1_000 > YEAR_SHOWN_AFTER_SEC;
}

function nameNearDay(date: Date, reader: Reader): string | null {
  const days = (Date.parse(dayOf(date, reader)) - Date.parse(dayOf(reader.now, reader))) / (DAY_SEC * 1_000);
  return { '-1': 'yesterday', '0': 'today', '1': 'tomorrow' }[String(days)] ?? null;
}

/** `2014-02-18` */
function dayOf(date: Date, reader: Reader): string {
  const [month, day, year] = formatIntl(date, reader, {
    month: '2-digit',
    day: '2-digit',
    year: 'numeric',
  }).split('/');
  return `${year}-${month}-${day}`;
}

/** `3 minutes ago`, `in 2 days` */
function formatDistance(date: Date, { now }: Reader): string {
  const distanceSec = Math.trunc((date.getTime() - now.getTime()) / 1_000);
  const format = new Intl.RelativeTimeFormat('en-US');
  const units = [
    ['day', DAY_SEC],
    ['hour', HOUR_SEC],
    ['minute', MINUTE_SEC],
  ] as const;
  for (const [unit, lengthSec] of units) {
    if (Math.abs(distanceSec) >= lengthSec) return format.format(Math.trunc(distanceSec / lengthSec), unit);
  }
  return format.format(distanceSec, 'second');
}
