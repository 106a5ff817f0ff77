import type { Actor, Caller } from './actor.ts';
import type { Origin } from './execution.ts';
import type { JsonObject, JsonValue } from './json.ts';

/** What can be asked of an execution. Ids come from outside; everything else follows from the state. */
export type Command =
  | { type: 'start'; executionId: string; inputs: JsonObject; startedBy: Actor; origin: Origin }
  /** A person chooses an outcome of a `HUMAN` step. `stepExecutionId` pins what they were looking at. */
  | {
      type: 'decide';
      stepExecutionId: string;
      outcome: string;
      comment: string | null;
      output: JsonValue;
      by: Caller;
    }
  /** Ends a `USER_MESSAGE` or `WAIT` step. `outcome` may name the condition to take. */
  | {
      type: 'complete';
      stepExecutionId: string;
      outcome: string | null;
      comment: string | null;
      output: JsonValue;
      by: Caller;
    }
  /** An event from outside that a `WAIT` step may be waiting for, now or later. */
  | { type: 'signal'; name: string; payload: JsonValue; by: Caller }
  | { type: 'cancel'; reason: string | null; by: Caller }
  /** Visits the step again at which the execution stopped as FAILED, or (`start`) the first one. Default: `step`. */
  | { type: 'retry'; from?: 'step' | 'start'; by: Caller }
  /** Leaves the step that the execution is at, and goes to another (its name) or to `complete`. */
  | { type: 'reroute'; to: string; reason: string | null; by: Caller }
  /** A timer may be due. */
  | { type: 'wake' }
  /** Slack refused a message for good: the person must be reached another way. */
  | { type: 'report-undeliverable'; stepIndex: number; recipient: string; reason: string };

export type CommandType = Command['type'];
