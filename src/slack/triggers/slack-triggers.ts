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
  /** Slack delivers it again. */
  isRepeat: boolean;
}

/** Messages and reactions in channels start tasks. */
export interface SlackTriggers {
  /** True when the event starts something: then it must be handled once, and not be lost. */
  wants(slackTeamId: string, event: object): Promise<boolean>;
  /** Starts what the event starts. What comes from one channel is taken in order. @throws so that Slack delivers again */
  handle(heard: HeardEvent): Promise<void>;
}

type Deps = Pick<
  BotDeps,
  'connections' | 'workflows' | 'triggerSource' | 'triggerStarts' | 'forRequester' | 'orgIdFor' | 'logger'
>;

/** Over the triggers of the orgs. */
export function createSlackTriggers(deps: Deps): SlackTriggers {
  return new ListeningTriggers(deps);
}

class ListeningTriggers implements SlackTriggers {
  readonly #deps: Deps;
  readonly #inOrder = new InOrder();
  /** An event is looked at before it is claimed, and when it is handled. */
  readonly #matched = new WeakMap<object, Promise<Matched[]>>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async wants(slackTeamId: string, event: object): Promise<boolean> {
    const message = readChannelMessage(event);
    const reaction = readReaction(event);
    if (message === null && reaction === null) return false;
    const orgId = await this.#deps.orgIdFor(slackTeamId);
    if (reaction !== null)
      return (await findReactionTriggers(this.#deps.triggerSource, orgId, reaction)).length > 0;
    if (message === null) return false;
    const matched = await this.#matchesOf(orgId, event, message);
    return matched.some(({ decision }) => decision.kind === 'fits');
  }

  async handle(heard: HeardEvent): Promise<void> {
    const message = readChannelMessage(heard.event);
    const reaction = readReaction(heard.event);
    const channelId = message?.channelId ?? reaction?.channelId;
    if (channelId === undefined) return;
    await this.#inOrder.run(`${heard.slackTeamId}:${channelId}`, async () => {
      const orgId = await this.#deps.orgIdFor(heard.slackTeamId);
      if (message !== null) return this.#handleMessage(orgId, heard, message);
      if (reaction !== null) return this.#handleReaction(orgId, heard, reaction);
    });
  }

  async #handleMessage(orgId: string, heard: HeardEvent, source: ChannelMessage): Promise<void> {
    const all = await this.#matchesOf(orgId, heard.event, source);
    if (all.length === 0) return;
    const connection = await this.#deps.connections.of(orgId);
    for (const matched of all) {
      const came = { ...heard, orgId, matched, source, reaction: null };
      await startFromSource({ ...this.#deps, connection }, came);
    }
  }

  async #handleReaction(orgId: string, heard: HeardEvent, reaction: PutReaction): Promise<void> {
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
