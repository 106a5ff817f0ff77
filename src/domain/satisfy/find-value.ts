import { type JsonObject, type JsonValue, isJsonObject } from '../json.ts';
import { resolveRef } from '../schema-ref.ts';
import { WorkBudget, WorkUsedUp } from '../work-budget.ts';
import type { Fact, SearchedType, Way } from './schema-facts.ts';
import { type Found, type SchemaLiteral, better, meetsAll, none } from './schema-literal.ts';
import type { Search } from './search.ts';
import { solveList } from './solve-list.ts';
import { solveNumber } from './solve-number.ts';
import { solveObject } from './solve-object.ts';
import { solveText } from './solve-text.ts';
import { waysToMeet } from './ways-to-meet.ts';

/** One search: two tenths of a second at the most, and a thousandth of it in the usual case. */
const maxUnits = 500_000;
/** To take a schema apart costs as much as so many looks at a value. */
const unitsPerTry = 20;
const partsPerUnit = 4;
/** Schemas that refer to themselves can ask for values without end. */
const maxDepth = 32;
const searchedTypes: readonly SearchedType[] = ['string', 'number', 'object', 'array'];
const solvers: Record<SearchedType, (facts: readonly Fact[], search: Search) => Found> = {
  string: solveText,
  number: solveNumber,
  array: solveList,
  object: solveObject,
};

/**
 * Finds a JSON value that does with each schema (draft-07) what its literal says, or proves that there is none.
 * It is a tableau: each literal is taken apart into the ways in which it can be met, until only facts about one
 * value of one type are left, from which the value is built. A value that is found has been checked against the
 * schemas themselves. "None" is said only when every way is closed; everything else is undecided.
 *
 * @param whole what the search is a part of, and pays for it. Default: none.
 */
export function findValue(literals: readonly SchemaLiteral[], whole: WorkBudget | null = null): Found {
  try {
    return new Finder(new WorkBudget(maxUnits, 'there are too many cases', whole)).find(literals, 0);
  } catch (error) {
    if (!(error instanceof WorkUsedUp)) throw error;
    return undecided(error.words);
  }
}

class Finder {
  readonly #budget: WorkBudget;

  constructor(budget: WorkBudget) {
    this.#budget = budget;
  }

  find(literals: readonly SchemaLiteral[], depth: number): Found {
    if (depth > maxDepth) return undecided('the schema refers to itself');
    const values = listedValues(literals);
    if (values !== null) return this.#choose(values, literals);
    let best: Found = none;
    for (const type of searchedTypes) {
      best = better(best, this.#try({ type, literals, depth }, literals, [], []));
      if (best.kind === 'found') return best;
    }
    return better(best, this.#choose([true, false, null], literals));
  }

  /** Takes the literals apart. `choices`: of each of them one way has still to be gone. */
  #try(
    place: Place,
    literals: readonly SchemaLiteral[],
    known: readonly Fact[],
    open: readonly Choice[],
  ): Found {
    this.#budget.spend(1 + Math.ceil((literals.length + known.length + open.length) / partsPerUnit));
    const todo = [...literals];
    const facts = [...known];
    const choices = [...open];
    for (let literal = todo.pop(); literal !== undefined; literal = todo.pop()) {
      this.#budget.spend(unitsPerTry + Math.ceil(partsOf(literal) / partsPerUnit));
      for (const ways of waysToMeet(literal, place.type)) {
        const [first] = ways;
        if (first === undefined) return none;
        if (ways.length > 1) choices.push(ways);
        else {
          todo.push(...first.literals);
          facts.push(...first.facts);
        }
      }
    }
    return this.#choice(place, facts, choices);
  }

  #choice(place: Place, facts: readonly Fact[], choices: readonly Choice[]): Found {
    const [choice, ...later] = choices;
    if (choice === undefined) return this.#solve(place, facts);
    let best: Found = none;
    for (const way of choice) {
      best = better(best, this.#try(place, way.literals, [...facts, ...way.facts], later));
      if (best.kind === 'found') return best;
    }
    return best;
  }

  #solve({ type, literals, depth }: Place, facts: readonly Fact[]): Found {
    const among = facts.find((fact) => fact.kind === 'among');
    if (among?.kind === 'among') return this.#choose(among.values, literals);
    return solvers[type](facts, {
      find: (parts) => this.find(parts, depth + 1),
      isRight: (value) => meetsAll(value, literals, this.#budget),
      budget: this.#budget,
    });
  }

  /** The first of the values that is right; nothing else can be. */
  #choose(values: readonly JsonValue[], literals: readonly SchemaLiteral[]): Found {
    const value = values.find((one) => meetsAll(one, literals, this.#budget));
    return value === undefined ? none : { kind: 'found', value };
  }
}

type Choice = readonly Way[];

interface Place {
  type: SearchedType;
  literals: readonly SchemaLiteral[];
  depth: number;
}

/** Into how many parts the literal is taken. Of `oneOf`, each option is set beside each other. */
function partsOf({ schema }: SchemaLiteral): number {
  if (!isJsonObject(schema)) return 1;
  let parts = 1;
  for (const [keyword, value] of Object.entries(schema)) {
    const size = Array.isArray(value) ? value.length : isJsonObject(value) ? Object.keys(value).length : 1;
    parts += keyword === 'oneOf' ? size * size : size;
  }
  return parts;
}

/** The values that one of the schemas lists, so that it can be no other; null when none lists any. */
function listedValues(literals: readonly SchemaLiteral[]): readonly JsonValue[] | null {
  for (const { schema, root, holds } of literals) {
    const values = holds && isJsonObject(schema) ? listedBy(schema, root, 0) : null;
    if (values !== null) return values;
  }
  return null;
}

function listedBy(schema: JsonObject, root: JsonObject, depth: number): readonly JsonValue[] | null {
  if ('const' in schema) return [schema['const'] ?? null];
  if (Array.isArray(schema['enum'])) return schema['enum'];
  const ref = schema['$ref'];
  const target = typeof ref === 'string' && depth < maxDepth ? resolveRef(root, ref) : null;
  return isJsonObject(target) ? listedBy(target, root, depth + 1) : null;
}

function undecided(why: string): Found {
  return { kind: 'undecided', why };
}
