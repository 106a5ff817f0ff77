import { describe, expect, it } from 'vitest';
import { assertRecurrence, lastRun, nextRuns } from '../../src/domain/schedule-times.ts';

const runs = (cron: string, timeZone: string, after: string, count: number): string[] =>
  nextRuns({ cron, timeZone }, new Date(after), count).map((time) => time.toISOString().slice(0, 16));

describe('the times of a schedule', () => {
  it.each<[string, string, string, string, string[]]>([
    [
      'at the same local time over the change to summer time',
      '0 9 * * 1',
      'Europe/Berlin',
      '2026-03-22T12:00Z',
      ['2026-03-23T08:00', '2026-03-30T07:00', '2026-04-06T07:00'],
    ],
    [
      'at the same local time over the change to winter time',
      '0 9 * * 1',
      'Europe/Berlin',
      '2026-10-18T12:00Z',
      ['2026-10-19T07:00', '2026-10-26T08:00'],
    ],
    [
      'at the end of the gap where the time does not exist',
      '30 2 * * *',
      'Europe/Berlin',
      '2026-03-28T12:00Z',
      ['2026-03-29T01:00', '2026-03-30T00:30'],
    ],
    [
      'once where the time comes twice',
      '30 2 * * *',
      'Europe/Berlin',
      '2026-10-24T12:00Z',
      ['2026-10-25T00:30', '2026-10-26T01:30'],
    ],
    [
      'once where one of several times comes twice',
      '30 2,14 * * *',
      'Europe/Berlin',
      '2026-10-24T13:00Z',
      ['2026-10-25T00:30', '2026-10-25T13:30', '2026-10-26T01:30'],
    ],
    [
      'at intervals without a break through the hour that comes twice',
      '*/30 * * * *',
      'Europe/Berlin',
      '2026-10-25T00:15Z',
      ['2026-10-25T00:30', '2026-10-25T01:00', '2026-10-25T01:30', '2026-10-25T02:00'],
    ],
    [
      'at intervals over the gap',
      '*/30 * * * *',
      'Europe/Berlin',
      '2026-03-29T00:15Z',
      ['2026-03-29T00:30', '2026-03-29T01:00', '2026-03-29T01:30'],
    ],
    [
      'in America, on its own days',
      '30 1 * * *',
      'America/New_York',
      '2026-10-31T12:00Z',
      ['2026-11-01T05:30', '2026-11-02T06:30'],
    ],
    [
      'where the change is half an hour',
      '15 2 * * *',
      'Australia/Lord_Howe',
      '2026-10-03T00:00Z',
      ['2026-10-03T15:30', '2026-10-04T15:15'],
    ],
    [
      'on the last Friday of the month',
      '0 9 * * 5#L',
      'UTC',
      '2026-01-01T00:00Z',
      ['2026-01-30T09:00', '2026-02-27T09:00'],
    ],
    [
      'on the last weekday of the month',
      '0 9 LW * *',
      'UTC',
      '2026-01-01T00:00Z',
      ['2026-01-30T09:00', '2026-02-27T09:00'],
    ],
    ['on a day that only some years have', '0 0 29 2 *', 'UTC', '2026-01-01T00:00Z', ['2028-02-29T00:00']],
  ])('come %s', (_what, cron, timeZone, after, expected) => {
    expect(runs(cron, timeZone, after, expected.length)).toEqual(expected);
  });

  it.each([
    ['2026-03-30T07:00:01Z', '2026-03-30T07:00:00.000Z'],
    ['2026-03-30T06:59:59Z', '2026-03-23T08:00:00.000Z'],
  ])('before %s were at %s', (before, expected) => {
    const weekly = { cron: '0 9 * * 1', timeZone: 'Europe/Berlin' };
    expect(lastRun(weekly, new Date(before))?.toISOString()).toBe(expected);
  });

  it.each<[string, string, string, string]>([
    ['0 25 * * *', 'UTC', 'when', 'is no cron pattern'],
    ['* * * * * *', 'UTC', 'when', 'is no cron pattern'],
    ['0 9 31 2 *', 'UTC', 'when', 'would never run'],
    ['0 9 * * 1', 'Mars/Olympus', 'timeZone', 'must be a time zone such as'],
  ])('are refused for %s in %s', (cron, timeZone, path, message) => {
    expect(() => assertRecurrence({ cron, timeZone })).toThrow(
      expect.objectContaining({ fields: [{ path, message: expect.stringContaining(message) as string }] }),
    );
  });
});
