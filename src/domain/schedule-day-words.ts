/** On which days, as fields of cron, and in words that go before a time of day: `every Monday`. */
export interface DayWords {
  day: string;
  month: string;
  weekday: string;
  words: string;
}

const dayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;
const ordinals = ['first', 'second', 'third', 'fourth'] as const;
const workday = '(?:weekday|workday|working day|business day)';
const monthName = '(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)';
const monthDay = '(?:\\d{1,2}(?:st|nd|rd|th)?)';
const everyDay: DayWords = { day: '*', month: '*', weekday: '*', words: 'every day' };

/**
 * Reads days: `every weekday`, `mondays and thursdays`, `first of the month`, `last friday of the month`,
 * `1 january`. Lower case, single spaces, lists with `and`. @returns null for what is no day
 */
export function readDayWords(text: string): DayWords | null {
  const plain = text
    .replace(/^(?:and )?(?:on )?(?:the )?/, '')
    .replace(/^(?:every year|yearly|annually) (?:on )?(?:the )?/, 'yearly ')
    .replace(/^(?:every |each )(?=.)/, '')
    .trim();
  return readWeek(plain) ?? readMonth(plain) ?? readQuarter(plain) ?? readYear(plain);
}

function readWeek(text: string): DayWords | null {
  if (/^(?:|day|daily|everyday)$/.test(text)) return everyDay;
  if (new RegExp(`^${workday}s?$`).test(text)) return onWeekdays('1-5', 'every weekday');
  if (/^weekends?$/.test(text)) return onWeekdays('6,0', 'every Saturday and Sunday');
  if (/^(?:week|weekly)$/.test(text)) return onWeekdays('1', 'every Monday');
  const list = text.replace(/^(?:week|weekly) (?:on )?/, '').split(/ and (?:on |every )?/);
  const days = list.map(readDayRange);
  if (!days.every((range) => range !== null)) return null;
  const numbers = [...new Set(days.flat())].sort((a, b) => (a || 7) - (b || 7));
  if (numbers.join() === '1,2,3,4,5') return onWeekdays('1-5', 'every weekday');
  if (numbers.length === 7) return everyDay;
  const names = numbers.map((number) => dayNames[number] ?? '');
  return onWeekdays(numbers.join(','), `every ${joined(names)}`);
}

function onWeekdays(weekday: string, words: string): DayWords {
  return { ...everyDay, weekday, words };
}

/** `monday`, or `monday to friday` as all the days of it. */
function readDayRange(text: string): number[] | null {
  const [from, to, ...more] = text.split(/ ?(?:-|–| to | through | thru | until | till ) ?/).map(readDayName);
  if (from === undefined || from === null || more.length > 0 || to === null) return null;
  if (to === undefined) return [from];
  const length = ((to - from + 7) % 7) + 1;
  return Array.from({ length }, (_, index) => (from + index) % 7);
}

/** `mon`, `tues`, `Wednesdays`; 0 is Sunday, as in cron. */
function readDayName(text: string): number | null {
  const index = dayNames.findIndex((name) => isShortOf(text, name));
  return index === -1 ? null : index;
}

function isShortOf(text: string, name: string): boolean {
  return text.length >= 3 && `${name.toLowerCase()}s`.startsWith(text);
}

function readMonth(text: string): DayWords | null {
  const ofMonth = / ?(?:of|in|on)? ?(?:the |every |each |a )*month$/;
  const before = /^(?:month|monthly) ?(?:on )?(?:the )?/;
  const isMonthly = ofMonth.test(text) || before.test(text);
  const rest = text.replace(before, '').replace(ofMonth, '');
  if (rest === '') return isMonthly ? onDay('1', 'first day') : null;
  const found = readWeekdayOfMonth(rest) ?? readDaysOfMonth(rest);
  // "the first" alone may be the first of anything.
  return isMonthly || /\d(?:st|nd|rd|th)$/.test(rest) ? found : null;
}

function onDay(day: string, what: string): DayWords {
  return { ...everyDay, day, words: `on the ${what} of every month` };
}

/** `last friday`, `2nd tuesday`, `first working day` */
function readWeekdayOfMonth(text: string): DayWords | null {
  const [, place = '', day = ''] = /^([a-z0-9]+) (.+)$/.exec(text) ?? [];
  const isLast = place === 'last';
  if (new RegExp(`^${workday}$`).test(day)) {
    if (isLast) return onDay('LW', 'last weekday');
    return place === 'first' || place === '1st' ? onDay('1W', 'first weekday') : null;
  }
  const index = ordinals.findIndex((word, at) => word === place || ordinalOf(at + 1) === place);
  const weekday = readDayName(day);
  if (weekday === null || (index === -1 && !isLast)) return null;
  const words = `on the ${isLast ? 'last' : ordinals[index]} ${dayNames[weekday]} of every month`;
  return { ...everyDay, weekday: `${weekday}#${isLast ? 'L' : index + 1}`, words };
}

/** `first`, `15th`, `last day`, `1st and 15th`, `day 15` */
function readDaysOfMonth(text: string): DayWords | null {
  const list = text.split(/ and (?:the )?/).map((item) => item.replace(/ day$/, '').replace(/^day /, ''));
  const days = list.map((item) => (item === 'last' ? 'L' : readMonthDay(item)));
  if (!days.every((day) => day !== null)) return null;
  const names = days.map((day) => (day === 'L' ? 'last' : day === 1 ? 'first' : ordinalOf(day)));
  return onDay(days.join(','), `${joined(names)} day`);
}

function readMonthDay(text: string): number | null {
  const word = ordinals.findIndex((ordinal) => ordinal === text);
  if (word !== -1) return word + 1;
  const [, digits] = /^(\d{1,2})(?:st|nd|rd|th)?$/.exec(text) ?? [];
  const day = Number(digits);
  return day >= 1 && day <= 31 ? day : null;
}

function readQuarter(text: string): DayWords | null {
  const isQuarter = /^(?:(?:(?:first|1st) (?:day )?of )?(?:(?:the|every|each|a) )?quarter|quarterly)$/.test(
    text,
  );
  if (isQuarter) {
    return { ...everyDay, day: '1', month: '1,4,7,10', words: 'on the first day of every quarter' };
  }
  if (!/^last day of (?:(?:the|every|each|a) )?quarter$/.test(text)) return null;
  return { ...everyDay, day: 'L', month: '3,6,9,12', words: 'on the last day of every quarter' };
}

/** `1 january`, `january 1st`, `the 3rd of march`; always the same day of the year. */
function readYear(text: string): DayWords | null {
  if (/^(?:year|yearly|annually)$/.test(text)) return onDate(1, 1);
  const date = text.replace(/^yearly /, '');
  const first = new RegExp(`^(${monthDay})(?: of)? (${monthName})$`).exec(date);
  const second = new RegExp(`^(${monthName}) (?:the )?(${monthDay})$`).exec(date);
  const day = readMonthDay(first?.[1] ?? second?.[2] ?? '');
  const name = first?.[2] ?? second?.[1] ?? '';
  const month = monthNames.findIndex((full) => name.length >= 3 && full.toLowerCase().startsWith(name)) + 1;
  return day === null || month === 0 ? null : onDate(day, month);
}

function onDate(day: number, month: number): DayWords {
  const words = `every year on ${day} ${monthNames[month - 1] ?? ''}`;
  return { ...everyDay, day: String(day), month: String(month), words };
}

function ordinalOf(number: number): string {
  const isTeen = number >= 11 && number <= 13;
  const ending = isTeen ? undefined : ['st', 'nd', 'rd'][(number % 10) - 1];
  return `${number}${ending ?? 'th'}`;
}

function joined(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
