import type { Failure } from '../../domain/execution.ts';
import type { JsonValue } from '../../domain/json.ts';

/** What became of a visit right after it began. */
export type Entered =
  | { kind: 'waiting' }
  | { kind: 'finished'; output: JsonValue }
  | { kind: 'failed'; failure: Failure };
