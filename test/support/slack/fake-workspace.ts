import type { Clock } from '../../../src/clock.ts';
import { LOCAL_BOT_USER_ID, LOCAL_CHANNELS, LOCAL_PEOPLE } from '../../../src/local/local-slack-workspace.ts';
import { type JsonObject, toText } from './json.ts';

export interface FakeUser {
  id: string;
  name: string;
  realName: string;
  email?: string;
  /** Default: `America/Los_Angeles`. */
  tz?: string;
  isBot?: boolean;
  isAdmin?: boolean;
  isDeleted?: boolean;
  isOwner?: boolean;
  /** Of several channels, or of one. */
  guest?: 'multi-channel' | 'single-channel';
  /** The workspace that they are of. Default: this one. */
  teamId?: string;
}

export interface FakeChannel {
  id: string;
  name: string;
  members: string[];
  /** Default: `public`. */
  kind?: 'public' | 'private' | 'im' | 'mpim';
}

export interface FakeUsergroup {
  id: string;
  handle: string;
  name: string;
  users: string[];
}

export interface FakeWorkspaceSeed {
  users: FakeUser[];
  channels: FakeChannel[];
  usergroups: FakeUsergroup[];
}

/** A message as the Web API gives it, with the fields that are always there. */
export interface FakeMessage extends JsonObject {
  type: 'message';
  ts: string;
  user: string;
  text: string;
}

/** A view as Slack stores it. */
export interface FakeView extends JsonObject {
  id: string;
  type: string;
  blocks: JsonObject[];
  hash: string;
}

/** Thrown by Web API methods of the fake; becomes `{ ok: false, error }`. */
export class SlackApiError extends Error {
  readonly slackError: string;

  constructor(slackError: string) {
    super(slackError);
    this.slackError = slackError;
  }
}

export const TEAM = { id: 'T01ACME', name: 'Acme', domain: 'acme' } as const;
export const APP_ID = 'A01APP';
export const BOT = { userId: LOCAL_BOT_USER_ID, botId: 'B0BOT', name: 'baton' } as const;

/** The people and channels that a fake has unless it is told otherwise: those of the local workspace. */
export const DEFAULT_SEED: FakeWorkspaceSeed = {
  users: LOCAL_PEOPLE.map(({ real_name, ...person }) => ({ ...person, realName: real_name })),
  channels: LOCAL_CHANNELS.map((channel) => ({
    ...channel,
    members: [...LOCAL_PEOPLE.map(({ id }) => id), LOCAL_BOT_USER_ID],
  })),
  usergroups: [],
};

/** What the fake Slack remembers: people, conversations and messages. */
export class FakeWorkspace {
  readonly clock: Clock;
  readonly users = new Map<string, FakeUser>();
  readonly channels = new Map<string, FakeChannel>();
  readonly usergroups: FakeUsergroup[];
  private readonly messagesByChannel = new Map<string, FakeMessage[]>();
  private readonly ephemeralMessages: { channel: string; recipient: string; message: FakeMessage }[] = [];
  private sequence = 0;

  constructor(clock: Clock, seed: FakeWorkspaceSeed) {
    this.clock = clock;
    const bot: FakeUser = { id: BOT.userId, name: BOT.name, realName: BOT.name, isBot: true };
    for (const user of [bot, ...seed.users]) this.users.set(user.id, user);
    for (const channel of seed.channels) this.channels.set(channel.id, structuredClone(channel));
    this.usergroups = structuredClone(seed.usergroups);
  }

  /** A number that never comes back in this workspace. */
  nextSequence(): number {
    this.sequence += 1;
    return this.sequence;
  }

  /** A message time stamp, unique and rising. */
  nextTs(): string {
    const seconds = Math.floor(this.clock.now().getTime() / 1_000);
    return `${seconds}.${String(this.nextSequence()).padStart(6, '0')}`;
  }

  requireUser(id: string): FakeUser {
    const user = this.users.get(id);
    if (user === undefined) throw new SlackApiError('user_not_found');
    return user;
  }

  /** Finds a channel by id or `#name`; a user's id stands for the direct message with that user. */
  requireChannel(idOrName: string): FakeChannel {
    if (this.users.has(idOrName)) return this.openDirectMessage([idOrName]);
    const byName = [...this.channels.values()].find((channel) => `#${channel.name}` === idOrName);
    const channel = this.channels.get(idOrName) ?? byName;
    if (channel === undefined) throw new SlackApiError('channel_not_found');
    return channel;
  }

  /** The conversation between the bot and these people; made at the first call. */
  openDirectMessage(userIds: string[]): FakeChannel {
    const members = [BOT.userId, ...userIds.map((id) => this.requireUser(id).id)].sort();
    const key = members.join(',');
    const isDirect = (channel: FakeChannel): boolean => channel.kind === 'im' || channel.kind === 'mpim';
    const existing = [...this.channels.values()].find(
      (channel) => isDirect(channel) && [...channel.members].sort().join(',') === key,
    );
    if (existing !== undefined) return existing;
    const kind = userIds.length === 1 ? 'im' : 'mpim';
    const id = `${kind === 'im' ? 'D' : 'G'}${userIds.join('')}`;
    const channel: FakeChannel = { id, name: kind === 'im' ? 'directmessage' : 'mpdm', members, kind };
    this.channels.set(id, channel);
    return channel;
  }

  messages(channelId: string): FakeMessage[] {
    return this.messagesByChannel.get(channelId) ?? [];
  }

  findMessage(channelId: string, ts: string): FakeMessage | undefined {
    return this.messages(channelId).find((message) => message.ts === ts);
  }

  requireMessage(channelId: string, ts: string): FakeMessage {
    const message = this.findMessage(channelId, ts);
    if (message === undefined) throw new SlackApiError('message_not_found');
    return message;
  }

  /** Stores a message; a reply is counted at its parent. */
  addMessage(channelId: string, message: FakeMessage): void {
    this.messagesByChannel.set(channelId, [...this.messages(channelId), message]);
    const threadTs = toText(message.thread_ts);
    const parent = threadTs === '' ? undefined : this.findMessage(channelId, threadTs);
    if (parent === undefined || parent === message) return;
    parent.thread_ts = threadTs;
    parent.reply_count = Number(parent.reply_count ?? 0) + 1;
    parent.latest_reply = message.ts;
  }

  removeMessage(channelId: string, ts: string): void {
    const rest = this.messages(channelId).filter((message) => message.ts !== ts);
    this.messagesByChannel.set(channelId, rest);
  }

  addEphemeral(channel: string, recipient: string, message: FakeMessage): void {
    this.ephemeralMessages.push({ channel, recipient, message });
  }

  removeEphemeral(ts: string): void {
    const index = this.ephemeralMessages.findIndex(({ message }) => message.ts === ts);
    if (index >= 0) this.ephemeralMessages.splice(index, 1);
  }

  /** What only this person saw, oldest first; in one channel or in all. */
  ephemerals(recipient: string, channelId?: string): FakeMessage[] {
    return this.ephemeralMessages
      .filter((entry) => entry.recipient === recipient && (channelId ?? entry.channel) === entry.channel)
      .map((entry) => entry.message);
  }
}
