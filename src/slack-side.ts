import type { AppBase } from './app-base.ts';
import type { Config } from './config.ts';
import type { AccountSource } from './engine/members.ts';
import type { LocalServices } from './local/local-services.ts';
import { createSlackConnection, type SlackConnection } from './slack/connection.ts';
import type { SlackMode } from './slack/slack-deps.ts';

/** How to reach Slack, and what speaks to it. */
export interface SlackSide {
  mode: SlackMode;
  apiUrl: { slackApiUrl: string } | Record<string, never>;
  connection: SlackConnection;
}

/** Nothing is sent yet. Null when there is no Slack to speak to. */
export function slackSideOf({ config, local, clock, logger, meters }: AppBase): SlackSide | null {
  const mode = slackModeOf(config, local);
  if (mode === null) return null;
  const url = local.slack?.apiUrl ?? config.slackApiUrl;
  const apiUrl = url === undefined ? {} : { slackApiUrl: url };
  return {
    mode,
    apiUrl,
    connection: createSlackConnection({
      botToken: mode.botToken,
      clock,
      logger,
      meter: meters.slack,
      counters: meters.counters.slack,
      ...apiUrl,
    }),
  };
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
  return { find: (_orgId, userId) => slack.connection.directory.account(userId) };
}
