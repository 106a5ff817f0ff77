import { AppError, RetryableError } from '../errors.ts';
import { classifySlackFailure } from './slack-failure.ts';

/** Slack understood a call and said no, for good. `slackError` is its code. */
export class SlackRefused extends AppError {
  readonly slackError: string;
  /** The scope that is missing, when that is the reason and Slack names it. */
  readonly needed: string | null;

  constructor(slackError: string, needed: string | null, cause: unknown) {
    super('slack-refused', 502, `Slack refused this (${slackError}).`, { cause });
    this.slackError = slackError;
    this.needed = needed;
  }
}

/** Slack refuses every call of the app. */
export class SlackUnauthorized extends AppError {
  readonly slackError: string;

  constructor(slackError: string, cause: unknown) {
    super(
      'slack-unauthorized',
      503,
      `Slack does not accept the bot's token (${slackError}): install the app again and set SLACK_BOT_TOKEN.`,
      { cause, retryable: true, retryAfterMs: 300_000 },
    );
    this.slackError = slackError;
  }
}

const unreachableRetryMs = 2_000;

/**
 * Makes a call to Slack whose failure the caller can do nothing about.
 *
 * @throws SlackRefused, SlackUnauthorized, RetryableError
 */
export async function callSlack<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw translateSlackError(error);
  }
}

/** The `AppError` for whatever a Web API call threw. */
export function translateSlackError(error: unknown): AppError {
  const failure = classifySlackFailure(error);
  switch (failure.kind) {
    case 'refused':
      return new SlackRefused(failure.code, failure.needed, error);
    case 'unauthorized':
      return new SlackUnauthorized(failure.code, error);
    case 'rate-limited':
      return new RetryableError('Slack asks to wait a moment.', {
        cause: error,
        code: 'slack-rate-limited',
        retryAfterMs: failure.afterMs,
      });
    case 'unreachable':
      return new RetryableError('Slack does not answer at the moment.', {
        cause: error,
        code: 'slack-unreachable',
        retryAfterMs: unreachableRetryMs,
      });
  }
}
