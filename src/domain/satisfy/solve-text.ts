import type { Fact } from './schema-facts.ts';
import { type Found, none } from './schema-literal.ts';
import { sampleFormat } from './sample-format.ts';
import { samplePattern } from './sample-pattern.ts';
import type { Search } from './search.ts';

/** Longer texts are not built. */
const maxBuilt = 20_000;
const words = ['text', 'other', 'a'];

/** Texts by length, pattern and format. Sure of "none" only for a length that cannot be. */
export function solveText(facts: readonly Fact[], search: Search): Found {
  let min = 0;
  let max = Infinity;
  const isOnly: string[] = [];
  const samples: string[] = [];
  for (const fact of facts) {
    if (fact.kind === 'length') {
      min = Math.max(min, Math.ceil(fact.min));
      max = Math.min(max, Math.floor(fact.max));
    } else if (fact.kind === 'pattern') {
      isOnly.push(`the pattern "${fact.pattern.slice(0, 100)}"`);
      if (fact.holds) samples.push(...samplePattern(fact.pattern));
    } else if (fact.kind === 'format') {
      isOnly.push(`the format "${fact.name}"`);
      if (fact.holds) samples.push(...sampleFormat(fact.name));
    }
  }
  if (min > max) return none;
  const excluded = facts.flatMap((fact) => (fact.kind === 'not-among' ? fact.values : [])).length;
  const value = [...samples, ...ofLength(min, max, excluded)].find((text) => search.isRight(text));
  if (value !== undefined) return { kind: 'found', value };
  // The empty text is the only one of its length.
  if (max === 0) return none;
  const why =
    isOnly.length === 0 ? 'no text of that length could be built' : `${isOnly[0]} cannot be decided`;
  return { kind: 'undecided', why };
}

/** More texts of a length that is allowed than are excluded. */
function ofLength(min: number, max: number, excluded: number): string[] {
  if (min > maxBuilt) return [];
  const plain = words.filter((word) => word.length >= min && word.length <= max);
  const length = Math.max(min, Math.min(max, 1));
  if (length === 0) return [''];
  const fill = 'a'.repeat(length - 1);
  // One letter more than are excluded is enough, whatever the excluded texts are.
  const letters = Array.from({ length: excluded + 3 }, (_, index) => String.fromCodePoint(0x62 + index));
  return [...plain, ...letters.map((letter) => `${fill}${letter}`), ...(min === 0 ? [''] : [])];
}
