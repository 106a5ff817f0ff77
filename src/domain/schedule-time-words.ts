/** A time of day. */
export interface TimeOfDay {
  hour: number;
  minute: number;
}

/** A time of day that is one wherever it stands: `9am`, `9:30 pm`, `17:30`, `noon`. */
const plainTime = '(?:\\d{1,2}(?::\\d{2})? ?(?:am|pm)|\\d{1,2}:\\d{2}|noon|midday|midnight)';
/** Behind `at` a number is one, too. */
const anyTime = `(?:${plainTime}|\\d{1,2}(?!\\d|st|nd|rd|th))`;
const listOf = (time: string): string => `(${time}(?: and (?:at )?${time})*)`;
const atTimes = new RegExp(`(?:\\bat |@ ?)${listOf(anyTime)}(?!\\S)`);
const bareTimes = new RegExp(`(?<!\\S)${listOf(plainTime)}(?!\\S)`);
const between = new RegExp(`\\b(?:between|from) (${anyTime}) (?:and|to|until|till|-) (${anyTime})(?!\\S)`);

/** The times of day in a text, and what is left of it. `times` is empty where there are none, null for `25:00`. */
export function takeTimes(text: string): { times: TimeOfDay[] | null; rest: string } {
  const found = atTimes.exec(text) ?? bareTimes.exec(text);
  if (found === null) return { times: [], rest: text };
  const times = (found[1] ?? '').split(/ and (?:at )?/).map(readTime);
  return { times: times.every((time) => time !== null) ? times : null, rest: without(text, found[0]) };
}

/** `between 9am and 5pm`, and what is left of the text. `range` is undefined where there is none, null for `25:00`. */
export function takeRange(text: string): { range: [TimeOfDay, TimeOfDay] | null | undefined; rest: string } {
  const found = between.exec(text);
  if (found === null) return { range: undefined, rest: text };
  const from = readTime(found[1] ?? '');
  const to = readTime(found[2] ?? '');
  return { range: from === null || to === null ? null : [from, to], rest: without(text, found[0]) };
}

export function formatTime({ hour, minute }: TimeOfDay): string {
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

function without(text: string, part: string): string {
  return text.replace(part, ' ').replace(/ +/g, ' ').trim();
}

function readTime(text: string): TimeOfDay | null {
  if (text === 'noon' || text === 'midday') return { hour: 12, minute: 0 };
  if (text === 'midnight') return { hour: 0, minute: 0 };
  const [, hours, minutes = '0', half] = /^(\d{1,2})(?::(\d{2}))? ?(am|pm)?$/.exec(text) ?? [];
  const hour = Number(hours);
  const minute = Number(minutes);
  if (minute > 59 || (half !== undefined && (hour < 1 || hour > 12))) return null;
  const inDay = half === undefined ? hour : (hour % 12) + (half === 'pm' ? 12 : 0);
  return inDay > 23 ? null : { hour: inDay, minute };
}
