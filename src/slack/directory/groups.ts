import type { WebClient } from '@slack/web-api';
import type { Clock } from '../../clock.ts';
import { SlackRefused, callSlack } from '../slack-call.ts';
import { createTtlCache } from '../ttl-cache.ts';

/** A user group. */
export interface Group {
  groupId: string;
  /** Lower case, without `@`. */
  handle: string;
  userIds: string[];
  /** The channels that its members are put into. */
  channelIds: string[];
}

export interface Groups {
  /** All user groups; none where the workspace has none or the app may not see them. @throws as `callSlack` */
  list(): Promise<Group[]>;
}

/** Short, because who may decide depends on it. */
const ttlMs = 30_000;
/** Workspaces without the feature, or an installation without the scope, simply have no groups. */
const withoutGroups = new Set([
  'missing_scope',
  'unknown_method',
  'paid_teams_only',
  'plan_upgrade_required',
  'method_not_supported',
  'permission_denied',
]);

export function createGroups(client: WebClient, clock: Clock): Groups {
  const cache = createTtlCache<Group[]>({ clock, ttlMs, maxEntries: 1 });
  return { list: () => cache.getOrLoad('all', () => loadGroups(client)) };
}

async function loadGroups(client: WebClient): Promise<Group[]> {
  try {
    const answer = await callSlack(() => client.usergroups.list({ include_users: true }));
    return (answer.usergroups ?? []).flatMap(({ id, handle, users, prefs }) =>
      id === undefined || handle === undefined
        ? []
        : [
            {
              groupId: id,
              handle: handle.toLowerCase(),
              userIds: users ?? [],
              channelIds: prefs?.channels ?? [],
            },
          ],
    );
  } catch (error) {
    if (error instanceof SlackRefused && withoutGroups.has(error.slackError)) return [];
    throw error;
  }
}
