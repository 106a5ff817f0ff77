import { describe, expect, it } from 'vitest';
import { readAwayUntil } from '../../src/domain/away-until.ts';
import { defaultWorkingHours } from '../../src/domain/working-hours.ts';

/** A Wednesday, 10:00 in Madrid. */
const now = new Date('2026-11-25T09:00:00.000Z');

function read(text: string, timeZone = 'Europe/Madrid'): string | null {
  return readAwayUntil(text, { now, timeZone, workingHours: defaultWorkingHours })?.toISOString() ?? null;
}

describe('when somebody is back', () => {
  it.each([
    ['friday', '2026-11-27T08:00:00.000Z'],
    ['Fri', '2026-11-27T08:00:00.000Z'],
    ['next monday', '2026-11-30T08:00:00.000Z'],
    ['wednesday', '2026-12-02T08:00:00.000Z'],
    ['friday 14:30', '2026-11-27T13:30:00.000Z'],
    ['friday at 7:15', '2026-11-27T06:15:00.000Z'],
    ['tomorrow', '2026-11-26T08:00:00.000Z'],
    ['next week', '2026-11-30T08:00:00.000Z'],
    ['17:00', '2026-11-25T16:00:00.000Z'],
    ['2026-12-01', '2026-12-01T08:00:00.000Z'],
    ['2026-12-01T12:00', '2026-12-01T11:00:00.000Z'],
    ['1 dec', '2026-12-01T08:00:00.000Z'],
    ['December 1st', '2026-12-01T08:00:00.000Z'],
    ['3 jan', '2027-01-03T08:00:00.000Z'],
    ['3d', '2026-11-28T09:00:00.000Z'],
    ['2 weeks', '2026-12-09T09:00:00.000Z'],
    ['5 hours', '2026-11-25T14:00:00.000Z'],
  ])('reads %j', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it('reads a day by the clock of the person', () => {
    expect(read('friday', 'America/Los_Angeles')).toBe('2026-11-27T17:00:00.000Z');
    expect(read('1 july', 'Europe/Madrid')).toBe('2027-07-01T07:00:00.000Z');
  });

  it.each([
    '',
    'soon',
    'fry',
    '2026-02-30',
    '2026-11-24',
    '09:00',
    '0d',
    '2030-01-01',
    'friday 25:00',
    '31 feb',
    'mo',
  ])('does not take %j for a time', (text) => {
    expect(read(text)).toBeNull();
  });
});
