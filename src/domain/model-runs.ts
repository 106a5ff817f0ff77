import type { AppError, FieldError } from '../errors.ts';
import type { AgentEnd, AgentRunState, PendingApproval } from './agent-run.ts';
import type { JsonValue } from './json.ts';
import type { JsonSchema } from './json-schema.ts';
import type { ModelCallEntry, RunLogEntry } from './run-log.ts';

/** What every run says of itself. */
export interface RunContext {
  /** Which attempt of the step this is, from 1. */
  attempt: number;
  /** How long one call of a model may take, where that is more than the client allows by itself. */
  callTimeoutMs?: number;
  /** Ends the run. */
  signal?: AbortSignal;
}

export interface PromptRequest extends RunContext {
  provider: string;
  model: string;
  /** Rendered. It is sent as the user's message. */
  prompt: string;
  /** Baton's or an editor's own words, never a task's. */
  system?: string;
  temperature?: number;
  maxTokens?: number;
  outputSchema?: JsonSchema;
  /** What else must be true of an answer that fits the schema; an empty list: nothing is wrong. */
  check?: (value: JsonValue) => FieldError[];
  /** How often the model is shown its errors. Default 1. */
  maxRepairs?: number;
}

/** `log` has an entry for each call of the model, in order, also for those that failed. */
export type PromptResult = { log: ModelCallEntry[] } & (
  | { kind: 'ok'; text: string; output: JsonValue }
  /** The answer does not fit, also after the repair. */
  | { kind: 'schema-failed'; text: string; errors: FieldError[] }
  | { kind: 'refused'; text: string }
  /** The answer came to the limit of tokens. */
  | { kind: 'cut'; text: string }
  | { kind: 'error'; error: AppError }
);

export interface NamedCondition {
  name: string;
  description?: string;
}

export interface PickRequest extends RunContext {
  provider: string;
  model: string;
  /** The free text to judge. */
  answerText: string;
  /** Include `default` when nothing else may fit as well. */
  conditions: readonly NamedCondition[];
}

export type PickResult = { log: ModelCallEntry[] } & (
  | { kind: 'picked'; condition: string; reason: string }
  /** Fewer than two conditions, so the model was not asked. */
  | { kind: 'nothing-to-pick'; condition: string | null }
  | { kind: 'error'; error: AppError }
);

export interface AgentRunContext extends RunContext {
  /**
   * Stores the state, and what was logged since the last time. Called after each turn of the model, and
   * before and after each tool call. When it throws (the lease is lost, say), the run rejects with that error.
   */
  checkpoint: (state: AgentRunState, log: RunLogEntry[]) => Promise<void>;
}

/** How far a run has come. `state` has been stored by the last checkpoint. */
export type AgentProgress = { state: AgentRunState } & (
  | { kind: 'ended'; end: AgentEnd }
  | { kind: 'needs-approval'; calls: PendingApproval[] }
  /** Something outside failed. Retryable or not, the run can go on from `state`. */
  | { kind: 'interrupted'; error: AppError }
);

/** What the steps of models need of them. No part of it can decide a step that waits for people. */
export interface ModelRuns {
  /** Asks once, checks the answer against its schema, and has the model repair it. Never throws for what a model or provider does. */
  runPrompt(request: PromptRequest): Promise<PromptResult>;
  /** Has the model pick the condition that free text means. */
  pickCondition(request: PickRequest): Promise<PickResult>;
  /** Goes on with a run until it ends, needs a person, or is interrupted. See startAgentRun and decideAgentCalls. */
  runAgent(state: AgentRunState, context: AgentRunContext): Promise<AgentProgress>;
}
