import type { Failure } from '../../domain/execution.ts';
import type { JsonObject, JsonValue } from '../../domain/json.ts';

/** What became of a visit right after it began. */
export type Entered =
  | { kind: 'waiting' }
  | { kind: 'finished'; output: JsonValue; facts?: JsonObject }
  | { kind: 'failed'; failure: Failure };
