import type { WebClient } from '@slack/web-api';
import type { Clock } from '../../clock.ts';
import type { Role } from '../../domain/access.ts';
import { NotFoundError } from '../../errors.ts';
import type { IdentitySource } from '../identity.ts';
import { SlackRefused, callSlack } from '../slack-call.ts';
import { createTtlCache } from '../ttl-cache.ts';

/** What is known of somebody's account. */
export interface Account {
  userId: string;
  /** For showing: the real name. */
  name: string | null;
  /** The account's own handle, lower case, without `@`. People cannot change it to another one's. */
  handle: string;
  /** Lower case. */
  email: string | null;
  deactivated: boolean;
  bot: boolean;
  /** Of the workspace; `guest` for who is of another one. */
  role: Role;
  /** Of another workspace, with which a channel is shared. */
  isOutside: boolean;
  /** A name of the IANA database; null when Slack does not say. */
  timeZone: string | null;
}

export interface People {
  /** @throws NotFoundError, and as `callSlack` */
  byId(userId: string): Promise<Account>;
  /** @throws as `callSlack` */
  byEmail(email: string): Promise<Account | null>;
  /** @throws as `callSlack` */
  byHandle(handle: string): Promise<Account | null>;
  /** The direct message between the bot and a person. @throws as `callSlack` */
  directMessage(userId: string): Promise<string>;
}

interface SlackMember {
  id?: string;
  name?: string;
  real_name?: string;
  deleted?: boolean;
  is_bot?: boolean;
  tz?: string;
  is_admin?: boolean;
  is_owner?: boolean;
  is_primary_owner?: boolean;
  /** A guest of several channels. */
  is_restricted?: boolean;
  /** A guest of one channel. */
  is_ultra_restricted?: boolean;
  /** The workspace that the account is of. */
  team_id?: string;
  /** With an enterprise: the workspaces of it that the person is in. */
  enterprise_user?: { teams?: string[] };
  profile?: { email?: string; real_name?: string };
}

const accountTtlMs = 300_000;
const directMessageTtlMs = 3_600_000;
const maxEntries = 10_000;
const pageSize = 200;
/** At most 20,000 people are searched by handle; larger workspaces assign by id, email or group. */
const maxPages = 100;

export function createPeople(client: WebClient, identity: IdentitySource, clock: Clock): People {
  const byId = createTtlCache<Account>({ clock, ttlMs: accountTtlMs, maxEntries });
  const idByEmail = createTtlCache<{ userId: string | null }>({ clock, ttlMs: accountTtlMs, maxEntries });
  const idByHandle = createTtlCache<Map<string, string>>({ clock, ttlMs: accountTtlMs, maxEntries: 1 });
  const directMessages = createTtlCache<string>({ clock, ttlMs: directMessageTtlMs, maxEntries });

  async function load(userId: string): Promise<Account> {
    try {
      const { user } = await callSlack(() => client.users.info({ user: userId }));
      const { teamId } = await identity.get();
      return toAccount(user ?? {}, userId, teamId);
    } catch (error) {
      if (!(error instanceof SlackRefused) || error.slackError !== 'user_not_found') throw error;
      throw new NotFoundError('Nobody in this workspace has this Slack id.');
    }
  }

  async function findIdByEmail(email: string): Promise<{ userId: string | null }> {
    try {
      const { user } = await callSlack(() => client.users.lookupByEmail({ email }));
      return { userId: user?.id ?? null };
    } catch (error) {
      if (error instanceof SlackRefused && error.slackError === 'users_not_found') return { userId: null };
      throw error;
    }
  }

  return {
    byId: (userId) => byId.getOrLoad(userId, () => load(userId)),
    byEmail: async (email) => {
      const { userId } = await idByEmail.getOrLoad(email, () => findIdByEmail(email));
      return userId === null ? null : byId.getOrLoad(userId, () => load(userId));
    },
    byHandle: async (handle) => {
      const ids = await idByHandle.getOrLoad('all', () => listHandles(client));
      const userId = ids.get(handle);
      return userId === undefined ? null : byId.getOrLoad(userId, () => load(userId));
    },
    directMessage: (userId) =>
      directMessages.getOrLoad(userId, async () => {
        const { channel } = await callSlack(() => client.conversations.open({ users: userId }));
        return channel?.id ?? userId;
      }),
  };
}

async function listHandles(client: WebClient): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  let cursor = '';
  for (let page = 0; page < maxPages; page += 1) {
    const answer = await callSlack(() =>
      client.users.list({ limit: pageSize, ...(cursor === '' ? {} : { cursor }) }),
    );
    for (const { id, name, deleted } of answer.members ?? []) {
      if (id !== undefined && name !== undefined && deleted !== true) ids.set(name.toLowerCase(), id);
    }
    cursor = answer.response_metadata?.next_cursor ?? '';
    if (cursor === '') break;
  }
  return ids;
}

function toAccount(member: SlackMember, userId: string, teamId: string): Account {
  const { name, real_name: realName, profile } = member;
  const isOutside = isOfAnother(member, teamId);
  return {
    userId: member.id ?? userId,
    name: realName ?? profile?.real_name ?? name ?? null,
    handle: (name ?? '').toLowerCase(),
    email: profile?.email?.toLowerCase() ?? null,
    deactivated: member.deleted === true,
    bot: member.is_bot === true,
    role: isOutside ? 'guest' : roleOf(member),
    isOutside,
    timeZone: member.tz ?? null,
  };
}

function isOfAnother({ team_id: ownId, enterprise_user: enterprise }: SlackMember, teamId: string): boolean {
  if (ownId === undefined || ownId === teamId) return false;
  return enterprise?.teams?.includes(teamId) !== true;
}

function roleOf(member: SlackMember): Role {
  if (member.is_owner === true || member.is_primary_owner === true) return 'owner';
  if (member.is_admin === true) return 'admin';
  return member.is_restricted === true || member.is_ultra_restricted === true ? 'guest' : 'member';
}
