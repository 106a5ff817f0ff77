import type { Actor } from '../domain/actor.ts';
import type { Command } from '../domain/command.ts';
import type { Definition } from '../domain/definition.ts';
import type { ExecutionEvent } from '../domain/event.ts';
import type { ExecutionState, Origin } from '../domain/execution.ts';
import type { ExecutionRecord } from '../domain/execution-record.ts';
import type { JsonValue } from '../domain/json.ts';

export interface StartRequest {
  orgId: string;
  workflowId: string;
  /** Checked against the workflow's inputs schema. */
  inputs: JsonValue;
  startedBy: Actor;
  origin: Origin;
  /** The same key in the same org starts one task, however often it is sent; null: always a new one. */
  startKey: string | null;
}

export type ExecutionCommand = Exclude<Command, { type: 'start' }>;

/** The task as it is read: its state, its definition and what Slack shows of it. */
export interface ReadExecution extends ExecutionRecord {
  definition: Definition;
}

/** What the edges (Slack, HTTP, jobs) may ask of the engine. Each call is one operation, one write. */
export interface Engine {
  /**
   * Starts a task. Resolves after the durable write.
   * @throws NotFoundError, ConflictError (not active), ValidationError with the paths that are wrong
   */
  start(request: StartRequest): Promise<ExecutionState>;
  /**
   * Gives a command to a task. Resolves with the new state, after the durable write.
   * @throws NotFoundError outside the org, Refusal when the rules do not allow it
   */
  execute(orgId: string, executionId: string, command: ExecutionCommand): Promise<ExecutionState>;
  /**
   * The task as it is stored; or, when that is enough, as this process knows it, which needs no look at the
   * database and may be behind. Nobody may be told "no" because of what may be behind.
   * @throws NotFoundError outside the org
   */
  read(orgId: string, executionId: string, freshness?: 'stored' | 'known'): Promise<ReadExecution>;
  /** The whole log in order, including events that the relay has not moved yet. @throws NotFoundError */
  readLog(orgId: string, executionId: string): Promise<ExecutionEvent[]>;
  /** Claims and handles executions that are due, until none is or the time is up. @returns how many */
  sweep(limit: { maxMs: number }): Promise<number>;
  /** Resolves when everything that this process had begun is done. */
  idle(): Promise<void>;
  /** Takes no new work, finishes or gives back what it holds. @param timeoutMs after which it gives up waiting */
  drain(timeoutMs: number): Promise<void>;
}
