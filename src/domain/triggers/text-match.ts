import { RE2JS } from 're2js';
import { z } from 'zod';
import { errorMessage } from '../../errors.ts';

/** Instructions that an expression may be compiled to, each of which runs for each character: with `maxMatched` a match is quick. */
const maxProgramSize = 1_000;
/** What stands behind this in a text is not looked at. */
const maxMatched = 8_000;
const maxKeywords = 50;

/** A regular expression in RE2's syntax, which takes time linear in the text. */
const Pattern = z
  .string()
  .min(1, 'must not be empty')
  .max(1_000, 'must be at most 1,000 characters')
  .superRefine((source, context) => {
    const problem = patternProblem(source);
    if (problem !== null) context.addIssue({ code: 'custom', message: problem });
  });

/** Whole words or phrases, in any case; one of them is enough. */
const Keywords = z
  .array(z.string().trim().min(1, 'must not be empty').max(100, 'must be at most 100 characters'))
  .max(maxKeywords, `must have at most ${maxKeywords} keywords`);

/** Which texts match: all, those with one of some words in them, or those that a regular expression finds something in. */
export const TextMatch = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('anything') }),
  z.strictObject({ by: z.literal('keywords'), keywords: Keywords.min(1, 'must have at least one keyword') }),
  z.strictObject({
    by: z.literal('pattern'),
    pattern: Pattern,
    /** Default: false. */
    caseSensitive: z.boolean().default(false),
  }),
]);
export type TextMatch = z.infer<typeof TextMatch>;

/** What was found: the named groups of the expression that took part. */
export interface TextFound {
  groups: Record<string, string>;
}

/** @returns null when the text does not match */
export function findInText(match: TextMatch, text: string): TextFound | null {
  switch (match.by) {
    case 'anything':
      return { groups: {} };
    case 'keywords':
      return findPattern(keywordPattern(match.keywords), text);
    case 'pattern':
      return findPattern(compile(match.pattern, match.caseSensitive), text);
  }
}

/** The names of the groups in an expression, in no certain order; none when it is not valid. */
export function groupNames(match: TextMatch): string[] {
  if (match.by !== 'pattern' || patternProblem(match.pattern) !== null) return [];
  return Object.keys(compile(match.pattern, match.caseSensitive).namedGroups());
}

/** What is wrong with an expression, with the place where it stands; null when nothing is. */
export function patternProblem(source: string): string | null {
  try {
    const size = RE2JS.compile(source).programSize();
    return size > maxProgramSize ? 'is too large: repeat less, or give fewer alternatives' : null;
  } catch (error) {
    const message = errorMessage(error).replace(/^error parsing regexp: /, '');
    const part = /`([^`]+)`/.exec(message)?.[1];
    const index = part === undefined ? -1 : source.lastIndexOf(part);
    const place = index === -1 ? '' : `, at character ${index + 1}`;
    return `is no valid regular expression: ${message}${place} (the syntax is RE2's)`;
  }
}

const maxCached = 1_000;
const cache = new Map<string, RE2JS>();

function compile(source: string, caseSensitive: boolean): RE2JS {
  const key = `${caseSensitive ? 's' : 'i'}${source}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const compiled = RE2JS.compile(source, caseSensitive ? 0 : RE2JS.CASE_INSENSITIVE);
  if (cache.size >= maxCached) cache.delete(cache.keys().next().value ?? '');
  cache.set(key, compiled);
  return compiled;
}

/** `\b` knows only Latin letters, and a keyword may begin with a sign, so the borders are written out. */
function keywordPattern(keywords: readonly string[]): RE2JS {
  const words = keywords.map((keyword) =>
    keyword
      .split(/\s+/)
      .map((word) => RE2JS.quote(word))
      .join('\\s+'),
  );
  return compile(`(?:^|[^\\p{L}\\p{N}_])(?:${words.join('|')})(?:$|[^\\p{L}\\p{N}_])`, false);
}

function findPattern(pattern: RE2JS, text: string): TextFound | null {
  const matcher = pattern.matcher(text.slice(0, maxMatched));
  if (!matcher.find()) return null;
  const groups: Record<string, string> = {};
  for (const name of Object.keys(pattern.namedGroups())) {
    const found = matcher.group(name);
    if (found !== null) groups[name] = found;
  }
  return { groups };
}
