import type { AppError, FieldError } from '../errors.ts';
import type { ModelTurn, ModelUsage } from './model-client.ts';

interface Failed {
  code: string;
  message: string;
  retryable: boolean;
}

/** One call of a model, as the log of a run tells it. Never holds a key, a prompt or an answer. */
export interface ModelCallEntry {
  kind: 'model';
  at: Date;
  /** What it was for. */
  purpose: 'answer' | 'repair' | 'pick-condition';
  provider: string;
  model: string;
  /** Which attempt of the step this was part of, from 1. */
  attempt: number;
  usage: ModelUsage | null;
  latencyMs: number;
  /** `null` when there was no answer. */
  finishReason: string | null;
  structured: ModelTurn['structured'];
  /** The tools that the model asked for, by their own names. */
  toolCalls: string[];
  /** What was wrong with the answer, by its schema. */
  schemaErrors: FieldError[];
  /** Of `pick-condition`: what was picked, and why. */
  picked?: { condition: string; reason: string };
  error: Failed | null;
}

/** One call of a tool. */
export interface ToolCallEntry {
  kind: 'tool';
  at: Date;
  server: string;
  tool: string;
  attempt: number;
  /** JSON text, cut at 2,000 characters. */
  argumentsText: string;
  /** Of the canonical call; what a person approves is bound to it. */
  digest: string | null;
  outcome: 'done' | 'tool-error' | 'refused-arguments' | 'not-allowed' | 'rejected' | 'unknown' | 'failed';
  resultSizeBytes: number;
  latencyMs: number;
  error: Failed | null;
}

export type RunLogEntry = ModelCallEntry | ToolCallEntry;

/** An error as a log keeps it. */
export function describeFailure(error: AppError): Failed {
  return { code: error.code, message: error.message, retryable: error.retryable };
}

/** The tokens of all calls together. */
export function sumUsage(entries: readonly RunLogEntry[]): ModelUsage {
  const total: ModelUsage = { promptTokens: 0, completionTokens: 0 };
  for (const entry of entries) {
    if (entry.kind !== 'model' || entry.usage === null) continue;
    total.promptTokens += entry.usage.promptTokens;
    total.completionTokens += entry.usage.completionTokens;
  }
  return total;
}
