import { limits } from './limits.ts';

/** One line of a list, and what is left of it when there is no room. */
export interface Line {
  full: string;
  short: string;
}

/** Room for the line that counts what was left out. */
const summaryLength = 80;

/**
 * Fits a list into `maxChars` and `maxLines`: all lines in full; else the earliest ones short; else without
 * the earliest, which `summarise` counts. The latest lines say most, so they are kept longest.
 */
export function fitLines(
  lines: readonly Line[],
  max: { chars: number; lines: number },
  summarise: (count: number) => string,
): string[] {
  let dropped = Math.max(lines.length - max.lines, 0);
  const kept = lines.slice(dropped);
  const fitted = kept.map(({ full }) => full);
  const room = (): number => (dropped === 0 ? max.chars : max.chars - summaryLength);
  let total = fitted.reduce((sum, text) => sum + text.length + 1, 0);
  for (const [index, { full, short }] of kept.entries()) {
    if (total <= room()) break;
    total += short.length - full.length;
    fitted[index] = short;
  }
  while (fitted.length > 1 && total > room()) {
    total -= (fitted.shift() ?? '').length + 1;
    dropped += 1;
  }
  return dropped === 0 ? fitted : [summarise(dropped), ...fitted];
}

/** Joins lines into texts that each fit one section. A line is never longer than a section. */
export function groupLines(lines: readonly string[], max: number = limits.sectionText): string[] {
  const groups: string[] = [];
  let group = '';
  for (const line of lines) {
    if (group !== '' && group.length + 1 + line.length > max) {
      groups.push(group);
      group = line;
    } else {
      group = group === '' ? line : `${group}\n${line}`;
    }
  }
  if (group !== '') groups.push(group);
  return groups;
}
