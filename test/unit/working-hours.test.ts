import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WorkingHours, defaultWorkingHours, nextWorkingMoment } from '../../src/domain/working-hours.ts';

const everyDay = [1, 2, 3, 4, 5, 6, 7];
const night: WorkingHours = { days: [1, 2, 3, 4, 5], from: '22:00', to: '06:00' };
const early: WorkingHours = { days: everyDay, from: '02:30', to: '10:00' };

describe('the next working moment', () => {
  const rows: [string, string, string, WorkingHours, string][] = [
    ['is now, inside the hours', '2026-03-02T12:00Z', 'UTC', defaultWorkingHours, '2026-03-02T12:00Z'],
    ['is now, as they begin', '2026-03-02T09:00Z', 'UTC', defaultWorkingHours, '2026-03-02T09:00Z'],
    [
      'is not the moment at which they end',
      '2026-03-02T17:30Z',
      'UTC',
      defaultWorkingHours,
      '2026-03-03T09:00Z',
    ],
    ['is this morning, in the night', '2026-03-02T03:00Z', 'UTC', defaultWorkingHours, '2026-03-02T09:00Z'],
    ['is Monday, on a Friday evening', '2026-03-06T18:00Z', 'UTC', defaultWorkingHours, '2026-03-09T09:00Z'],
    ['is Monday, on a Sunday', '2026-03-08T12:00Z', 'UTC', defaultWorkingHours, '2026-03-09T09:00Z'],
    [
      'is by the clock on their wall',
      '2026-03-02T12:00Z',
      'America/Los_Angeles',
      defaultWorkingHours,
      '2026-03-02T17:00Z',
    ],
    [
      'knows zones of half an hour',
      '2026-03-02T00:00Z',
      'Asia/Kolkata',
      defaultWorkingHours,
      '2026-03-02T03:30Z',
    ],
    [
      'knows zones of three quarters',
      '2026-03-02T06:00Z',
      'Pacific/Chatham',
      defaultWorkingHours,
      '2026-03-02T19:15Z',
    ],
    [
      'knows where it is Monday already',
      '2026-03-01T20:00Z',
      'Pacific/Auckland',
      defaultWorkingHours,
      '2026-03-01T20:00Z',
    ],
    [
      'is at 9 before the clocks change',
      '2026-03-27T18:00Z',
      'Europe/Berlin',
      defaultWorkingHours,
      '2026-03-30T07:00Z',
    ],
    [
      'is at 9 after they have changed back',
      '2026-10-23T18:00Z',
      'Europe/Berlin',
      defaultWorkingHours,
      '2026-10-26T08:00Z',
    ],
    [
      'is after the gap, for hours that begin in it',
      '2026-03-29T00:00Z',
      'Europe/Berlin',
      early,
      '2026-03-29T01:30Z',
    ],
    [
      'is the first of the two, for hours that begin twice',
      '2026-10-25T00:00Z',
      'Europe/Berlin',
      early,
      '2026-10-25T00:30Z',
    ],
    [
      'goes on through the hour that comes twice',
      '2026-10-25T01:45Z',
      'Europe/Berlin',
      early,
      '2026-10-25T01:45Z',
    ],
    [
      'knows a change of half an hour',
      '2026-10-03T10:00Z',
      'Australia/Lord_Howe',
      early,
      '2026-10-03T15:30Z',
    ],
    ['is a working day on 29 February', '2028-02-28T18:00Z', 'UTC', defaultWorkingHours, '2028-02-29T09:00Z'],
    ['passes from February into March', '2026-02-27T18:00Z', 'UTC', defaultWorkingHours, '2026-03-02T09:00Z'],
    ['is now, in the night of who works at night', '2026-03-03T03:00Z', 'UTC', night, '2026-03-03T03:00Z'],
    ['is the night of Friday, on a Saturday morning', '2026-03-07T05:59Z', 'UTC', night, '2026-03-07T05:59Z'],
    ['is not the night of Saturday', '2026-03-07T22:30Z', 'UTC', night, '2026-03-09T22:00Z'],
    [
      'is next week, for who works one day',
      '2026-03-02T18:00Z',
      'UTC',
      { ...defaultWorkingHours, days: [1] },
      '2026-03-09T09:00Z',
    ],
    [
      'leaves out the day that Samoa left out',
      '2011-12-30T05:00Z',
      'Pacific/Apia',
      defaultWorkingHours,
      '2012-01-01T19:00Z',
    ],
    [
      'takes UTC for a zone that nobody knows',
      '2026-03-02T03:00Z',
      'Mars/Olympus',
      defaultWorkingHours,
      '2026-03-02T09:00Z',
    ],
  ];

  it.each(rows)('%s', (_name, now, zone, hours, expected) => {
    expect(nextWorkingMoment(new Date(now), hours, zone)).toEqual(new Date(expected));
  });

  const zones = fc.constantFrom(
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'America/St_Johns',
    'Asia/Kolkata',
    'Australia/Lord_Howe',
    'Pacific/Chatham',
    'Pacific/Apia',
    'Africa/Casablanca',
    'America/Sao_Paulo',
  );
  const moments = fc.date({ min: new Date('2010-01-01'), max: new Date('2035-01-01'), noInvalidDate: true });
  const times = fc
    .tuple(fc.nat({ max: 23 }), fc.constantFrom('00', '30', '59'))
    .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${minute}`);
  const hoursOfADay = fc
    .record({
      days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
      from: times,
      to: times,
    })
    .filter(({ from, to }) => from !== to);

  it('is never in the past, and is within ten days', () => {
    fc.assert(
      fc.property(moments, hoursOfADay, zones, (now, hours, zone) => {
        const waitMs = nextWorkingMoment(now, hours, zone).getTime() - now.getTime();
        expect(waitMs).toBeGreaterThanOrEqual(0);
        expect(waitMs).toBeLessThan(10 * 86_400_000);
      }),
      { numRuns: 500 },
    );
  });

  it('is a moment of work itself, and there is none between now and then', () => {
    fc.assert(
      fc.property(
        moments,
        hoursOfADay,
        zones,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (now, hours, zone, at) => {
          const next = nextWorkingMoment(now, hours, zone);
          expect(nextWorkingMoment(next, hours, zone)).toEqual(next);
          const between = new Date(now.getTime() + Math.floor((next.getTime() - now.getTime()) * at));
          expect(nextWorkingMoment(between, hours, zone)).toEqual(next);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('shows a clock within the hours, on a day of work', () => {
    fc.assert(
      fc.property(moments, zones, (now, zone) => {
        const next = nextWorkingMoment(now, defaultWorkingHours, zone);
        const shown = new Intl.DateTimeFormat('en-GB', {
          timeZone: zone,
          weekday: 'short',
          hour: '2-digit',
          minute: '2-digit',
        }).format(next);
        expect(shown).toMatch(/^(Mon|Tue|Wed|Thu|Fri)/);
        const time = shown.slice(-5);
        expect(time >= '09:00' && time < '17:30').toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

it('takes only hours that a clock can show, and at least one day', () => {
  const isValid = (hours: object) => WorkingHours.safeParse(hours).success;
  expect(isValid(defaultWorkingHours)).toBe(true);
  expect(isValid({ ...defaultWorkingHours, to: '24:00' })).toBe(false);
  expect(isValid({ ...defaultWorkingHours, days: [] })).toBe(false);
});
