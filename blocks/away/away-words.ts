import type { Away } from '../../src/domain/member-settings.ts';
import type { WorkingHours } from '../../src/domain/working-hours.ts';
import { clip, inline } from '../escape.ts';
import { joinWords, recipientMention, slackTime } from '../people.ts';

export const dayNames = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

const maxNoteLength = 200;

/** `Mon to Fri, 09:00 to 17:30 (Europe/Madrid)` */
export function hoursWords({ days, from, to }: WorkingHours, timeZone: string): string {
  return `${daysWords(days)}, ${from} to ${to} (${inline(timeZone)})`;
}

/** "until <time>; <@U…> stands in", in mrkdwn. */
export function awayWords({ until, delegate, note }: Away): string {
  const who = delegate === null ? 'nobody stands in' : `${recipientMention(delegate)} stands in`;
  const why = note === null ? '' : ` (${clip(inline(note), maxNoteLength)})`;
  return `until ${slackTime(until)}${why}; ${who}`;
}

function daysWords(days: readonly number[]): string {
  const sorted = [...new Set(days)].toSorted((left, right) => left - right);
  const names = sorted.map((day) => dayNames[day - 1] ?? '');
  const [first, last] = [sorted[0], sorted.at(-1)];
  const isRun = first !== undefined && last !== undefined && last - first === sorted.length - 1;
  return isRun && sorted.length > 2 ? `${names[0]} to ${names.at(-1)}` : joinWords(names, 'and');
}
