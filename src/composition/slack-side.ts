import type { AppBase } from './app-base.ts';
import type { Config } from '../config.ts';
import { type ManyWorkspaces, createManyWorkspaces } from './create-many-workspaces.ts';
import type { FindDirectory } from '../engine/people/identify-person.ts';
import type { AccountSource } from '../engine/people/members.ts';
import type { LocalServices } from '../local/local-services.ts';
import { createSlackConnection, type SlackConnection } from '../slack/connection.ts';
import { type SlackConnections, singleConnection } from '../slack/connections.ts';
import type { OneWorkspace, SlackInbound } from '../slack-config.ts';
import type { FindChannels } from '../engine/triggers/channel-access.ts';

/** How to reach Slack, and what speaks to it. */
export interface SlackSide {
  inbound: SlackInbound;
  apiUrl: { slackApiUrl: string } | Record<string, never>;
  connections: SlackConnections;
  /** The one that there is with one workspace; null with many. */
  single: SlackConnection | null;
  /** Null with one workspace. */
  many: ManyWorkspaces | null;
}

/** Nothing is sent yet. Null when there is no Slack to speak to. */
export function slackSideOf(base: AppBase): SlackSide | null {
  const { config, local, clock, logger, meters } = base;
  const url = local.slack?.apiUrl ?? config.slackApiUrl;
  const apiUrl = url === undefined ? {} : { slackApiUrl: url };
  if (config.slack.kind === 'many') {
    const { app, inbound } = config.slack;
    const many = createManyWorkspaces(base, app, apiUrl);
    return { inbound, apiUrl, connections: many.connections, single: null, many };
  }
  const one = oneWorkspace(config.slack, local);
  if (one === null) return null;
  const { botToken } = one;
  const meterParts = { meter: meters.slack, counters: meters.counters.slack };
  const single = createSlackConnection({ botToken, clock, logger, ...meterParts, ...apiUrl });
  return { inbound: one, apiUrl, single, connections: singleConnection(single, botToken), many: null };
}

function oneWorkspace(
  slack: Exclude<Config['slack'], { kind: 'many' }>,
  local: LocalServices,
): OneWorkspace | null {
  if (slack.kind !== 'local') return slack;
  if (local.slack === null) return null;
  const { botToken, appToken } = local.slack;
  return { kind: 'socket', botToken, appToken };
}

/** Why an org's work is parked, in a sentence; with one workspace it never is. */
export function whyParkedIn(slack: SlackSide | null): {
  whyParked?: (orgId: string) => Promise<string | null>;
} {
  const many = slack?.many ?? null;
  return many === null ? {} : { whyParked: (orgId) => many.connections.whyParked(orgId) };
}

/** What Slack says of people, where it is connected. */
export function accountsOf(slack: SlackSide | null): AccountSource | null {
  if (slack === null) return null;
  const { connections } = slack;
  return { find: async (orgId, userId) => (await connections.of(orgId)).directory.account(userId) };
}

/** What Slack says of people and groups, where it is connected. */
export function directoriesOf(slack: SlackSide | null): FindDirectory | null {
  if (slack === null) return null;
  const { connections } = slack;
  return async (orgId) => (await connections.of(orgId)).directory;
}

/** What Slack says of channels, where it is connected. */
export function channelsOf(slack: Pick<SlackSide, 'connections'> | null): FindChannels | null {
  if (slack === null) return null;
  const { connections } = slack;
  return async (orgId) => (await connections.of(orgId)).directory;
}
