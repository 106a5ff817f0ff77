import type { Actor } from './actor.ts';
import type { StepType } from './definition.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { StepRun } from './step-run.ts';

/**
 * `FAILED`: stopped at a step, can be retried or cancelled. `COMPLETED`, `CANCELLED` and `EXPIRED` are
 * final.
 */
export type ExecutionStatus = 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELLED' | 'EXPIRED';
export type StepExecutionStatus = 'SCHEDULED' | 'STARTED' | 'COMPLETED' | 'FAILED' | 'CANCELLED';

/** Why a task stopped at a step, in words a person can act on. */
export interface Failure {
  code:
    | 'template-value-missing'
    | 'no-assignee'
    | 'no-handoff-matched'
    | 'handoff-target-missing'
    | 'visit-cap-reached'
    | 'time-invalid'
    | 'deadline-passed'
    /** A run that failed for good, or as often as its policy allows; `data.reason` says how. */
    | 'run-failed'
    /** Whoever ran it died, time and again. */
    | 'run-abandoned';
  message: string;
  /** The facts behind the message: conditions and values, the path that is missing, and so on. */
  data: JsonObject;
}

/** One person's choice on a `HUMAN` step: the last one that they made. */
export interface Vote {
  actor: Actor;
  outcome: string;
  comment: string | null;
  /** The form as they sent it; null when they sent none. */
  output: JsonValue;
  /** The recipients that entitled them. The vote counts as long as one of them is still asked. */
  recipients: string[];
  at: Date;
}

/** Why somebody who was asked may no longer answer. */
export type ClosedWhy = 'reassigned' | 'delegated' | 'escalated' | 'excluded' | 'no-delegate' | 'decided';

/**
 * One recipient who was asked. Its place in the list never changes: it is the `recipientIndex` of effects and
 * messages. Who is asked again after their ask was closed has a new place.
 */
export interface Ask {
  recipient: string;
  /** For whom they stand in; null when they were asked themselves. */
  onBehalfOf: string | null;
  askedAt: Date;
  /** How often they were reminded. */
  reminders: number;
  /** What they were asked, where that is not the step's own message: the calls of an agent. */
  about?: string;
  /** Set when they may no longer answer; null while they may. */
  closed: ClosedAsk | null;
}

export interface ClosedAsk {
  why: ClosedWhy;
  /** Who is asked instead. */
  to: string[];
  by: Actor;
  note: string | null;
  at: Date;
}

/** Somebody who was away, and who was asked instead; null when nobody stands in. */
export interface Delegation {
  from: string;
  to: string | null;
  reason: 'away';
  at: Date;
}

/** Nobody is left who could decide; the step waits for a reassignment. `reason` is a sentence for the owners. */
export interface Unanswerable {
  reason: string;
  at: Date;
}

/** Moments at which a step needs attention; each null when it does not. */
export interface StepTimers {
  remindAt: Date | null;
  /** When those who are asked are warned of the deadline. */
  warnAt: Date | null;
  deadlineAt: Date | null;
  wakeAt: Date | null;
}

export const noTimers: StepTimers = { remindAt: null, warnAt: null, deadlineAt: null, wakeAt: null };

/** One visit of an execution to a step. */
export interface StepExecution {
  id: string;
  /** Place in the stack, from 0. */
  index: number;
  stepId: string;
  stepName: string;
  type: StepType;
  /** How often the execution has come to this step, this time included. */
  visit: number;
  status: StepExecutionStatus;
  /** The rendered `inputsTemplate`. */
  inputs: JsonObject;
  /** Who may act now: Slack user ids, emails, `@handles`, `#channels`. */
  assignees: string[];
  /** Everybody who was ever asked, in order; the open ones are the assignees. */
  asks: Ask[];
  votes: Vote[];
  outcome: string | null;
  /** The condition whose handoff was taken; null until then, and when the step has no handoffs. */
  condition: string | null;
  output: JsonValue;
  actor: Actor | null;
  comment: string | null;
  timers: StepTimers;
  remindersSent: number;
  escalatedAt: Date | null;
  failure: Failure | null;
  /** What Slack refused to deliver, and why; the step still waits. */
  undeliverable: { recipient: string; reason: string }[];
  /** What the form starts with, by field of the output schema. */
  prefilled: JsonObject;
  /** What it started with at first; absent while nobody who decided has edited it for those who are still to decide. */
  drafted?: JsonObject;
  /** Digest of what is decided on; null when nothing is decided here. See `decisionDigest`. */
  decisionDigest: string | null;
  delegations: Delegation[];
  unanswerable: Unanswerable | null;
  /** How far a model or a tool has come with it; null for the steps of people, and waits. */
  run: StepRun | null;
  scheduledAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
}

/** What a step left behind for later templates and conditions. */
export interface StepContext {
  [key: string]: JsonValue;
  inputs: JsonObject;
  output: JsonValue;
  /** What a person chose; else the condition whose handoff was taken. */
  condition: string | null;
  actor: JsonValue;
  comment: string | null;
}

export interface ExecutionContext {
  inputs: JsonObject;
  /** By step name; a step that was visited twice shows its latest visit. */
  steps: Record<string, StepContext>;
}

/** A signal that came before the step that waits for it. */
export interface KeptSignal {
  name: string;
  payload: JsonValue;
  by: Actor;
  at: Date;
}

/** Where a task was started. `api`: by a program, so nobody is waiting in a conversation. */
export type Origin =
  | { kind: 'slack'; channelId: string; threadTs: string | null }
  /** `quiet`: one of many, so whoever started it is told of all of them together. */
  | { kind: 'api'; quiet?: true };

/** What `transition` reads and writes. Treated as immutable: a change makes a new object. */
export interface Cancellation {
  by: Actor;
  reason: string | null;
}

export interface ExecutionState {
  id: string;
  orgId: string;
  workflowId: string;
  workflowName: string;
  revisionId: string;
  revision: number;
  /** Rises by exactly one with each committed transition. */
  v: number;
  status: ExecutionStatus;
  /** Id of the step that the execution is at; null when it has ended. */
  pointer: string | null;
  startedBy: Actor;
  origin: Origin;
  context: ExecutionContext;
  /** The step executions, in order. */
  stack: StepExecution[];
  /** Who may act on the step that is waited for, so that "what waits for me" is one index look-up. */
  waitingFor: string[];
  /** Signals that came before the steps that wait for them, in the order in which they came. */
  signals: KeptSignal[];
  failure: Failure | null;
  /** Who ended it for good, and why; null unless it is CANCELLED, and where nobody kept it. */
  cancellation: Cancellation | null;
  /** `seq` and hash of the last event; 0 and '' before the first. */
  lastEventSeq: number;
  lastEventHash: string;
  lastEffectSeq: number;
  /** The earliest timer of the state; null when there is none. */
  timerAt: Date | null;
  /** When the task becomes EXPIRED: one year after it was created. */
  expiresAt: Date;
  createdAt: Date;
  updatedAt: Date;
  endedAt: Date | null;
}

/** COMPLETED, CANCELLED and EXPIRED are final. */
export function hasEnded(execution: ExecutionState): boolean {
  return execution.status !== 'RUNNING' && execution.status !== 'FAILED';
}

/** The step execution that the execution is at, or undefined when it has ended. */
export function currentStepExecution(execution: ExecutionState): StepExecution | undefined {
  return execution.pointer === null ? undefined : execution.stack.at(-1);
}
