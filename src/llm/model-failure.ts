import { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai';
import type { ModelProvider } from '../domain/provider.ts';
import { AppError, FatalError, RetryableError, errorMessage } from '../errors.ts';
import type { CallGuard, EndedBecause } from './call-guard.ts';
import { readRetryAfterMs } from './retry-after.ts';

export interface FailedCall {
  provider: ModelProvider;
  model: string;
  guard: CallGuard;
  now: Date;
}

const maxDetailLength = 300;
/** 429 with one of these is no question of time: an account has to be paid, or changed. */
const lastingLimits = new Set(['insufficient_quota', 'billing_hard_limit_reached']);

/**
 * What went wrong in a call, as a person reads it, and whether it may pass. No key and no prompt is in
 * it; of the provider's own words the first 300 characters.
 */
export function toModelFailure(error: unknown, call: FailedCall): AppError {
  const ended = call.guard.endedBecause();
  if (ended !== null) return describeEnded(ended, call);
  if (error instanceof AppError) return error;
  if (error instanceof APIConnectionTimeoutError) return describeEnded('timeout', call);
  if (error instanceof APIConnectionError) {
    const why = errorMessage(error.cause ?? error);
    return retryable('model-unreachable', `${named(call)} cannot be reached: ${detail(why, call)}`);
  }
  if (error instanceof APIError) return describeStatus(error, call);
  return retryable('model-answer-broken', `The answer of ${named(call)} broke off or is no valid answer.`);
}

function describeEnded(reason: EndedBecause, call: FailedCall): AppError {
  switch (reason) {
    case 'timeout':
      return retryable('model-timeout', `${named(call)} did not answer in time.`);
    case 'silence':
      return retryable('model-answer-broken', `${named(call)} stopped in the middle of its answer.`);
    case 'too-large':
      return new FatalError(`The answer of ${named(call)} is too large. Set the step's maxTokens.`, {
        code: 'model-answer-too-large',
      });
    case 'cancelled':
      return retryable('model-call-cancelled', `The call of ${named(call)} was cancelled.`);
  }
}

function describeStatus(error: APIError, call: FailedCall): AppError {
  const { status } = error;
  const said = detail(error.message, call);
  const retryAfterMs = readRetryAfterMs(error.headers, call.now);
  if (status === 429 && !lastingLimits.has(String(error.code ?? error.type))) {
    return retryable(
      'model-rate-limited',
      `${named(call)} takes no more calls for now: ${said}`,
      retryAfterMs,
    );
  }
  if (status === undefined || status === 408 || status === 409 || status === 425 || status >= 500) {
    return retryable('model-unavailable', `${named(call)} failed: ${said}`, retryAfterMs);
  }
  switch (status) {
    case 401:
    case 403:
      return fatal('model-key-refused', `${named(call)} refuses the key: ${said}`);
    case 404:
      return fatal('model-not-found', `${named(call)} is not there: ${said}`);
    case 429:
      return fatal('model-quota', `The quota of ${named(call)} is used up: ${said}`);
    default:
      return fatal('model-request-refused', `${named(call)} refuses the request: ${said}`);
  }
}

function named({ provider, model }: FailedCall): string {
  return `the model "${model}" of the provider "${provider.name}"`;
}

function detail(text: string, { provider }: FailedCall): string {
  const { apiKey } = provider;
  const clean = apiKey === null ? text : text.replaceAll(apiKey, '[key]');
  return clean.replace(/\s+/g, ' ').slice(0, maxDetailLength).toWellFormed();
}

function retryable(code: string, message: string, retryAfterMs?: number): AppError {
  return new RetryableError(sentence(message), {
    code,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

function fatal(code: string, message: string): AppError {
  return new FatalError(sentence(message), { code });
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
