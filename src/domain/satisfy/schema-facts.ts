import type { JsonValue } from '../json.ts';
import type { SchemaLiteral } from './schema-literal.ts';

/** The types that take a search; of the others there is but a handful of values. */
export type SearchedType = 'string' | 'number' | 'array' | 'object';

/** One thing that a value of a known type has to be. Whatever a schema says of such a value comes to these. */
export type Fact =
  | { kind: 'among'; values: readonly JsonValue[] }
  | { kind: 'not-among'; values: readonly JsonValue[] }
  | NumberFact
  | TextFact
  | ListFact
  | ObjectFact;

export type NumberFact =
  | { kind: 'bound'; side: 'min' | 'max'; limit: number; isStrict: boolean }
  | { kind: 'multiple'; of: number; holds: boolean };

export type TextFact =
  | { kind: 'length'; min: number; max: number }
  | { kind: 'pattern'; pattern: string; holds: boolean }
  | { kind: 'format'; name: string; holds: boolean };

export type ListFact =
  | { kind: 'items'; min: number; max: number }
  /** Every item from this place on. */
  | { kind: 'each'; from: number; literal: SchemaLiteral }
  /** At least one item from this place on. */
  | { kind: 'some'; from: number; literal: SchemaLiteral }
  /** The item at this place, if there is one. */
  | { kind: 'at'; index: number; literal: SchemaLiteral }
  | { kind: 'unique'; holds: boolean };

export type ObjectFact =
  | { kind: 'has'; name: string; holds: boolean }
  /** The field, if it is there. */
  | { kind: 'field'; name: string; literal: SchemaLiteral }
  /** Every field that is not listed, and has no name of a pattern; or (`some`) at least one such field. */
  | {
      kind: 'others';
      quantity: 'each' | 'some';
      listed: readonly string[];
      patterns: readonly string[];
      literal: SchemaLiteral;
    }
  | { kind: 'fields-like'; pattern: string; literal: SchemaLiteral }
  | { kind: 'names'; literal: SchemaLiteral }
  | { kind: 'size'; min: number; max: number }
  /** Said by the schema, and not understood here: a value may be found, and that there is none is never sure. */
  | { kind: 'unclear'; what: string };

/** A way in which a literal can be met: further literals of the same value, and facts. */
export interface Way {
  literals: readonly SchemaLiteral[];
  facts: readonly Fact[];
}

export const atOnce: Way = { literals: [], facts: [] };

export function withFacts(...facts: Fact[]): Way {
  return { literals: [], facts };
}

export function withLiterals(...literals: SchemaLiteral[]): Way {
  return { literals, facts: [] };
}
