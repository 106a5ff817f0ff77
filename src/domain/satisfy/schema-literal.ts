import type { JsonObject, JsonValue } from '../json.ts';
import { SchemaBudget, SchemaTooCostly } from '../schema-budget.ts';
import { checkAgainstSchema } from '../schema-check.ts';
import type { WorkBudget } from '../work-budget.ts';

/** What a value is to do with a schema: to fit it (`holds`), or not to. `root` is where its references lead. */
export interface SchemaLiteral {
  schema: JsonValue;
  root: JsonObject;
  holds: boolean;
}

/** What was found out about values that meet all literals. `none` and `found` are certain. */
export type Found =
  | { kind: 'found'; value: JsonValue }
  | { kind: 'none' }
  /** `why` is a part of a sentence, such as "the pattern … is beyond what can be decided". */
  | { kind: 'undecided'; why: string };

export const none: Found = { kind: 'none' };

export function fitting(schema: JsonObject): SchemaLiteral {
  return { schema, root: schema, holds: true };
}

export function notFitting(schema: JsonObject): SchemaLiteral {
  return { schema, root: schema, holds: false };
}

/** The literal of another schema below the same root. */
export function beside(
  { root }: Pick<SchemaLiteral, 'root'>,
  schema: JsonValue,
  holds = true,
): SchemaLiteral {
  return { schema, root, holds };
}

/**
 * True when the value does with each schema what its literal says. A check that costs too much finds nothing to be
 * right, as it does when a task runs.
 *
 * @throws WorkUsedUp
 */
export function meetsAll(
  value: JsonValue,
  literals: readonly SchemaLiteral[],
  budget: WorkBudget | null = null,
): boolean {
  try {
    return literals.every(({ schema, root, holds }) => {
      const errors = checkAgainstSchema(schema, value, root, new SchemaBudget(budget));
      return (errors.length === 0) === holds;
    });
  } catch (error) {
    if (!(error instanceof SchemaTooCostly)) throw error;
    return false;
  }
}

/** Found beats undecided, and undecided beats none. */
export function better(one: Found, other: Found): Found {
  if (one.kind === 'found' || other.kind === 'none') return one;
  return other.kind === 'found' || one.kind === 'none' ? other : one;
}
