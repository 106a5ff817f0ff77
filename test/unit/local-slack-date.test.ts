import { describe, expect, it } from 'vitest';
import { formatSlackDate } from '../../src/local/slack-preload/slack-date.ts';

/** Saturday, 21 November 2026, 12:46 in Berlin. */
const now = new Date('2026-11-21T11:46:00Z');
const berlin = { now, timeZone: 'Europe/Berlin' };

function format(iso: string, tokens: string, reader = berlin): string | null {
  return formatSlackDate(Date.parse(iso) / 1_000, tokens, reader);
}

describe('a date in a Slack text', () => {
  it.each([
    ['{date_num}', '2026-11-21'],
    ['{date}', 'November 21st'],
    ['{date_short}', 'Nov 21'],
    ['{date_long}', 'Saturday, November 21st, 2026'],
    ['{date_pretty}', 'Today'],
    ['{date_short_pretty} at {time}', 'Today at 10:05 AM'],
    ['{date_long_pretty}', 'Today'],
    ['{time}', '10:05 AM'],
    ['{time_secs}', '10:05:09 AM'],
    ['{ago}', '2 hours ago'],
    ['due {date_pretty}, {time}', 'Due today, 10:05 AM'],
    ['{nonsense} {time}', '{nonsense} 10:05 AM'],
  ])('is written out as %s', (tokens, text) => {
    expect(format('2026-11-21T09:05:09Z', tokens)).toBe(text);
  });

  it.each([
    ['2026-11-20T22:59:59Z', 'Yesterday'],
    ['2026-11-20T23:00:00Z', 'Today'],
    ['2026-11-21T22:59:59Z', 'Today'],
    ['2026-11-21T23:00:00Z', 'Tomorrow'],
    ['2026-11-22T23:00:00Z', 'Nov 23'],
    ['2026-11-19T12:00:00Z', 'Nov 19'],
  ])('has the name of a near day by the midnights of the reader: %s is %s', (iso, text) => {
    expect(format(iso, '{date_short_pretty}')).toBe(text);
  });

  it.each([
    ['2026-12-01T12:00:00Z', 'December 1st'],
    ['2026-12-02T12:00:00Z', 'December 2nd'],
    ['2026-12-03T12:00:00Z', 'December 3rd'],
    ['2026-12-11T12:00:00Z', 'December 11th'],
    ['2026-12-22T12:00:00Z', 'December 22nd'],
    ['2025-02-13T12:00:00Z', 'February 13th, 2025'],
  ])('has an ordinal, and the year if it is far: %s is %s', (iso, text) => {
    expect(format(iso, '{date_pretty}')).toBe(text);
  });

  it.each([
    ['2026-11-21T11:45:30Z', '30 seconds ago'],
    ['2026-11-21T11:44:30Z', '1 minute ago'],
    ['2026-11-21T14:46:00Z', 'In 3 hours'],
    ['2026-11-19T11:46:00Z', '2 days ago'],
  ])('says how far off it is: %s is %s', (iso, text) => {
    expect(format(iso, '{ago}')).toBe(text);
  });

  it('is in the time zone of the reader', () => {
    const tokens = '{date_num} {time}';

    expect(format('2026-11-21T02:00:00Z', tokens, { now, timeZone: 'America/New_York' })).toBe(
      '2026-11-20 9:00 PM',
    );
    expect(format('2026-11-21T02:00:00Z', tokens, { now, timeZone: 'Asia/Tokyo' })).toBe(
      '2026-11-21 11:00 AM',
    );
  });

  it('is nothing if no calendar has it', () => {
    expect(formatSlackDate(1e13, '{date}', berlin)).toBeNull();
    expect(formatSlackDate(Number.NaN, '{date}', berlin)).toBeNull();
  });
});
