import type { WebClient } from '@slack/web-api';
import type { Clock } from '../../clock.ts';
import { RetryableError } from '../../errors.ts';
import { SlackRefused, callSlack } from '../slack-call.ts';
import { createTtlCache } from '../ttl-cache.ts';

export interface Channels {
  /** Among the channels that the bot can see. @param name lower case, without `#` @throws as `callSlack` */
  idByName(name: string): Promise<string | null>;
  /** Without `#`; null for a channel that the bot cannot see. @throws as `callSlack` */
  nameById(channelId: string): Promise<string | null>;
  /** Whether everybody in the workspace may read it. False also for one that the bot cannot see. @throws as `callSlack` */
  isPublic(channelId: string): Promise<boolean>;
  /** False also for a channel that the bot cannot see. @throws as `callSlack` */
  hasMember(channelId: string, userId: string): Promise<boolean>;
  /** Whether the bot is in it; true also where Slack does not say. @throws as `callSlack` */
  hasBot(channelId: string): Promise<boolean>;
}

const namesTtlMs = 300_000;
/** Who may decide depends on it, so it is asked anew soon. */
const membersTtlMs = 30_000;
const maxMemberLists = 200;
/** A channel can be made private later. */
const kindsTtlMs = 60_000;
const maxKinds = 2_000;
const pageSize = 1_000;
const maxPages = 50;
const unseen = new Set(['channel_not_found', 'not_in_channel', 'missing_scope']);
/** Slack's word for not being able to list a channel's members at the moment. */
const membersFailed = 'fetch_members_failed';

export function createChannels(client: WebClient, clock: Clock): Channels {
  const names = createTtlCache<Map<string, string>>({ clock, ttlMs: namesTtlMs, maxEntries: 1 });
  const members = createTtlCache<Set<string>>({ clock, ttlMs: membersTtlMs, maxEntries: maxMemberLists });
  const publicOnes = createTtlCache<boolean>({ clock, ttlMs: kindsTtlMs, maxEntries: maxKinds });
  return {
    idByName: async (name) => {
      const known = await names.getOrLoad('all', () => listNames(client));
      return known.get(name) ?? null;
    },
    nameById: async (channelId) => {
      const known = await names.getOrLoad('all', () => listNames(client));
      return [...known].find(([, id]) => id === channelId)?.[0] ?? null;
    },
    isPublic: (channelId) => publicOnes.getOrLoad(channelId, () => askIfPublic(client, channelId)),
    hasMember: async (channelId, userId) => {
      const list = await members.getOrLoad(channelId, () => listMembers(client, channelId));
      return list.has(userId);
    },
    hasBot: (channelId) => askIfBotIsIn(client, channelId),
  };
}

async function listNames(client: WebClient): Promise<Map<string, string>> {
  try {
    return await listNamesOf(client, 'public_channel,private_channel');
  } catch (error) {
    // Without the scope for private channels, the public ones are still to be found.
    if (error instanceof SlackRefused && error.slackError === 'missing_scope')
      return listNamesOf(client, 'public_channel');
    throw error;
  }
}

async function listNamesOf(client: WebClient, types: string): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  let cursor = '';
  for (let page = 0; page < maxPages; page += 1) {
    const answer = await callSlack(() =>
      client.conversations.list({
        types,
        exclude_archived: true,
        limit: pageSize,
        ...(cursor === '' ? {} : { cursor }),
      }),
    );
    for (const { id, name } of answer.channels ?? []) {
      if (id !== undefined && name !== undefined) ids.set(name.toLowerCase(), id);
    }
    cursor = answer.response_metadata?.next_cursor ?? '';
    if (cursor === '') break;
  }
  return ids;
}

async function askIfPublic(client: WebClient, channelId: string): Promise<boolean> {
  try {
    const { channel } = await callSlack(() => client.conversations.info({ channel: channelId }));
    return channel?.is_private === false && channel.is_im !== true && channel.is_mpim !== true;
  } catch (error) {
    if (!(error instanceof SlackRefused) || !unseen.has(error.slackError)) throw error;
    return false;
  }
}

/** Asked anew each time: whoever reads that it is not there invites it, and looks again. */
async function askIfBotIsIn(client: WebClient, channelId: string): Promise<boolean> {
  try {
    const { channel } = await callSlack(() => client.conversations.info({ channel: channelId }));
    return channel?.is_member !== false;
  } catch (error) {
    if (!(error instanceof SlackRefused)) throw error;
    return error.slackError !== 'channel_not_found' && error.slackError !== 'not_in_channel';
  }
}

async function listMembers(client: WebClient, channelId: string): Promise<Set<string>> {
  const ids = new Set<string>();
  let cursor = '';
  try {
    for (let page = 0; page < maxPages; page += 1) {
      const answer = await callSlack(() =>
        client.conversations.members({
          channel: channelId,
          limit: pageSize,
          ...(cursor === '' ? {} : { cursor }),
        }),
      );
      for (const id of answer.members ?? []) ids.add(id);
      cursor = answer.response_metadata?.next_cursor ?? '';
      if (cursor === '') break;
    }
  } catch (error) {
    if (!(error instanceof SlackRefused)) throw error;
    if (error.slackError === membersFailed)
      throw new RetryableError('Slack cannot say at the moment who is in the channel.', { cause: error });
    if (!unseen.has(error.slackError)) throw error;
  }
  return ids;
}
