/** The bot's own ids and secrets in the local Slack workspace. */
export interface LocalSlackCredentials {
  botToken: string;
  appToken: string;
  signingSecret: string;
}

/** How the local Slack reaches the bot: over the bot's own socket, or by POSTing to it. */
export type LocalSlackDelivery = { mode: 'socket' } | { mode: 'events'; requestUrl: string };

export const LOCAL_BOT_USER_ID = 'U0BOT';

export const LOCAL_PEOPLE = [
  { id: 'U01ANA', name: 'ana', real_name: 'Ana Ruiz', email: 'ana@example.com' },
  { id: 'U01BO', name: 'bo', real_name: 'Bo Chen', email: 'bo@example.com' },
  { id: 'U01CHI', name: 'chi', real_name: 'Chi Okafor', email: 'chi@example.com' },
] as const;

export const LOCAL_CHANNELS = [
  { id: 'C01GEN', name: 'general' },
  { id: 'C01ONB', name: 'onboarding' },
  { id: 'C01TRI', name: 'triage' },
] as const;

/** The configuration file of the local Slack: the team Acme, where everybody is in every channel. */
export function localSlackWorkspace(
  credentials: LocalSlackCredentials,
  delivery: LocalSlackDelivery,
): Record<string, unknown> {
  const members = [...LOCAL_PEOPLE.map(({ id }) => id), LOCAL_BOT_USER_ID];
  return {
    workspace: { name: 'Acme', domain: 'acme', teamId: 'T01ACME' },
    app: { appId: 'A01APP', botUserId: LOCAL_BOT_USER_ID, botName: 'baton', ...credentials, ...delivery },
    users: LOCAL_PEOPLE,
    channels: LOCAL_CHANNELS.map((channel) => ({ ...channel, members })),
  };
}
