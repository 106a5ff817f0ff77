import { limits } from './limits.ts';

/** One line of a list, and what is left of it when there is no room. */
export interface Line {
  full: string;
  short: string;
}

/**
 * Fits a list into `maxChars`: all lines in full; else the earliest ones short; else without the
 * earliest, which `summarise` counts. The latest lines say most, so they are kept longest.
 */
export function fitLines(
  lines: readonly Line[],
  maxChars: number,
  summarise: (count: number) => string,
): string[] {
  const fitted = lines.map(({ full }) => full);
  let total = fitted.reduce((sum, text) => sum + text.length + 1, 0);
  for (let index = 0; index < lines.length && total > maxChars; index += 1) {
    const { full, short } = lines[index] ?? { full: '', short: '' };
    total -= full.length - short.length;
    fitted[index] = short;
  }
  let dropped = 0;
  while (dropped < fitted.length && total > maxChars - 80) {
    if (dropped === 0 && total <= maxChars) break;
    total -= (fitted[dropped] ?? '').length + 1;
    dropped += 1;
  }
  return dropped === 0 ? fitted : [summarise(dropped), ...fitted.slice(dropped)];
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
