import { setTimeout as sleep } from 'node:timers/promises';
import type { InboxItem } from '../../../models/slack-inbox.ts';
import { AppError, errorMessage } from '../../errors.ts';
import type { SlackConnection } from '../connection.ts';
import { callSlack } from '../slack-call.ts';
import type { BotDeps } from '../slack-deps.ts';
import { InOrder } from './in-order.ts';
import {
  type Matched,
  findMessageTriggers,
  findReactionTriggers,
  matchMessage,
  matchReaction,
} from './match-source.ts';
import {
  type ChannelMessage,
  type PutReaction,
  readChannelMessage,
  readMessage,
  readReaction,
} from './read-source.ts';
import { startFromSource } from './start-from-source.ts';

/** An event of Slack's, in which workspace. */
export interface HeardEvent {
  slackTeamId: string;
  event: object;
}

/** Messages and reactions in channels start tasks. */
export interface SlackTriggers {
  /** True when the event starts something: then it must be handled once, and not be lost. */
  wants(slackTeamId: string, event: object): Promise<boolean>;
  /**
   * Resolves when it is kept durably what the event starts; that is done after it, what comes from one channel in order.
   *
   * @throws so that Slack delivers again
   */
  hear(heard: HeardEvent): Promise<void>;
  /** From now on takes over what another process, or an earlier attempt, has left. */
  start(): void;
  /** Resolves when nothing is being done any more. */
  idle(): Promise<void>;
  /** Takes nothing over any more, and finishes what was begun. What is left by then is for the others. */
  stop(timeoutMs: number): Promise<void>;
}

type Deps = Pick<
  BotDeps,
  | 'connections'
  | 'workflows'
  | 'triggerSource'
  | 'triggerStarts'
  | 'forRequester'
  | 'orgIdFor'
  | 'inbox'
  | 'clock'
  | 'logger'
>;

/** One thing that came, as it is worked on. */
interface Work extends HeardEvent {
  /** An earlier attempt may have answered already. */
  isRepeat: boolean;
}

const takeOverEveryMs = 10_000;
/** What fails for so long is given up. */
const maxAttempts = 30;

/** Over the triggers of the orgs. */
export function createSlackTriggers(deps: Deps): SlackTriggers {
  return new ListeningTriggers(deps);
}

class ListeningTriggers implements SlackTriggers {
  readonly #deps: Deps;
  readonly #inOrder = new InOrder();
  readonly #working = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  /** An event is looked at before it is kept, and when it is worked on. */
  readonly #matched = new WeakMap<object, Promise<Matched[]>>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async wants(slackTeamId: string, event: object): Promise<boolean> {
    const matched = await this.#look(slackTeamId, event);
    return matched === 'reaction' || matched.some(({ decision }) => decision.kind === 'fits');
  }

  async hear({ slackTeamId, event }: HeardEvent): Promise<void> {
    const matched = await this.#look(slackTeamId, event);
    if (matched !== 'reaction' && matched.length === 0) return;
    const { inbox, clock } = this.#deps;
    const id = idOf(slackTeamId, event);
    const item = await inbox.add({ id, slackTeamId, event: keptOf(event), receivedAt: clock.now() });
    // Somebody is at it, or will be.
    if (item !== null) this.#begin(item, event);
  }

  start(): void {
    void this.#takeOverAgainAndAgain();
  }

  async idle(): Promise<void> {
    while (this.#working.size > 0) await Promise.allSettled(this.#working);
  }

  async stop(timeoutMs: number): Promise<void> {
    this.#stopping.abort();
    const timeout = new AbortController();
    const timedOut = sleep(timeoutMs, undefined, { signal: timeout.signal }).catch(() => undefined);
    await Promise.race([this.idle(), timedOut]);
    timeout.abort();
  }

  /** `reaction`: which triggers mean it is known with the message. */
  async #look(slackTeamId: string, event: object): Promise<Matched[] | 'reaction'> {
    const message = readChannelMessage(event);
    const reaction = readReaction(event);
    if (message === null && reaction === null) return [];
    const orgId = await this.#deps.orgIdFor(slackTeamId);
    if (message !== null) return this.#matchesOf(orgId, event, message);
    if (reaction === null) return [];
    const triggers = await findReactionTriggers(this.#deps.triggerSource, orgId, reaction);
    return triggers.length > 0 ? 'reaction' : [];
  }

  async #takeOverAgainAndAgain(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#takeOver().catch((error: unknown) => {
        this.#deps.logger.warn(
          { detail: errorMessage(error) },
          'what is left in the inbox cannot be read now',
        );
      });
      await sleep(takeOverEveryMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  async #takeOver(): Promise<void> {
    const { inbox, clock } = this.#deps;
    while (!this.#stopping.signal.aborted) {
      const item = await inbox.takeOver(clock.now());
      if (item === null) return;
      this.#begin(item, item.event);
    }
  }

  #begin(item: InboxItem, event: object): void {
    const channelId = readChannelMessage(event)?.channelId ?? readReaction(event)?.channelId ?? '';
    const working = this.#inOrder.run(`${item.slackTeamId}:${channelId}`, () => this.#finish(item, event));
    this.#working.add(working);
    void working.finally(() => this.#working.delete(working));
  }

  /** Never throws: what cannot be done now is taken over later. */
  async #finish({ id, slackTeamId, attempts }: InboxItem, event: object): Promise<void> {
    const { inbox, logger } = this.#deps;
    try {
      await this.#work({ slackTeamId, event, isRepeat: attempts > 1 });
      await inbox.remove(id);
    } catch (error) {
      const isForNow = error instanceof AppError && error.retryable && attempts < maxAttempts;
      if (isForNow) return logger.info({ id, detail: errorMessage(error) }, 'a message is tried again later');
      logger.error({ err: error, id }, 'what a message starts could not be done');
      await inbox.remove(id).catch(() => undefined);
    }
  }

  async #work(work: Work): Promise<void> {
    const message = readChannelMessage(work.event);
    const reaction = readReaction(work.event);
    const orgId = await this.#deps.orgIdFor(work.slackTeamId);
    if (message !== null) return this.#handleMessage(orgId, work, message);
    if (reaction !== null) return this.#handleReaction(orgId, work, reaction);
  }

  async #handleMessage(orgId: string, heard: Work, source: ChannelMessage): Promise<void> {
    const all = await this.#matchesOf(orgId, heard.event, source);
    if (all.length === 0) return;
    const connection = await this.#deps.connections.of(orgId);
    for (const matched of all) {
      const came = { ...heard, orgId, matched, source, reaction: null };
      await startFromSource({ ...this.#deps, connection }, came);
    }
  }

  async #handleReaction(orgId: string, heard: Work, reaction: PutReaction): Promise<void> {
    const triggers = await findReactionTriggers(this.#deps.triggerSource, orgId, reaction);
    if (triggers.length === 0) return;
    const connection = await this.#deps.connections.of(orgId);
    const source = await findMessage(connection, reaction);
    if (source === null) return;
    for (const matched of await matchReaction(connection, triggers, { reaction, source })) {
      await startFromSource({ ...this.#deps, connection }, { ...heard, orgId, matched, source, reaction });
    }
  }

  #matchesOf(orgId: string, event: object, source: ChannelMessage): Promise<Matched[]> {
    const known = this.#matched.get(event) ?? this.#match(orgId, source);
    this.#matched.set(event, known);
    return known;
  }

  async #match(orgId: string, source: ChannelMessage): Promise<Matched[]> {
    const triggers = await findMessageTriggers(this.#deps.triggerSource, orgId, source);
    if (triggers.length === 0) return [];
    return matchMessage(await this.#deps.connections.of(orgId), triggers, source);
  }
}

/** What is read of an event later. */
const keptFields = [
  'type',
  'subtype',
  'user',
  'username',
  'bot_id',
  'channel',
  'channel_type',
  'ts',
  'thread_ts',
  'text',
  'attachments',
  'files',
  'reaction',
  'item',
];

function keptOf(event: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(event).filter(([name]) => keptFields.includes(name)));
}

/** The same for the same message or reaction, whichever event of Slack's brings it. */
function idOf(slackTeamId: string, event: object): string {
  const message = readChannelMessage(event);
  if (message !== null) return `${slackTeamId}:${message.channelId}:${message.ts}`;
  const reaction = readReaction(event);
  const { channelId = '', ts = '', userId = '', reaction: name = '' } = reaction ?? {};
  return `${slackTeamId}:${channelId}:${ts}:${userId}:${name}`;
}

/** The message that a reaction was put on; null when it is gone. @throws as `callSlack` */
async function findMessage(
  { client }: SlackConnection,
  { channelId, ts }: PutReaction,
): Promise<ChannelMessage | null> {
  // Of a thread Slack gives the first message too, whatever is asked for.
  const range = { channel: channelId, ts, oldest: ts, latest: ts, inclusive: true, limit: 5 };
  const { messages = [] } = await callSlack(() => client.conversations.replies(range));
  const message = messages.find((candidate) => candidate.ts === ts);
  return message === undefined ? null : readMessage(channelId, { ...message });
}
