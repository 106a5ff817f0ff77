import { WebClient, type WebAPICallResult, type WebClientOptions } from '@slack/web-api';
import type { Logger } from '../logger.ts';
import { createBoltLogger } from './bolt-logger.ts';
import { classifySlackFailure } from './slack-failure.ts';
import type { SlackMeter } from './slack-meter.ts';

/** A call that takes longer is given up; effects are tried again by the relay, clicks by the person. */
const timeoutMs = 10_000;

/**
 * How Slack's Web API is called everywhere: no retries of the client's own, because the relay retries
 * durably and an interactive call has no time for them, and no waiting inside the client on a rate limit.
 */
export function webClientOptions(slackApiUrl: string | undefined, logger: Logger): WebClientOptions {
  return {
    timeout: timeoutMs,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: createBoltLogger(logger),
    ...(slackApiUrl === undefined ? {} : { slackApiUrl }),
  };
}

export function createWebClient(
  botToken: string,
  slackApiUrl: string | undefined,
  logger: Logger,
  meter?: SlackMeter,
): WebClient {
  const options = webClientOptions(slackApiUrl, logger);
  return meter === undefined
    ? new WebClient(botToken, options)
    : new MeteredWebClient(botToken, options, meter);
}

/** Every method of the client, `chat.postMessage` say, comes through `apiCall`. */
class MeteredWebClient extends WebClient {
  readonly #meter: SlackMeter;

  constructor(botToken: string, options: WebClientOptions, meter: SlackMeter) {
    super(botToken, options);
    this.#meter = meter;
  }

  override async apiCall(method: string, options?: Record<string, unknown>): Promise<WebAPICallResult> {
    try {
      const answer = await super.apiCall(method, options);
      this.#meter(method, null);
      return answer;
    } catch (error) {
      this.#meter(method, classifySlackFailure(error));
      throw error;
    }
  }
}
