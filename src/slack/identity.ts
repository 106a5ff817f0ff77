import type { WebClient } from '@slack/web-api';
import type { BotIdentity } from '../domain/installation.ts';
import { callSlack } from './slack-call.ts';

export interface IdentitySource {
  /** Asks Slack once; a failure is not kept. @throws as `callSlack` */
  get(): Promise<BotIdentity>;
  /** What is known without asking. */
  known(): BotIdentity | null;
}

/** @param initially what was found out when the app was installed; null: nothing */
export function createIdentitySource(
  client: WebClient,
  initially: BotIdentity | null = null,
): IdentitySource {
  let known = initially;
  let asking: Promise<BotIdentity> | null = null;

  async function ask(): Promise<BotIdentity> {
    try {
      known = await askIdentity(client);
      return known;
    } finally {
      asking = null;
    }
  }

  async function get(): Promise<BotIdentity> {
    if (known !== null) return known;
    asking ??= ask();
    return asking;
  }

  return { get, known: () => known };
}

/** Who Slack says that the bot is. @throws as `callSlack` */
export async function askIdentity(client: WebClient): Promise<BotIdentity> {
  const answer = await callSlack(() => client.auth.test({}));
  return {
    teamId: answer.team_id ?? '',
    teamName: answer.team ?? '',
    botUserId: answer.user_id ?? '',
    botId: answer.bot_id ?? null,
    handle: `@${answer.user ?? 'baton'}`,
    url: answer.url ?? 'https://app.slack.com/',
  };
}
