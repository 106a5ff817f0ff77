import { setTimeout as sleep } from 'node:timers/promises';
import { App, type AppOptions, type ReceiverEvent } from '@slack/bolt';
import type { SlackClaim, SlackDeliveries } from '../../models/slack-delivery.ts';
import type { Clock } from '../clock.ts';
import { RetryableError, errorMessage } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { NotInstalledError } from './not-installed-error.ts';
import { type MessageEvent, readAnswerReply, readDirectMessage } from './answer-words.ts';

export interface DurableAppDeps {
  deliveries: SlackDeliveries;
  /** True for what people write or do in channels that something is started by. */
  isWanted: (slackTeamId: string, event: object) => Promise<boolean>;
  clock: Clock;
  logger: Logger;
}

/** How long a redelivery waits for the delivery that is being handled. */
const busyWaitMs = 1_500;
const busyPollMs = 100;

/**
 * Bolt acknowledges an event before it is handled, and handles every redelivery again. This app handles
 * an event once and acknowledges it when it was handled, so that Slack delivers again what was not.
 * It also knows what is in flight, so that stopping can wait for it.
 */
export class DurableApp extends App {
  readonly #deps: DurableAppDeps;
  readonly #inFlight = new Set<Promise<void>>();
  #stopping = false;

  constructor(options: AppOptions, deps: DurableAppDeps) {
    super(options);
    this.#deps = deps;
  }

  override async processEvent(event: ReceiverEvent): Promise<void> {
    // Not acknowledged: Slack delivers events again, and tells people whose click was lost.
    if (this.#stopping) throw new RetryableError('Baton is restarting.');
    const handled = this.#handleIfInstalled(event);
    this.#inFlight.add(handled);
    try {
      await handled;
    } finally {
      this.#inFlight.delete(handled);
    }
  }

  /** Takes nothing new. Resolves when nothing is being handled any more, or after `timeoutMs`. */
  async finishAndRefuse(timeoutMs: number): Promise<void> {
    this.#stopping = true;
    const timeout = new AbortController();
    const timedOut = sleep(timeoutMs, undefined, { signal: timeout.signal }).catch(() => undefined);
    await Promise.race([Promise.allSettled(this.#inFlight), timedOut]);
    timeout.abort();
  }

  /** What comes from a workspace that does not have Baton is nothing that Slack should deliver again. */
  async #handleIfInstalled(event: ReceiverEvent): Promise<void> {
    try {
      await this.#handle(event);
    } catch (error) {
      if (!(error instanceof NotInstalledError)) throw error;
      this.#deps.logger.debug({ detail: error.message }, 'Slack delivered something from elsewhere');
      await this.#acknowledge(event);
    }
  }

  /** @throws whatever a listener of an event threw, so that the receiver does not acknowledge it */
  async #handle(event: ReceiverEvent): Promise<void> {
    const key = await this.#keyOf(event);
    if (key === null) return super.processEvent(event);
    const { deliveries, clock, logger } = this.#deps;
    const claim = await this.#claim(key);
    if (claim === 'busy') throw new RetryableError('This event is being handled.');
    if (claim === 'done') {
      logger.debug({ key, retryNum: event.retryNum }, 'Slack delivered an event again');
      return this.#acknowledge(event);
    }
    try {
      await super.processEvent({ ...event, ack: () => Promise.resolve() });
    } catch (error) {
      await deliveries.release(key);
      throw error;
    }
    await deliveries.finish(key, clock.now());
    await this.#acknowledge(event);
  }

  /** @returns null for what is no event, and for what happens in channels and starts nothing */
  async #keyOf({ body }: ReceiverEvent): Promise<string | null> {
    const read = readEvent(body);
    if (read === null || isForTheBot(read.event)) return read?.key ?? null;
    return (await this.#deps.isWanted(read.teamId, read.event)) ? read.key : null;
  }

  async #claim(key: string): Promise<SlackClaim> {
    const { deliveries, clock } = this.#deps;
    for (let waitedMs = 0; ; waitedMs += busyPollMs) {
      const claim = await deliveries.claim(key, clock.now());
      if (claim !== 'busy' || waitedMs >= busyWaitMs) return claim;
      await sleep(busyPollMs);
    }
  }

  /** An answer that comes too late is no harm: Slack delivers again, and the claim says that it was done. */
  async #acknowledge(event: ReceiverEvent): Promise<void> {
    try {
      await event.ack();
    } catch (error) {
      this.#deps.logger.debug({ detail: errorMessage(error) }, 'Slack did not wait for the acknowledgement');
    }
  }
}

interface ReadEvent {
  key: string;
  teamId: string;
  event: MessageEvent;
}

/** @returns null for what is no event: commands, clicks and forms are told apart by the engine's state */
function readEvent(body: unknown): ReadEvent | null {
  const { type, event_id: eventId, team_id: teamId, event } = body as Record<string, unknown>;
  if (type !== 'event_callback' || typeof eventId !== 'string') return null;
  const team = typeof teamId === 'string' ? teamId : '';
  return { key: `${team}:${eventId}`, teamId: team, event: (event ?? {}) as MessageEvent };
}

/** False for what people write to each other and do with it, of which there is much, and which is not kept. */
function isForTheBot(event: MessageEvent): boolean {
  if (event.type === 'reaction_added') return false;
  if (event.type !== 'message') return true;
  return readAnswerReply(event) !== null || readDirectMessage(event) !== null;
}
