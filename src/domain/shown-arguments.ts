import { type JsonObject, type JsonValue, isJsonObject } from './json.ts';
import { hideSecretFields } from './secret-values.ts';

export interface ShownArguments {
  text: string;
  /** False when something was left out for want of room. */
  isWhole: boolean;
}

/** Shorter, a text says nothing any more. */
const minTextLength = 40;
/** Controls, what turns the direction of a text, and what is not seen at all; joiners and the sign for emoji belong to what they stand in. */
const unseen =
  /(?!\n|\u200c|\u200d|\ufe0f)[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2028\u2029\u2800]/gu;

/**
 * The arguments of a call as a person reads them before they allow it: JSON, without what stands under secret names. Where
 * they are too long each long text is cut at its own end, so that no argument hides behind another.
 */
export function showArguments(args: JsonObject, maxLength: number): ShownArguments {
  const shown = hideSecretFields(args);
  const whole = print(shown);
  if (shownLength(whole) <= maxLength) return { text: whole, isWhole: true };
  for (let max = maxLength; max >= minTextLength; max = Math.floor(max * 0.7)) {
    const text = print(shorten(shown, max));
    if (shownLength(text) <= maxLength) return { text, isWhole: false };
  }
  const start = print(shorten(shown, minTextLength))
    .slice(0, Math.floor(maxLength / 2))
    .toWellFormed();
  return { text: `${start}\n… (cut: it is ${whole.length} characters long)`, isWhole: false };
}

/** Shown arguments with each long line cut, so that more of them find room: each value is a line. */
export function shortenLines(text: string, maxLine: number): string {
  return text
    .split('\n')
    .map((line) => (line.length <= maxLine ? line : `${line.slice(0, maxLine).toWellFormed()}…`))
    .join('\n');
}

function shorten(value: JsonValue, max: number): JsonValue {
  if (typeof value === 'string') {
    return value.length <= max
      ? value
      : `${value.slice(0, max).toWellFormed()}… (cut: ${value.length} characters)`;
  }
  if (Array.isArray(value)) return value.map((item) => shorten(item, max));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, shorten(item, max)]));
}

/** What is not seen is written out. */
function print(value: JsonValue): string {
  return JSON.stringify(value, null, 2).replace(unseen, (character) =>
    [...Array(character.length).keys()]
      .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/** As long as it is once it is escaped for where it is shown. */
export function shownLength(text: string): number {
  return text.length + 4 * (text.match(/[&<>]/g)?.length ?? 0);
}
