import type { JsonObject } from '../../../domain/json.ts';

/** What stands behind `/workflow away`. */
export type AwayWords =
  | { kind: 'form' }
  | { kind: 'back' }
  /** `delegate`, `note`: '' when they were not given. */
  | { kind: 'away'; until: string; delegate: string; note: string };

const backWords = new Set(['off', 'back', 'end', 'none', 'no']);
const keywords: Readonly<Record<string, 'until' | 'delegate' | 'note'>> = {
  until: 'until',
  till: 'until',
  for: 'until',
  delegate: 'delegate',
  note: 'note',
};

/**
 * Reads `until friday delegate @bo`, `2026-12-01 note On holiday`, `for 3d`, `until=friday delegate=@bo`, `off`.
 * What comes before a keyword is the time.
 */
export function readAwayWords(text: string, values: JsonObject): AwayWords {
  const words = text.split(/\s+/).filter((word) => word !== '');
  if (words.length === 1 && backWords.has((words[0] ?? '').toLowerCase())) return { kind: 'back' };
  const found = { until: [] as string[], delegate: [] as string[], note: [] as string[] };
  let part: keyof typeof found = 'until';
  for (const word of words) {
    // A note is free text: no word of it means anything else.
    const keyword: keyof typeof found | undefined =
      part === 'note' ? undefined : keywords[word.toLowerCase()];
    if (keyword === undefined) found[part].push(word);
    else part = keyword;
  }
  const read = (name: keyof typeof found): string => textOf(values, name) || found[name].join(' ');
  const away = {
    until: read('until') || textOf(values, 'for'),
    delegate: read('delegate'),
    note: read('note'),
  };
  if (away.until === '' && away.delegate === '' && away.note === '') return { kind: 'form' };
  return { kind: 'away', ...away };
}

function textOf(values: JsonObject, key: string): string {
  const found = Object.entries(values).find(([name]) => name.toLowerCase() === key)?.[1];
  return typeof found === 'string' ? found.trim() : '';
}
