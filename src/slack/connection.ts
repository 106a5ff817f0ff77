import type { WebClient } from '@slack/web-api';
import type { Clock } from '../clock.ts';
import type { BotIdentity } from '../domain/installation.ts';
import type { Logger } from '../logger.ts';
import { type SlackCounters, createSlackCounters } from './counters.ts';
import { type Directory, createDirectory } from './directory.ts';
import { type IdentitySource, createIdentitySource } from './identity.ts';
import { type Messenger, createMessenger } from './messenger.ts';
import { createPacer } from './pacer.ts';
import type { SlackMeter } from './slack-meter.ts';
import { createWebClient } from './web-client.ts';

/** Everything that speaks to one workspace's Web API. The performer and the listeners share it. */
export interface SlackConnection {
  client: WebClient;
  identity: IdentitySource;
  directory: Directory;
  messenger: Messenger;
  counters: SlackCounters;
}

export interface ConnectionOptions {
  botToken: string;
  /** Ends with a slash. Default: Slack's own. */
  slackApiUrl?: string;
  /** Who the bot is, when that was found out already. Absent: it is asked when it is needed. */
  known?: BotIdentity;
  clock: Clock;
  logger: Logger;
  /** Counts the calls. Absent: nobody does. */
  meter?: SlackMeter;
  /** Where to count what can only be counted. Default: counters of its own. */
  counters?: SlackCounters;
}

/** Makes no call yet. */
export function createSlackConnection(options: ConnectionOptions): SlackConnection {
  const { botToken, slackApiUrl, clock, logger, meter, counters = createSlackCounters() } = options;
  const client = createWebClient(botToken, slackApiUrl, logger, meter);
  const identity = createIdentitySource(client, options.known);
  const pacer = createPacer({ clock });
  return {
    client,
    identity,
    directory: createDirectory({ client, identity, clock }),
    messenger: createMessenger({ client, identity, pacer, counters, logger }),
    counters,
  };
}
