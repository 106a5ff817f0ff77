import type { JsonObject, JsonValue } from '../json.ts';
import { checkAgainstSchema } from '../schema-check.ts';

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

/** True when the value does with the schema what the literal says. @throws SchemaTooCostly */
export function meets(value: JsonValue, { schema, root, holds }: SchemaLiteral): boolean {
  return (checkAgainstSchema(schema, value, root).length === 0) === holds;
}

/** Found beats undecided, and undecided beats none. */
export function better(one: Found, other: Found): Found {
  if (one.kind === 'found' || other.kind === 'none') return one;
  return other.kind === 'found' || one.kind === 'none' ? other : one;
}
