import type { FindPlace } from '../../../models/slack-inbox-former.ts';
import type { InboxItem } from '../../../models/slack-inbox.ts';
import type { Timers } from '../../timers.ts';
import type { SlackConnection } from '../connection.ts';
import { callSlack } from '../slack-call.ts';
import type { BotDeps } from '../slack-deps.ts';
import { AnswerHasToWait } from './answer-has-to-wait.ts';
import { InboxWorker } from './inbox-worker.ts';
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
import { isTaken, startFromSource } from './start-from-source.ts';

/** An event of Slack's, in which workspace. */
export interface HeardEvent {
  slackTeamId: string;
  event: object;
}

/** Messages and reactions in channels start tasks. */
export interface SlackTriggers {
  /** True when the event starts something: then it must be handled once, and not be lost. */
  wants(slackTeamId: string, event: object): Promise<boolean>;
  /** True when a trigger takes the message from whoever wrote it: then they hear of it by what it starts. */
  takes(slackTeamId: string, event: object): Promise<boolean>;
  /**
   * Resolves when it is kept durably what the event starts; that is done after it, of each channel one after the other,
   * the oldest of what has arrived first, whichever process it came to.
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
  | 'mayStillHear'
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

/** Over the triggers of the orgs. */
export function createSlackTriggers(deps: Deps, timers: Timers): SlackTriggers {
  return new ListeningTriggers(deps, timers);
}

class ListeningTriggers implements SlackTriggers {
  readonly #deps: Deps;
  readonly #worker: InboxWorker;
  /** An event is looked at to know whether it is wanted, and when it is kept. */
  readonly #matched = new WeakMap<object, Promise<Matched[]>>();

  constructor(deps: Deps, timers: Timers) {
    this.#deps = deps;
    const work = (item: InboxItem): Promise<void> => this.#work(item);
    this.#worker = new InboxWorker({ ...deps, work, findPlace, timers });
  }

  async wants(slackTeamId: string, event: object): Promise<boolean> {
    const matched = await this.#look(slackTeamId, event);
    return matched === 'reaction' || matched.some(({ decision }) => decision.kind === 'fits');
  }

  async takes(slackTeamId: string, event: object): Promise<boolean> {
    const source = readChannelMessage(event);
    if (source === null) return false;
    const orgId = await this.#deps.orgIdFor(slackTeamId);
    const all = await this.#matchesOf(orgId, event, source);
    if (all.length === 0) return false;
    const deps = { ...this.#deps, connection: await this.#deps.connections.of(orgId) };
    for (const matched of all) {
      if (await isTaken(deps, { orgId, slackTeamId, matched, source, reaction: null })) return true;
    }
    return false;
  }

  async hear({ slackTeamId, event }: HeardEvent): Promise<void> {
    const matched = await this.#look(slackTeamId, event);
    if (matched !== 'reaction' && matched.length === 0) return;
    const { inbox, clock } = this.#deps;
    const id = idOf(slackTeamId, event);
    const receivedAt = clock.now();
    const where = findPlace({ slackTeamId, event, receivedAt });
    await inbox.add({ id, slackTeamId, ...where, event: keptOf(event), receivedAt });
    this.#worker.wake(where.lane);
  }

  start(): void {
    this.#worker.start();
  }

  idle(): Promise<void> {
    return this.#worker.idle();
  }

  stop(timeoutMs: number): Promise<void> {
    return this.#worker.stop(timeoutMs);
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

  async #work({ slackTeamId, event, attempts }: InboxItem): Promise<void> {
    const work = { slackTeamId, event, isRepeat: attempts > 1 };
    const message = readChannelMessage(event);
    const reaction = readReaction(event);
    const orgId = await this.#deps.orgIdFor(slackTeamId);
    if (message !== null) return this.#handleMessage(orgId, work, message);
    if (reaction !== null) return this.#handleReaction(orgId, work, reaction);
  }

  async #handleMessage(orgId: string, heard: Work, source: ChannelMessage): Promise<void> {
    const all = await this.#matchesOf(orgId, heard.event, source);
    if (all.length === 0) return;
    const connection = await this.#deps.connections.of(orgId);
    await eachOnItsOwn(all, (matched) =>
      startFromSource({ ...this.#deps, connection }, { ...heard, orgId, matched, source, reaction: null }),
    );
  }

  async #handleReaction(orgId: string, heard: Work, reaction: PutReaction): Promise<void> {
    const triggers = await findReactionTriggers(this.#deps.triggerSource, orgId, reaction);
    if (triggers.length === 0) return;
    const connection = await this.#deps.connections.of(orgId);
    const source = await findMessage(connection, reaction);
    if (source === null) return;
    const all = await matchReaction(connection, triggers, { reaction, source });
    await eachOnItsOwn(all, (matched) =>
      startFromSource({ ...this.#deps, connection }, { ...heard, orgId, matched, source, reaction }),
    );
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

/** An answer of one trigger that has to wait holds up no task of another. @throws the first AnswerHasToWait at the end */
async function eachOnItsOwn(
  all: readonly Matched[],
  start: (matched: Matched) => Promise<void>,
): Promise<void> {
  let waits: AnswerHasToWait | null = null;
  for (const matched of all) {
    try {
      await start(matched);
    } catch (error) {
      if (!(error instanceof AnswerHasToWait)) throw error;
      waits ??= error;
    }
  }
  if (waits !== null) throw waits;
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

/** What happens in a channel is done one after the other. */
const findPlace: FindPlace = ({ slackTeamId, event, receivedAt }) => ({
  lane: `${slackTeamId}:${channelOf(event)}`,
  place: timeOf(event, receivedAt),
});

function channelOf(event: object): string {
  return readChannelMessage(event)?.channelId ?? readReaction(event)?.channelId ?? '';
}

/** When it happened by Slack's clock, which gives the messages of a channel their order; else when it came. */
function timeOf(event: { ts?: unknown; event_ts?: unknown }, receivedAt: Date): string {
  if (typeof event.ts === 'string') return event.ts;
  if (typeof event.event_ts === 'string') return event.event_ts;
  return (receivedAt.getTime() / 1_000).toFixed(6);
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
