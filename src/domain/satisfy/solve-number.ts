import type { Fact } from './schema-facts.ts';
import { type Found, none } from './schema-literal.ts';
import type { Search } from './search.ts';

interface Range {
  min: number;
  max: number;
  isMinStrict: boolean;
  isMaxStrict: boolean;
}

/** Multiples that are looked at one by one. */
const maxCounted = 2_000;

/** Numbers within bounds. Sure of "none" for an empty range, a single number, and countable multiples. */
export function solveNumber(facts: readonly Fact[], search: Search): Found {
  const range = rangeOf(facts);
  const { min, max, isMinStrict, isMaxStrict } = range;
  if (min > max || (min === max && (isMinStrict || isMaxStrict))) return none;
  if (min === max) return search.isRight(min) ? { kind: 'found', value: min } : none;
  const steps = facts.flatMap((fact) => (fact.kind === 'multiple' && fact.holds ? [fact.of] : []));
  const forbidden = facts.flatMap((fact) => (fact.kind === 'multiple' && !fact.holds ? [fact.of] : []));
  // Whatever is a multiple of 6 is one of 3.
  if (steps.some((step) => forbidden.some((of) => step === of || (Number.isInteger(of) && step % of === 0))))
    return none;
  const excluded = facts.flatMap((fact) => (fact.kind === 'not-among' ? fact.values : [])).length;
  const { values, isAll } = steps.length === 0 ? spread(range, excluded) : multiples(range, steps);
  const value = values.find((one) => search.isRight(one));
  if (value !== undefined) return { kind: 'found', value };
  return isAll ? none : { kind: 'undecided', why: 'the numbers that are left are too many to be tried' };
}

function rangeOf(facts: readonly Fact[]): Range {
  const range: Range = { min: -Infinity, max: Infinity, isMinStrict: false, isMaxStrict: false };
  for (const fact of facts) {
    if (fact.kind !== 'bound') continue;
    const { side, limit, isStrict } = fact;
    if (side === 'min' && (limit > range.min || (limit === range.min && isStrict)))
      Object.assign(range, { min: limit, isMinStrict: isStrict });
    if (side === 'max' && (limit < range.max || (limit === range.max && isStrict)))
      Object.assign(range, { max: limit, isMaxStrict: isStrict });
  }
  return range;
}

interface Candidates {
  values: number[];
  /** True when there are no others. */
  isAll: boolean;
}

/** More numbers than are excluded, the plain ones first. */
function spread({ min, max }: Range, excluded: number): Candidates {
  const count = excluded + 5;
  const plain = [0, 1, min, max, Math.ceil(min), Math.floor(max), min + 1, max - 1];
  const from = Number.isFinite(min) ? min : Number.isFinite(max) ? max - count : -count / 2;
  const to = Number.isFinite(max) ? max : from + count;
  const between = Array.from(
    { length: count },
    (_, index) => from + ((to - from) * (index + 1)) / (count + 1),
  );
  return { values: [...plain, ...between].filter(Number.isFinite), isAll: false };
}

/** The multiples of whole steps one by one; those of other steps, whose check is not exact, as far as they go. */
function multiples({ min, max }: Range, steps: readonly number[]): Candidates {
  const areWhole = steps.every((step) => Number.isInteger(step) && step > 0);
  const step = areWhole ? steps.reduce(leastCommonMultiple) : Math.max(...steps.map(Math.abs));
  if (!(step > 0) || !Number.isFinite(step))
    return { values: [min, max].filter(Number.isFinite), isAll: false };
  const first = Number.isFinite(min) ? Math.ceil(min / step) : null;
  const last = Number.isFinite(max) ? Math.floor(max / step) : null;
  const from = first ?? (last === null ? 0 : last - maxCounted);
  const to = Math.min(last ?? Infinity, from + maxCounted);
  const isAll = areWhole && first !== null && last !== null && last - first <= maxCounted;
  const counted = Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => (from + index) * step + 0);
  return {
    values: [...(min <= 0 && max >= 0 ? [0] : []), ...counted, ...(areWhole ? [] : [min, max])],
    isAll,
  };
}

function leastCommonMultiple(left: number, right: number): number {
  let [divisor, rest] = [left, right];
  while (rest !== 0) [divisor, rest] = [rest, divisor % rest];
  return (left / divisor) * right;
}
