import { setTimeout as sleepFor } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import type { Message } from '../../blocks/message.ts';
import type { MessageRef } from '../domain/effect.ts';
import type { Logger } from '../logger.ts';
import type { SlackCounters } from './counters.ts';
import { explainSlackError } from './explain-slack-error.ts';
import { effectMetadata, findSentMessage } from './find-sent-message.ts';
import type { IdentitySource } from './identity.ts';
import type { Pacer } from './pacer.ts';
import { SlackRefused } from './slack-call.ts';
import { classifySlackFailure } from './slack-failure.ts';

/** What ties a message to an effect, so that it is sent once. */
export interface Delivery {
  effectId: string;
  /** Names the message that the effect wants to exist; another effect may want the same one. */
  key: string;
  /** The message cannot be older. */
  since: Date;
  /** How often it was tried and failed. */
  attempts: number;
  /** An earlier attempt may have arrived: look for it before sending. */
  maybeSent: boolean;
}

/** Where a message goes. */
export interface Target {
  channelId: string;
  /** The root of the thread; null: a message of its own. */
  threadTs: string | null;
  /** In words for a person, such as `#general`. */
  label: string;
}

export type SendResult =
  | { kind: 'done'; ref: MessageRef }
  /** Slack wants it slower. */
  | { kind: 'wait'; afterMs: number; error: string }
  | { kind: 'retry'; afterMs: number; error: string; maybeSent: boolean }
  /** Slack's answer will not change. `code` is Slack's, `error` is for a person. */
  | { kind: 'dead'; error: string; code: string };

/** Sends, changes and finds messages, at Slack's pace. Never throws for what Slack does. */
export interface Messenger {
  /** @param delivery null for what is not an effect: a person waits for it and would try again */
  post(target: Target, message: Message, delivery: Delivery | null): Promise<SendResult>;
  /** Looks for what an earlier attempt may have sent. @returns null when it is not there, or nobody can know */
  find(target: Target, delivery: Delivery): Promise<SendResult | null>;
  /** Replaces text and blocks. @param attempts how often it failed before; sets how long to wait */
  update(ref: MessageRef, message: Message, attempts: number): Promise<SendResult>;
  /** Shown to one person only, and gone when they reload. */
  ephemeral(target: Target, userId: string, message: Message): Promise<SendResult>;
}

export interface MessengerDeps {
  client: WebClient;
  identity: IdentitySource;
  pacer: Pacer;
  counters: SlackCounters;
  logger: Logger;
  /** Waits; default: a real timer. */
  sleep?: (delayMs: number) => Promise<unknown>;
}

/** A call as it is sorted when it fails. */
interface Attempt {
  method: string;
  pauseKey: string;
  attempts: number;
  label: string;
}

/** Longer waits are given back, so that they are waited for durably and hold up nobody else. */
const maxPacingWaitMs = 2_000;
const lockedOutRetryMs = 300_000;
/** Clocks differ between Slack and us. */
const clockSkewMs = 60_000;
const firstRetryMs = 1_000;
const maxRetryMs = 60_000;

export function createMessenger(deps: MessengerDeps): Messenger {
  return new SlackMessenger(deps);
}

class SlackMessenger implements Messenger {
  readonly #deps: MessengerDeps;

  constructor(deps: MessengerDeps) {
    this.#deps = deps;
  }

  async post(target: Target, message: Message, delivery: Delivery | null): Promise<SendResult> {
    const { client, pacer } = this.#deps;
    const slot = pacer.reserve(target.channelId, maxPacingWaitMs);
    if (!slot.granted) return waitForRate(slot.delayMs);
    if (slot.delayMs > 0) await this.#sleep(slot.delayMs);
    if (delivery?.maybeSent === true) {
      const earlier = await this.find(target, delivery);
      if (earlier !== null) return earlier;
    }
    try {
      const answer = await client.chat.postMessage({
        channel: target.channelId,
        text: message.text,
        blocks: message.blocks,
        unfurl_links: false,
        unfurl_media: false,
        ...(target.threadTs === null ? {} : { thread_ts: target.threadTs }),
        ...(delivery === null ? {} : { metadata: effectMetadata(delivery.effectId, delivery.key) }),
      });
      return { kind: 'done', ref: { channelId: answer.channel ?? target.channelId, ts: answer.ts ?? '' } };
    } catch (error) {
      const pauseKey = target.channelId;
      const attempts = delivery?.attempts ?? 0;
      return this.#sort(error, { method: 'chat.postMessage', pauseKey, attempts, label: target.label });
    }
  }

  async find(target: Target, delivery: Delivery): Promise<SendResult | null> {
    const { client, identity, counters, logger } = this.#deps;
    const { channelId, threadTs } = target;
    const since = new Date(delivery.since.getTime() - clockSkewMs);
    const query = { channelId, threadTs, key: delivery.key, since };
    try {
      const ts = await findSentMessage(client, identity.known(), query);
      if (ts === null) return null;
      counters.reconciled += 1;
      return { kind: 'done', ref: { channelId, ts } };
    } catch (error) {
      if (!(error instanceof SlackRefused)) {
        // Not known yet: look again later rather than risk sending it twice.
        const afterMs = backoffMs(delivery.attempts);
        return { kind: 'retry', afterMs, error: 'cannot look for the message yet', maybeSent: true };
      }
      counters.duplicatesPossible += 1;
      const fields = { effectId: delivery.effectId, slackError: error.slackError };
      logger.warn(fields, 'Cannot find out whether a message was sent; it may be there twice');
      return null;
    }
  }

  async update(ref: MessageRef, message: Message, attempts: number): Promise<SendResult> {
    const { client, pacer } = this.#deps;
    const pauseKey = `chat.update:${ref.channelId}`;
    const pausedMs = pacer.pausedForMs(pauseKey);
    if (pausedMs > maxPacingWaitMs) return waitForRate(pausedMs);
    if (pausedMs > 0) await this.#sleep(pausedMs);
    try {
      const { channelId: channel, ts } = ref;
      await client.chat.update({ channel, ts, text: message.text, blocks: message.blocks });
      return { kind: 'done', ref };
    } catch (error) {
      return this.#sort(error, { method: 'chat.update', pauseKey, attempts, label: 'that conversation' });
    }
  }

  async ephemeral(target: Target, userId: string, message: Message): Promise<SendResult> {
    const { channelId, threadTs, label } = target;
    try {
      const answer = await this.#deps.client.chat.postEphemeral({
        channel: channelId,
        user: userId,
        text: message.text,
        blocks: message.blocks,
        ...(threadTs === null ? {} : { thread_ts: threadTs }),
      });
      return { kind: 'done', ref: { channelId, ts: answer.message_ts ?? '' } };
    } catch (error) {
      const method = 'chat.postEphemeral';
      return this.#sort(error, { method, pauseKey: `${method}:${channelId}`, attempts: 0, label });
    }
  }

  #sort(error: unknown, { method, pauseKey, attempts, label }: Attempt): SendResult {
    const { pacer, logger, identity } = this.#deps;
    const failure = classifySlackFailure(error);
    switch (failure.kind) {
      case 'rate-limited':
        pacer.pause(pauseKey, failure.afterMs);
        return waitForRate(failure.afterMs);
      case 'unreachable': {
        const { detail, maybeDone: maybeSent } = failure;
        return { kind: 'retry', afterMs: backoffMs(attempts), error: `${method}: ${detail}`, maybeSent };
      }
      case 'unauthorized':
        logger.error({ method, slackError: failure.code }, 'Slack does not accept the token of the bot');
        return { kind: 'retry', afterMs: lockedOutRetryMs, error: failure.code, maybeSent: false };
      case 'refused': {
        const { code, needed } = failure;
        const botHandle = identity.known()?.handle ?? '@baton';
        return { kind: 'dead', code, error: explainSlackError(code, { label, botHandle }, needed) };
      }
    }
  }

  async #sleep(delayMs: number): Promise<void> {
    await (this.#deps.sleep ?? sleepFor)(delayMs);
  }
}

function waitForRate(afterMs: number): SendResult {
  return { kind: 'wait', afterMs, error: 'waiting for Slack’s rate limit' };
}

function backoffMs(attempts: number): number {
  return Math.min(maxRetryMs, firstRetryMs * 2 ** Math.min(attempts, 10));
}
