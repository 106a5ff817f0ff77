import type { JsonValue } from '../json.ts';
import type { Fact, ListFact } from './schema-facts.ts';
import { type Found, type SchemaLiteral, none } from './schema-literal.ts';
import type { Search } from './search.ts';

type Of<Kind extends Fact['kind']> = Extract<Fact, { kind: Kind }>;

/** Longer lists are not built. */
const maxBuilt = 100;

/** Lists by length and items. Sure of "none" for a length that cannot be, and for an item that must be and cannot. */
export function solveList(facts: readonly Fact[], search: Search): Found {
  const wanted = facts.filter((fact): fact is Of<'some'> => fact.kind === 'some');
  const { min, max } = lengthOf(facts);
  if (min > max || (wanted.length > 0 && max === 0)) return none;
  if (min > maxBuilt) return { kind: 'undecided', why: 'the list is too long to be built' };
  const own = facts.filter((fact) => fact.kind === 'each' || fact.kind === 'at');
  const isRepeated = facts.some((fact) => fact.kind === 'unique' && !fact.holds);
  if (isRepeated && max < 2) return none;
  const needed = Math.max(min, isRepeated ? 2 : 0);
  const built = placed(own, wanted, { needed, max, isRepeated }, search);
  if (built.kind === 'none' && wanted.length > 1) return undecided(facts);
  if (built.kind !== 'found') return built;
  if (search.isRight(built.value)) return built;
  return undecided(facts);
}

function lengthOf(facts: readonly Fact[]): { min: number; max: number } {
  let min = 0;
  let max = Infinity;
  for (const fact of facts) {
    if (fact.kind !== 'items') continue;
    min = Math.max(min, Math.ceil(fact.min));
    max = Math.min(max, Math.floor(fact.max));
  }
  return { min, max };
}

/** A list whose wanted items stand one after the other; each of them may begin at any place after its first. */
function placed(
  own: readonly ListFact[],
  wanted: readonly Of<'some'>[],
  { needed, max, isRepeated }: { needed: number; max: number; isRepeated: boolean },
  search: Search,
): Found {
  const places = new Map<number, SchemaLiteral[]>();
  for (const { from, literal } of wanted) {
    const at = freePlace(own, literal, { from, max, taken: places }, search);
    if (at === null) return none;
    places.set(at, [...(places.get(at) ?? []), literal]);
  }
  const length = Math.max(needed, ...[...places.keys()].map((at) => at + 1), 0);
  const list: JsonValue[] = [];
  for (let index = 0; index < length; index += 1) {
    const literals = [...literalsAt(own, index), ...(places.get(index) ?? [])];
    const apart = search.find([...literals, ...(isRepeated ? only(list) : exclude(list))]);
    const item = apart.kind === 'found' ? apart : search.find(literals);
    if (item.kind !== 'found') return item;
    list.push(item.value);
  }
  return { kind: 'found', value: list };
}

/** The first place at which an item can be what is wanted; a place beyond all that are told apart stands for the rest. */
function freePlace(
  own: readonly ListFact[],
  literal: SchemaLiteral,
  { from, max, taken }: { from: number; max: number; taken: ReadonlyMap<number, SchemaLiteral[]> },
  search: Search,
): number | null {
  const told = own.flatMap((fact) =>
    fact.kind === 'at' ? [fact.index + 1] : fact.kind === 'each' ? [fact.from] : [],
  );
  const last = Math.min(Math.max(from, ...told, ...[...taken.keys()].map((at) => at + 1)), max - 1);
  for (let index = from; index <= last; index += 1) {
    if (taken.has(index) && index < last) continue;
    const item = search.find([...literalsAt(own, index), ...(taken.get(index) ?? []), literal]);
    if (item.kind !== 'none') return index;
  }
  return null;
}

function literalsAt(facts: readonly ListFact[], index: number): SchemaLiteral[] {
  return facts.flatMap((fact) => {
    if (fact.kind === 'each') return fact.from <= index ? [fact.literal] : [];
    return fact.kind === 'at' && fact.index === index ? [fact.literal] : [];
  });
}

/** Items differ where they can, because some lists must not repeat any. */
function exclude(values: readonly JsonValue[]): SchemaLiteral[] {
  return values.length === 0 ? [] : [{ schema: { enum: [...values] }, root: {}, holds: false }];
}

function only(values: readonly JsonValue[]): SchemaLiteral[] {
  return exclude(values).map((literal) => ({ ...literal, holds: true }));
}

function undecided(facts: readonly Fact[]): Found {
  const isUnique = facts.some((fact) => fact.kind === 'unique');
  return {
    kind: 'undecided',
    why: isUnique ? 'uniqueItems cannot be decided' : 'no such list could be built',
  };
}
