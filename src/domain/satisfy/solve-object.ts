import type { JsonObject } from '../json.ts';
import { SchemaBudget, SchemaTooCostly } from '../schema-budget.ts';
import { matchesPattern } from '../schema-pattern.ts';
import type { WorkBudget } from '../work-budget.ts';
import type { Fact } from './schema-facts.ts';
import { type Found, type SchemaLiteral, better, meetsAll, none } from './schema-literal.ts';
import type { Search } from './search.ts';

type Of<Kind extends Fact['kind']> = Extract<Fact, { kind: Kind }>;

/** What is known of the fields of the object that is built. */
interface Fields {
  facts: readonly Fact[];
  /** Fields that must be there, with what is asked of each beyond the facts. */
  wanted: ReadonlyMap<string, readonly SchemaLiteral[]>;
  absent: ReadonlySet<string>;
}

/** Larger objects are not built. */
const maxBuilt = 60;
/** Facts that are looked at in the time of one unit. */
const factsPerUnit = 8;

/** Objects by their fields. Sure of "none" when a field must be and cannot be, or must not be and must. */
export function solveObject(facts: readonly Fact[], search: Search): Found {
  const wanted = new Map<string, readonly SchemaLiteral[]>();
  const absent = new Set<string>();
  for (const fact of facts) {
    if (fact.kind !== 'has') continue;
    if (fact.holds) wanted.set(fact.name, []);
    else absent.add(fact.name);
  }
  if ([...wanted.keys()].some((name) => absent.has(name))) return none;
  const somewhere = facts.filter(
    (fact): fact is Of<'others'> => fact.kind === 'others' && fact.quantity === 'some',
  );
  return placeSomewhere({ facts, wanted, absent }, somewhere, search);
}

/** Gives each field that must be among the unlisted ones a name: one that the schemas mention, or a new one. */
function placeSomewhere(fields: Fields, somewhere: readonly Of<'others'>[], search: Search): Found {
  const [fact, ...rest] = somewhere;
  if (fact === undefined) return build(fields, search);
  let best: Found = none;
  for (const name of [...mentioned(fields), newName(fields, search.budget)]) {
    if (fields.absent.has(name) || isListed(fact, name, search.budget)) continue;
    const wanted = new Map(fields.wanted).set(name, [...(fields.wanted.get(name) ?? []), fact.literal]);
    best = better(best, placeSomewhere({ ...fields, wanted }, rest, search));
    if (best.kind === 'found') return best;
  }
  return best;
}

function build(fields: Fields, search: Search): Found {
  const { min, max } = sizeOf(fields.facts);
  if (fields.wanted.size > max) return none;
  if (fields.wanted.size > maxBuilt || min > maxBuilt)
    return undecided('the object is too large to be built');
  const object: JsonObject = {};
  let open: Found | null = null;
  for (const [name, literals] of fields.wanted) {
    const field = findField(fields, name, literals, search);
    if (field.kind === 'none') return none;
    if (field.kind === 'found') define(object, name, field.value);
    else open ??= field;
  }
  const isFull = fillUp(object, fields, min - fields.wanted.size, search);
  if (open !== null) return open;
  if (isFull === 'never') return none;
  if (search.isRight(object)) return { kind: 'found', value: object };
  const unclear = fields.facts.find((fact) => fact.kind === 'unclear');
  return undecided(
    unclear?.kind === 'unclear' ? `${unclear.what} cannot be decided` : 'no such object could be built',
  );
}

/** Adds fields that may be there until there are enough. `never`: no field more can be. */
function fillUp(
  object: JsonObject,
  fields: Fields,
  missing: number,
  search: Search,
): 'full' | 'never' | 'unsure' {
  let left = missing;
  let isSure = true;
  const names = mentioned(fields).filter((name) => !fields.absent.has(name) && !fields.wanted.has(name));
  for (const name of names) {
    if (left <= 0) return 'full';
    const field = findField(fields, name, [], search);
    isSure = isSure && field.kind !== 'undecided';
    if (field.kind !== 'found') continue;
    define(object, name, field.value);
    left -= 1;
  }
  const taken = new Set([...names, ...fields.wanted.keys()]);
  while (left > 0) {
    const name = newName(fields, search.budget, taken);
    const field = findField(fields, name, [], search);
    const isOfPattern = fields.facts.some(({ kind }) => kind === 'fields-like' || kind === 'names');
    if (field.kind !== 'found') return field.kind === 'none' && isSure && !isOfPattern ? 'never' : 'unsure';
    define(object, name, field.value);
    taken.add(name);
    left -= 1;
  }
  return 'full';
}

function findField(
  { facts }: Fields,
  name: string,
  literals: readonly SchemaLiteral[],
  search: Search,
): Found {
  const asked: SchemaLiteral[] = [...literals];
  const { budget } = search;
  budget.spend(Math.ceil(facts.length / factsPerUnit));
  for (const fact of facts) {
    if (fact.kind === 'field' && fact.name === name) asked.push(fact.literal);
    if (fact.kind === 'fields-like' && isLike(fact.pattern, name, budget)) asked.push(fact.literal);
    if (fact.kind === 'others' && fact.quantity === 'each' && !isListed(fact, name, budget))
      asked.push(fact.literal);
    if (fact.kind === 'names' && !meetsAll(name, [fact.literal], budget)) return none;
  }
  return asked.length === 0 ? { kind: 'found', value: '' } : search.find(asked);
}

function sizeOf(facts: readonly Fact[]): { min: number; max: number } {
  let min = 0;
  let max = Infinity;
  for (const fact of facts) {
    if (fact.kind !== 'size') continue;
    min = Math.max(min, fact.min);
    max = Math.min(max, fact.max);
  }
  return { min, max };
}

/** Every name that a fact has. */
function mentioned({ facts, wanted }: Fields): string[] {
  const names = facts.flatMap((fact) => {
    if (fact.kind === 'has' || fact.kind === 'field') return [fact.name];
    return fact.kind === 'others' ? fact.listed : [];
  });
  return [...new Set([...wanted.keys(), ...names])];
}

/** A name that nothing mentions. */
function newName(fields: Fields, budget: WorkBudget, taken: ReadonlySet<string> = new Set()): string {
  budget.spend(Math.ceil(fields.facts.length / factsPerUnit));
  const known = new Set([...mentioned(fields), ...taken]);
  const patterns = fields.facts.flatMap((fact) => {
    if (fact.kind === 'fields-like') return [fact.pattern];
    return fact.kind === 'others' ? fact.patterns : [];
  });
  const isNew = (name: string): boolean =>
    !known.has(name) && !patterns.some((pattern) => isLike(pattern, name, budget));
  for (let number = 1; number <= maxBuilt * 4; number += 1) {
    const name = number === 1 ? 'other' : `other_${number}`;
    if (isNew(name)) return name;
  }
  return 'other';
}

function isListed({ listed, patterns }: Of<'others'>, name: string, budget: WorkBudget): boolean {
  budget.spend(Math.ceil(listed.length / factsPerUnit));
  return listed.includes(name) || patterns.some((pattern) => isLike(pattern, name, budget));
}

function isLike(pattern: string, name: string, budget: WorkBudget): boolean {
  try {
    return matchesPattern(pattern, name, new SchemaBudget(budget));
  } catch (error) {
    if (!(error instanceof SchemaTooCostly)) throw error;
    return false;
  }
}

function define(object: JsonObject, name: string, value: JsonObject[string]): void {
  Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true });
}

function undecided(why: string): Found {
  return { kind: 'undecided', why };
}
