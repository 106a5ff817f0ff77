import { setTimeout as sleep } from 'node:timers/promises';
import type { SocketModeReceiver } from '@slack/bolt';
import { FatalError, errorMessage } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { translateSlackError } from './slack-call.ts';
import { classifySlackFailure } from './slack-failure.ts';

/** Keeps a Socket Mode connection open. */
export interface SocketConnection {
  /** Opens the first connection. @throws FatalError when Slack refuses the app token, else RetryableError */
  start(): Promise<void>;
  stop(): Promise<void>;
  isOpen(): boolean;
}

const firstRetryMs = 500;
const maxRetryMs = 30_000;
const closeTimeoutMs = 2_000;

/**
 * The client's own reconnecting ends the process when Slack cannot be reached in that moment (a rejection
 * that nobody handles), so it is switched off and done here: again and again, with growing pauses.
 */
export function keepSocketOpen(receiver: SocketModeReceiver, logger: Logger): SocketConnection {
  const { client } = receiver;
  const stopping = new AbortController();
  let open = false;
  let failures = 0;

  client.on('disconnected', () => {
    const wasOpen = open;
    open = false;
    if (wasOpen && !stopping.signal.aborted) void reconnect();
  });

  async function connect(): Promise<void> {
    await client.start();
    open = true;
    failures = 0;
  }

  async function reconnect(): Promise<void> {
    while (!stopping.signal.aborted && !open) {
      try {
        await connect();
        logger.info({}, 'Slack socket is open again');
      } catch (error) {
        failures += 1;
        logger.warn({ failures, detail: errorMessage(error) }, 'Slack socket cannot be opened; trying again');
        await pause(Math.min(maxRetryMs, firstRetryMs * 2 ** Math.min(failures, 8)));
      }
    }
  }

  async function pause(delayMs: number): Promise<void> {
    await sleep(delayMs, undefined, { signal: stopping.signal }).catch(() => undefined);
  }

  async function start(): Promise<void> {
    try {
      await connect();
    } catch (error) {
      const failure = classifySlackFailure(error);
      if (failure.kind !== 'unauthorized' && failure.kind !== 'refused') throw translateSlackError(error);
      throw new FatalError(
        `Slack refuses the app token (${failure.code}): set SLACK_APP_TOKEN to an app-level token with the scope connections:write.`,
        { cause: error },
      );
    }
  }

  async function stop(): Promise<void> {
    stopping.abort();
    const timeout = sleep(closeTimeoutMs, undefined, { ref: false });
    await Promise.race([client.disconnect(), timeout]);
    open = false;
  }

  return { start, stop, isOpen: () => open };
}
