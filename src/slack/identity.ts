import type { WebClient } from '@slack/web-api';
import { callSlack } from './slack-call.ts';

/** Who the bot is in its workspace. */
export interface BotIdentity {
  teamId: string;
  teamName: string;
  botUserId: string;
  botId: string | null;
  /** What people type to mention it, with `@`. */
  handle: string;
  /** Of the workspace; ends with a slash. */
  url: string;
}

export interface IdentitySource {
  /** Asks Slack once; a failure is not kept. @throws as `callSlack` */
  get(): Promise<BotIdentity>;
  /** What is known without asking. */
  known(): BotIdentity | null;
}

export function createIdentitySource(client: WebClient): IdentitySource {
  let known: BotIdentity | null = null;
  let asking: Promise<BotIdentity> | null = null;

  async function ask(): Promise<BotIdentity> {
    try {
      const answer = await callSlack(() => client.auth.test({}));
      known = {
        teamId: answer.team_id ?? '',
        teamName: answer.team ?? '',
        botUserId: answer.user_id ?? '',
        botId: answer.bot_id ?? null,
        handle: `@${answer.user ?? 'baton'}`,
        url: answer.url ?? 'https://app.slack.com/',
      };
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
