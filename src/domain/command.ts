import type { Actor, Caller } from './actor.ts';
import type { Definition } from './definition.ts';
import type { Origin } from './execution.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { RunEnd } from './run-end.ts';
import type { RunWait } from './step-run.ts';

/** What can be asked of an execution. Ids come from outside; everything else follows from the state. */
export type Command =
  | { type: 'start'; executionId: string; inputs: JsonObject; startedBy: Actor; origin: Origin }
  /** A person chooses an outcome of a `HUMAN` step. `stepExecutionId` pins what they were looking at. */
  | {
      type: 'decide';
      stepExecutionId: string;
      outcome: string;
      comment: string | null;
      /** The form as it was sent; null when none was: then what it starts with counts. */
      output: JsonValue;
      /** `decisionDigest` of what they saw; left out when that is not known. */
      digest?: string | null;
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
  /** Goes on by another revision of its workflow, from where it is. `to` is that revision. */
  | { type: 'move'; to: Definition; by: Caller }
  /**
   * Asks others instead. By an assignee (`from`: their own entry, or the group that they are in), by who started
   * the task, or by who may manage it (`canManage`: found out by the edge). `stepExecutionId` null: the step
   * that the task waits at. `from` null: the caller's own entries; all of them for who has none.
   */
  | {
      type: 'reassign';
      stepExecutionId: string | null;
      from: string | null;
      to: string[];
      note: string | null;
      canManage: boolean;
      by: Caller;
    }
  /**
   * Who is asked is away, and `to` stands in. `by` null: found out when they were to be asked. `to` null: nobody
   * stands in for them. A person may say so of themselves.
   */
  | {
      type: 'delegate';
      stepExecutionId: string;
      from: string;
      to: string | null;
      reason: 'away';
      by: Caller | null;
    }
  /** Nobody is left who could do the step, as only the edge can know: it sees who is in a group. */
  | { type: 'report-unanswerable'; stepExecutionId: string; reason: string; by: Caller | null }
  /** A worker claims the run of a step, for as long as `leaseMs` from now. */
  | { type: 'start-run'; stepExecutionId: string; token: string; leaseMs: number }
  | { type: 'renew-run'; stepExecutionId: string; token: string; leaseMs: number }
  /** What has come of a claimed run. Counts only with the token of the claim. */
  | { type: 'end-run'; stepExecutionId: string; token: string; end: RunEnd }
  /** A run that nobody has claimed cannot begin yet; it is looked at again after `againAfterMs`. */
  | {
      type: 'hold-run';
      stepExecutionId: string;
      wait: Pick<RunWait, 'kind' | 'message'>;
      againAfterMs: number;
    }
  /** A timer may be due. */
  | { type: 'wake' }
  /** Slack refused a message for good: the person must be reached another way. */
  | { type: 'report-undeliverable'; stepIndex: number; recipient: string; reason: string };

export type CommandType = Command['type'];
