import { WebClient, type WebClientOptions } from '@slack/web-api';
import type { Logger } from '../logger.ts';
import { createBoltLogger } from './bolt-logger.ts';

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
): WebClient {
  return new WebClient(botToken, webClientOptions(slackApiUrl, logger));
}
