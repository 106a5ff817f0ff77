import { describe, expect, it } from 'vitest';
import { readScheduleWords } from '../../src/domain/schedule-words.ts';

const read = (text: string): string => {
  const reading = readScheduleWords(text);
  if (!reading.ok) return reading.problem;
  const { cron, words, timeZone } = reading.schedule;
  return [cron, words, ...(timeZone === null ? [] : [timeZone])].join(' | ');
};

describe('when a schedule runs, in words', () => {
  it.each([
    ['every Monday at 9am', '0 9 * * 1 | Every Monday at 09:00'],
    ['MON 9AM', '0 9 * * 1 | Every Monday at 09:00'],
    ['at 9 every friday.', '0 9 * * 5 | Every Friday at 09:00'],
    ['weekly on tuesday at 4 p.m.', '0 16 * * 2 | Every Tuesday at 16:00'],
    ['Mondays and Thursdays at 9', '0 9 * * 1,4 | Every Monday and Thursday at 09:00'],
    [
      'every monday, wednesday, and friday at 8',
      '0 8 * * 1,3,5 | Every Monday, Wednesday and Friday at 08:00',
    ],
    ['mon-fri 8:15', '15 8 * * 1-5 | Every weekday at 08:15'],
    ['Saturday to Monday at noon', '0 12 * * 1,6,0 | Every Monday, Saturday and Sunday at 12:00'],
    ['every weekday at 17:30', '30 17 * * 1-5 | Every weekday at 17:30'],
    ['weekends at 10am', '0 10 * * 6,0 | Every Saturday and Sunday at 10:00'],
    ['daily', '0 9 * * * | Every day at 09:00'],
    ['every day at noon and midnight', '0 0,12 * * * | Every day at 00:00 and 12:00'],
    ['12am', '0 0 * * * | Every day at 00:00'],
    ['first of the month', '0 9 1 * * | On the first day of every month at 09:00'],
    ['every month on the 5th at 7am', '0 7 5 * * | On the 5th day of every month at 07:00'],
    ['on the 15th at 10:00', '0 10 15 * * | On the 15th day of every month at 10:00'],
    ['1st and 15th of the month', '0 9 1,15 * * | On the first and 15th day of every month at 09:00'],
    ['last day of the month at 6pm', '0 18 L * * | On the last day of every month at 18:00'],
    ['last Friday of the month', '0 9 * * 5#L | On the last Friday of every month at 09:00'],
    [
      'every second tuesday of the month at 10',
      '0 10 * * 2#2 | On the second Tuesday of every month at 10:00',
    ],
    ['first working day of the month', '0 9 1W * * | On the first weekday of every month at 09:00'],
    ['last workday of the month at 16:00', '0 16 LW * * | On the last weekday of every month at 16:00'],
    ['every 15th day of the month at 9am', '0 9 15 * * | On the 15th day of every month at 09:00'],
    ['every 2nd day of the month', '0 9 2 * * | On the 2nd day of every month at 09:00'],
    ['every morning at 8', '0 8 * * * | Every day at 08:00'],
    ['Monday mornings at 9:30', '30 9 * * 1 | Every Monday at 09:30'],
    ['fridays at 9 in the morning', '0 9 * * 5 | Every Friday at 09:00'],
    ['quarterly', '0 9 1 1,4,7,10 * | On the first day of every quarter at 09:00'],
    ['every year on 1 January', '0 9 1 1 * | Every year on 1 January at 09:00'],
    ['March 3rd at 9', '0 9 3 3 * | Every year on 3 March at 09:00'],
    ['every 2 hours', '0 */2 * * * | Every 2 hours'],
    ['hourly at :15', '15 * * * * | Every hour at 15 minutes past'],
    ['every half hour', '*/30 * * * * | Every 30 minutes'],
    ['every two hours between 8 and 18', '0 8-18/2 * * * | Every 2 hours from 08:00 to 18:00'],
    [
      'every 15 minutes between 9am and 5pm on weekdays',
      '*/15 9-16 * * 1-5 | Every 15 minutes from 09:00 to 17:00, every weekday',
    ],
    ['Monday at 9:00 Europe/Berlin', '0 9 * * 1 | Every Monday at 09:00 | Europe/Berlin'],
    ['friday 5pm in america/new_york', '0 17 * * 5 | Every Friday at 17:00 | America/New_York'],
    ['0  9 * * 1', '0 9 * * 1 | Cron 0 9 * * 1'],
    ['0 9 L * FRI#L UTC', '0 9 L * FRI#L | Cron 0 9 L * FRI#L | UTC'],
  ])('"%s" is understood as %s', (text, expected) => {
    expect(read(text)).toBe(expected);
    // What is shown can be typed.
    const [cron, words = ''] = expected.split(' | ');
    expect(read(words)).toBe(`${cron} | ${words}`);
  });

  it.each([
    '',
    'every blue moon',
    'tomorrow',
    'first',
    'in 5 minutes',
    'every',
    'monday 9',
    'x'.repeat(5_000),
  ])('"%.30s" is not understood, and there are examples', (text) => {
    expect(read(text)).toMatch(
      /(?:not understood|Nothing was said of when)\. Write it like this: every Monday at 9am;/,
    );
  });

  it.each([
    ['every 7 minutes', 'does not come out even in an hour. Choose 5, 10, 15, 20 or 30 minutes'],
    ['every 5 hours', 'does not come out even in a day'],
    ['every other week', 'is not something that a schedule can do. Name the days'],
    ['every second day', 'is not something that a schedule can do. Name the days'],
    ['every 2 weeks on monday', 'is not something that a schedule can do. Name the days'],
    ['every monday at 25:00', 'no such time of day'],
    [
      'every monday at 9am CET',
      '"CET" is not understood, all before it is. A time zone is written by its city',
    ],
    ['every day at 8:00 New York time', '"New York time" is not understood'],
    ['every weekday at 9am except holidays', '"except holidays" is not understood'],
    ['every monday at 9am and 5:30pm', 'cannot run at 09:00 and 17:30'],
    ['every hour between 5pm and 9am', 'go from earlier to later'],
  ])('"%s" is answered with what is wrong with it', (text, expected) => {
    expect(read(text)).toContain(expected);
  });
});
