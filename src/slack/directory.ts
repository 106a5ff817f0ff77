import type { WebClient } from '@slack/web-api';
import type { Clock } from '../clock.ts';
import type { Person } from '../domain/actor.ts';
import { type Recipient, parseRecipient } from '../domain/recipient.ts';
import { AppError, NotFoundError } from '../errors.ts';
import { type Channels, createChannels } from './directory/channels.ts';
import { type Groups, createGroups } from './directory/groups.ts';
import { type Account, type People, createPeople } from './directory/people.ts';
import { explainSlackError } from './explain-slack-error.ts';
import type { IdentitySource } from './identity.ts';
import { SlackRefused } from './slack-call.ts';

/** Where Slack can reach who is meant by an entry of `assignees`. */
export type Resolved =
  | { kind: 'user'; userId: string; dmChannelId: string }
  | { kind: 'channel'; channelId: string }
  /** `channelIds`: the group's own channels, which its members are in. */
  /** `userIds`: who is in it now. */
  | { kind: 'group'; groupId: string; channelIds: string[]; userIds: string[] }
  /**
   * Nobody who can be reached; `reason` is for a person and says what to do. `deactivated`: they were there, and
   * have left.
   */
  | { kind: 'unknown'; reason: string; deactivated?: true };

/**
 * Finds people and channels. What it finds is kept for some minutes, within bounds.
 *
 * Everything here throws as `callSlack` when Slack cannot be asked: `RetryableError` for now,
 * `SlackRefused` for good.
 */
export interface Directory {
  /** Without groups and channels. @throws NotFoundError */
  person(userId: string): Promise<Person>;
  /** With the groups that they are in. @throws NotFoundError */
  personInGroups(userId: string): Promise<Person>;
  /** With what is needed to tell whether the person is among the assignees. @throws NotFoundError */
  personFor(userId: string, assignees: readonly string[]): Promise<Person>;
  resolve(recipientText: string): Promise<Resolved>;
  /** Slack user ids of the people and user groups that are meant, as far as Slack says now; none for channels. Never throws. */
  userIdsOf(recipientText: string): Promise<string[]>;
  /** How Slack shows a person, a channel or a user group, by its id. Null for what it does not know. Never throws. */
  labelOf(id: string): Promise<string | null>;
  /** False also for a channel that the bot cannot see. */
  isPublicChannel(channelId: string): Promise<boolean>;
  /** False also for a channel that the bot cannot see. */
  isInChannel(channelId: string, userId: string): Promise<boolean>;
  /** Whether the bot is in the channel; true also where Slack does not say. */
  hasBot(channelId: string): Promise<boolean>;
  /** What Slack says of somebody's account. @throws NotFoundError */
  account(userId: string): Promise<Account>;
}

export interface DirectoryDeps {
  client: WebClient;
  identity: IdentitySource;
  clock: Clock;
}

export function createDirectory(deps: DirectoryDeps): Directory {
  return new SlackDirectory(deps);
}

class SlackDirectory implements Directory {
  readonly #people: People;
  readonly #groups: Groups;
  readonly #channels: Channels;
  readonly #identity: IdentitySource;

  constructor({ client, identity, clock }: DirectoryDeps) {
    this.#people = createPeople(client, identity, clock);
    this.#groups = createGroups(client, clock);
    this.#channels = createChannels(client, clock);
    this.#identity = identity;
  }

  async person(userId: string): Promise<Person> {
    const { name, email, handle } = await this.#people.byId(userId);
    return { kind: 'person', userId, name, email, handles: handle === '' ? [] : [handle], channels: [] };
  }

  account(userId: string): Promise<Account> {
    return this.#people.byId(userId);
  }

  isPublicChannel(channelId: string): Promise<boolean> {
    return this.#channels.isPublic(channelId);
  }

  isInChannel(channelId: string, userId: string): Promise<boolean> {
    return this.#channels.hasMember(channelId, userId);
  }

  hasBot(channelId: string): Promise<boolean> {
    return this.#channels.hasBot(channelId);
  }

  async personInGroups(userId: string): Promise<Person> {
    const person = await this.person(userId);
    return { ...person, handles: await this.#handlesOf(person) };
  }

  async personFor(userId: string, assignees: readonly string[]): Promise<Person> {
    const person = await this.person(userId);
    const recipients = assignees.map(parseRecipient).filter((recipient) => recipient !== null);
    const [handles, channels] = await Promise.all([
      recipients.some(({ kind }) => kind === 'handle') ? this.#handlesOf(person) : person.handles,
      this.#channelsOf(userId, recipients),
    ]);
    return { ...person, handles, channels };
  }

  async resolve(recipientText: string): Promise<Resolved> {
    const recipient = parseRecipient(recipientText);
    if (recipient === null) return unknown(`“${recipientText}” names nobody in Slack.`);
    try {
      return await this.#resolve(recipient);
    } catch (error) {
      if (error instanceof NotFoundError) return unknown(`${recipientText}: ${error.message}`);
      if (!(error instanceof SlackRefused)) throw error;
      const place = { label: recipientText, botHandle: this.#identity.known()?.handle ?? '@baton' };
      return unknown(explainSlackError(error.slackError, place, error.needed));
    }
  }

  async userIdsOf(recipientText: string): Promise<string[]> {
    const recipient = parseRecipient(recipientText);
    try {
      switch (recipient?.kind) {
        case 'user':
          return [recipient.userId];
        case 'email':
          return idsOf(await this.#people.byEmail(recipient.email));
        case 'handle': {
          const group = await this.#findGroup(recipient.handle);
          return group?.userIds ?? idsOf(await this.#people.byHandle(recipient.handle));
        }
        case 'channel':
        case 'channel-name':
        case undefined:
          return [];
      }
    } catch (error) {
      if (error instanceof AppError) return [];
      throw error;
    }
  }

  async labelOf(id: string): Promise<string | null> {
    try {
      if (/^[UW]/.test(id)) return (await this.#people.byId(id)).name;
      if (id.startsWith('S')) {
        const group = await this.#findGroup(id);
        return group === undefined ? null : `@${group.handle}`;
      }
      const channel = await this.#channels.nameById(id);
      return channel === null ? null : `#${channel}`;
    } catch (error) {
      if (error instanceof AppError) return null;
      throw error;
    }
  }

  async #resolve(recipient: Recipient): Promise<Resolved> {
    switch (recipient.kind) {
      case 'user':
        return this.#reach(await this.#people.byId(recipient.userId));
      case 'email': {
        const account = await this.#people.byEmail(recipient.email);
        if (account !== null) return this.#reach(account);
        return unknown(`Nobody in this workspace has the address ${recipient.email}.`);
      }
      case 'handle':
        return this.#resolveHandle(recipient.handle);
      case 'channel':
        return { kind: 'channel', channelId: recipient.channelId };
      case 'channel-name': {
        const channelId = await this.#channels.idByName(recipient.name);
        if (channelId !== null) return { kind: 'channel', channelId };
        const botHandle = this.#identity.known()?.handle ?? '@baton';
        return unknown(explainSlackError('channel_not_found', { label: `#${recipient.name}`, botHandle }));
      }
    }
  }

  /** A user group comes before a person of the same handle, here and in `#handlesOf`. */
  async #resolveHandle(handle: string): Promise<Resolved> {
    const group = await this.#findGroup(handle);
    if (group !== undefined) {
      const { groupId, channelIds, userIds } = group;
      return { kind: 'group', groupId, channelIds, userIds };
    }
    const account = await this.#people.byHandle(handle);
    if (account !== null) return this.#reach(account);
    return unknown(
      `I find neither a user group nor a person with the handle @${handle}: use an email or choose a person.`,
    );
  }

  async #reach({ userId, name, deactivated, bot }: Account): Promise<Resolved> {
    const label = name ?? userId;
    if (deactivated) {
      const reason = `The account of ${label} is deactivated: assign somebody else.`;
      return { kind: 'unknown', reason, deactivated: true };
    }
    if (bot) return unknown(`${label} is a bot, and bots cannot be asked: assign a person.`);
    return { kind: 'user', userId, dmChannelId: await this.#people.directMessage(userId) };
  }

  async #findGroup(handleOrId: string): Promise<Awaited<ReturnType<Groups['list']>>[number] | undefined> {
    const groups = await this.#groups.list();
    return groups.find(({ groupId, handle }) => groupId === handleOrId || handle === handleOrId);
  }

  /** Handles and ids of the groups that the person is in, and their own handle unless a group has it too. */
  async #handlesOf(person: Person): Promise<string[]> {
    const groups = await this.#groups.list();
    const mine = groups.filter(({ userIds }) => userIds.includes(person.userId));
    const own = person.handles.filter((handle) => !groups.some((group) => group.handle === handle));
    return [...own, ...mine.flatMap(({ groupId, handle }) => [groupId, handle])];
  }

  /** Of the channels among the recipients, those that the person is in: ids, and names with `#`. */
  async #channelsOf(userId: string, recipients: readonly Recipient[]): Promise<string[]> {
    const found: string[] = [];
    for (const recipient of recipients) {
      if (recipient.kind !== 'channel' && recipient.kind !== 'channel-name') continue;
      const isNamed = recipient.kind === 'channel-name';
      const channelId = isNamed ? await this.#channels.idByName(recipient.name) : recipient.channelId;
      if (channelId === null || !(await this.#channels.hasMember(channelId, userId))) continue;
      found.push(channelId, ...(isNamed ? [`#${recipient.name}`] : []));
    }
    return found;
  }
}

function idsOf(account: Account | null): string[] {
  return account === null ? [] : [account.userId];
}

function unknown(reason: string): Resolved {
  return { kind: 'unknown', reason };
}
