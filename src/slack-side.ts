import type { AppBase } from './app-base.ts';
import type { Config } from './config.ts';
import type { FindDirectory } from './engine/identify-person.ts';
import type { AccountSource } from './engine/members.ts';
import type { LocalServices } from './local/local-services.ts';
import { createSlackConnection, type SlackConnection } from './slack/connection.ts';
import { type SlackConnections, singleConnection } from './slack/connections.ts';
import type { SlackMode } from './slack/slack-deps.ts';

/** How to reach Slack, and what speaks to it. */
export interface SlackSide {
  mode: SlackMode;
  apiUrl: { slackApiUrl: string } | Record<string, never>;
  connections: SlackConnections;
  /** The one that there is when there is only one. */
  connection: SlackConnection;
}

/** Nothing is sent yet. Null when there is no Slack to speak to. */
export function slackSideOf({ config, local, clock, logger, meters }: AppBase): SlackSide | null {
  const mode = slackModeOf(config, local);
  if (mode === null) return null;
  const url = local.slack?.apiUrl ?? config.slackApiUrl;
  const apiUrl = url === undefined ? {} : { slackApiUrl: url };
  const { botToken } = mode;
  const meterParts = { meter: meters.slack, counters: meters.counters.slack };
  const connection = createSlackConnection({ botToken, clock, logger, ...meterParts, ...apiUrl });
  return { mode, apiUrl, connection, connections: singleConnection(connection, botToken) };
}

function slackModeOf({ slack }: Config, local: LocalServices): SlackMode | null {
  if (slack.kind !== 'local') return slack;
  if (local.slack === null) return null;
  const { botToken, appToken } = local.slack;
  return { kind: 'socket', botToken, appToken };
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
