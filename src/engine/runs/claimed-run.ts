import type { RunStep } from '../../domain/definition.ts';
import type { StepExecution } from '../../domain/execution.ts';
import type { FieldError } from '../../errors.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { RunEnd, RunReport } from '../../domain/run-end.ts';
import type { RunTicket } from './run-ticket.ts';

/** A run that this process has claimed, and what it is done with. */
export interface ClaimedRun<Step extends RunStep = RunStep> {
  ticket: RunTicket;
  token: string;
  step: Step;
  /** As it was right after the claim. */
  stepExecution: StepExecution;
  attempt: number;
  /** True when it was begun before, and nobody knows how far that came. */
  isRepeated: boolean;
  signal: AbortSignal;
}

/** A run that failed. Default: nothing about it will be different the next time. */
export function failedRun(
  report: RunReport,
  failure: {
    reason: string;
    message: string;
    data?: JsonObject;
    isRetryable?: boolean;
    retryAfterMs?: number | undefined;
  },
): RunEnd {
  const { reason, message, data = {}, isRetryable = false, retryAfterMs } = failure;
  return {
    kind: 'failed',
    reason,
    message: message.toWellFormed().slice(0, 1_000).toWellFormed(),
    data,
    isRetryable,
    retryAfterMs: retryAfterMs ?? null,
    report,
  };
}

/** One of the rendered inputs, which is a text for all that a model is given. */
export function inputText({ inputs }: StepExecution, name: string): string {
  const value = inputs[name];
  return typeof value === 'string' ? value : '';
}

/** What is wrong with an answer, and the answer itself, as far as the log keeps it. */
export function describeWrongOutput(text: string, errors: readonly FieldError[]): JsonObject {
  return {
    answer: text.slice(0, 4_000).toWellFormed(),
    errors: errors.slice(0, 20).map(({ path, message }) => ({ path, message })),
  };
}
