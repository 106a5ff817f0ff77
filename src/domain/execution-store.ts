import type { Effect, MessageRef } from './effect.ts';
import type { ExecutionEvent } from './event.ts';
import type { ExecutionState } from './execution.ts';
import type { DeadEffect, ExecutionRecord, Lease } from './execution-record.ts';

/** One transition to be committed on top of `before`. */
export interface Commit {
  before: ExecutionRecord;
  state: ExecutionState;
  events: ExecutionEvent[];
  effects: Effect[];
  /** The lease to write; the same object as in `before` when another worker keeps it. */
  lease: Lease;
  dueAt: Date | null;
}

/** What the holder of the lease did with the outbox. */
export interface Settlement {
  executionId: string;
  /** The version and holder on which it is based; when either has changed, nothing is written. */
  v: number;
  holder: string;
  /** How often the delivery part had been settled before; raised by this one. A settlement that comes late finds another. */
  settleCount: number;
  /** What is left to do. */
  events: ExecutionEvent[];
  effects: Effect[];
  newMessages: Record<string, MessageRef>;
  newDead: DeadEffect[];
  lease: Lease;
  dueAt: Date | null;
}

export type Inserted = { inserted: true } | { inserted: false; existing: ExecutionRecord };

/**
 * Where executions are kept. Every write is acknowledged by a majority and journalled before it
 * resolves. Implemented on MongoDB in `models/`, and in memory for simulations; both pass the same tests.
 */
export interface ExecutionStore {
  /** Stores a new execution; finds the earlier one when its `startKey` is taken in the org. */
  insert(record: ExecutionRecord): Promise<Inserted>;
  load(executionId: string): Promise<ExecutionRecord | null>;
  /** The execution of the org that was started with this key. */
  findStarted(orgId: string, startKey: string): Promise<ExecutionRecord | null>;
  /** One compare-and-set on `v` and the lease. @returns the new record, or null when the race was lost */
  commit(commit: Commit): Promise<ExecutionRecord | null>;
  /** Takes the lease of the execution that is due longest. @returns it as it was before, or null when nothing is due */
  claimDue(now: Date, lease: Lease): Promise<ExecutionRecord | null>;
  /** The same for one execution, if it is due. */
  claimIfDue(executionId: string, now: Date, lease: Lease): Promise<ExecutionRecord | null>;
  /** The ids of what is due, oldest first, for each org at most `maxPerOrg`. Only index keys are read. */
  listDueByOrg(now: Date, maxPerOrg: number): Promise<string[][]>;
  /** @returns false when `v`, the holder or the count had changed and nothing was written */
  settle(settlement: Settlement): Promise<boolean>;
  /** Many at once, which is cheaper. @returns what `settle` says of each */
  settleAll(settlements: readonly Settlement[]): Promise<boolean[]>;
}

/** Where events are kept once the relay has moved them out of the execution. */
export interface EventStore {
  /** Stores the events durably; those that are there already are left as they are. */
  append(events: readonly ExecutionEvent[]): Promise<void>;
  /** All events of an execution that were moved, in order. */
  list(executionId: string): Promise<ExecutionEvent[]>;
}
