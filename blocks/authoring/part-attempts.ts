import { isRunStep, type RetryPolicy, type Step } from '../../src/domain/definition.ts';
import { durationMs } from '../../src/domain/duration.ts';
import { retryPolicyOf } from '../../src/domain/step-run.ts';
import type { FormErrors } from '../form-errors.ts';
import { type FormState, readText } from '../form-reader.ts';
import { describeAttempts } from '../run-step-words.ts';
import { durationProblem, millisecondWords, readDuration, toDuration } from './duration-words.ts';
import { textInput } from './form-inputs.ts';
import { type StepPartForm, withField } from './step-part.ts';

export const attemptsPartBlocks = {
  attempts: 'attempts_max',
  delay: 'attempts_delay',
  timeout: 'attempts_timeout',
} as const;

const largestAttempts = 20;
const longestDelayMs = 3_600_000;
const longestTimeoutMs = 3_600_000;

/** How often a step is tried that a model or a tool does, and how long one attempt may take. */
export const attemptsPart: StepPartForm = {
  label: 'Attempts and time',
  title: 'Attempts and time',
  appliesTo: isRunStep,
  summary: ({ step }) => describeAttempts(step) || usualWords(step),
  blocks: ({ step }) => {
    const { maxAttempts, initialDelayMs } = retryPolicyOf(retryOf(step));
    const timeoutMs = isRunStep(step) ? step.timeoutMs : undefined;
    return [
      textInput({
        blockId: attemptsPartBlocks.attempts,
        label: 'How often is it tried at most?',
        hint: 'Only failures that may pass are tried again: a rate limit, a server that does not answer. After the last one the task stops, and can be retried.',
        max: 2,
        initial: String(maxAttempts),
      }),
      textInput({
        blockId: attemptsPartBlocks.delay,
        label: 'How long after the first failure?',
        hint: 'Such as 2s, 30s or 5m; longer after each further one.',
        max: 20,
        initial: toDuration(initialDelayMs) ?? millisecondWords(initialDelayMs),
      }),
      textInput({
        blockId: attemptsPartBlocks.timeout,
        label: 'How long may one attempt take?',
        hint: `Such as 90s or 5m; at most an hour. Empty: ${usualTimeout(step)}${usualCall(step)}.`,
        max: 20,
        optional: true,
        initial: timeoutMs === undefined ? '' : (toDuration(timeoutMs) ?? millisecondWords(timeoutMs)),
      }),
    ];
  },
  read: ({ step }, state) => {
    const errors: FormErrors = {};
    const retry = readRetry(step, state, errors);
    const timeoutMs = readTimeout(step, state, errors);
    return { step: withField(withField(step, 'retry', retry), 'timeoutMs', timeoutMs), errors };
  },
};

function readRetry(step: Step, state: FormState, errors: FormErrors): RetryPolicy | undefined {
  const before = retryOf(step);
  const usual = retryPolicyOf(before);
  const typedAttempts = readText(state, attemptsPartBlocks.attempts);
  const maxAttempts = typedAttempts === '' ? usual.maxAttempts : Number(typedAttempts);
  if (!Number.isInteger(maxAttempts) || maxAttempts < 1 || maxAttempts > largestAttempts)
    errors[attemptsPartBlocks.attempts] = `Must be a whole number from 1 to ${largestAttempts}.`;
  const initialDelayMs = readMs(
    state,
    attemptsPartBlocks.delay,
    usual.initialDelayMs,
    longestDelayMs,
    errors,
  );
  const isSame = maxAttempts === usual.maxAttempts && initialDelayMs === usual.initialDelayMs;
  if (isSame) return before;
  // The first wait is never cut by a limit that nobody has seen.
  const longer = initialDelayMs > usual.maxDelayMs ? { maxDelayMs: initialDelayMs } : {};
  return { ...before, maxAttempts, initialDelayMs, ...longer };
}

function readTimeout(step: Step, state: FormState, errors: FormErrors): number | undefined {
  if (readText(state, attemptsPartBlocks.timeout) === '') return undefined;
  const before = isRunStep(step) ? (step.timeoutMs ?? 0) : 0;
  return readMs(state, attemptsPartBlocks.timeout, before, longestTimeoutMs, errors);
}

/** What stands for `before` stays it, also where no duration says it exactly. */
function readMs(
  state: FormState,
  blockId: string,
  before: number,
  longestMs: number,
  errors: FormErrors,
): number {
  const typed = readText(state, blockId);
  if (typed === '' || typed === millisecondWords(before)) return before;
  const duration = readDuration(typed);
  const milliseconds = duration === null ? 0 : durationMs(duration);
  if (duration === null) errors[blockId] = durationProblem;
  else if (milliseconds > longestMs) errors[blockId] = `Must be at most ${millisecondWords(longestMs)}.`;
  return milliseconds;
}

function usualWords(step: Step): string {
  const { maxAttempts } = retryPolicyOf(undefined);
  return `As usual: tried ${maxAttempts} times at most, ${usualTimeout(step)} for each attempt`;
}

function usualTimeout({ type }: Step): string {
  return type === 'AGENT' ? 'half an hour' : 'ten minutes';
}

/** A longer time is also one for each call. */
function usualCall({ type }: Step): string {
  return type === 'TOOL' ? ', and a minute for the call' : ', and three minutes for each call of the model';
}

function retryOf(step: Step): RetryPolicy | undefined {
  return isRunStep(step) ? step.retry : undefined;
}
