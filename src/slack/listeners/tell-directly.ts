import type { SlackConnection } from '../connection.ts';
import { RetryableError } from '../../errors.ts';
import type { BotDeps } from '../slack-deps.ts';
import type { TellDirectly } from './reply/reply.ts';

/** The same, before it is known whose workspace it is. @throws also NotInstalledError */
export function createTellDirectlyIn(
  { connections, orgIdFor }: Pick<BotDeps, 'connections' | 'orgIdFor'>,
  slackTeamId: string | undefined,
  userId: string,
): TellDirectly {
  return async (message) => {
    const connection = await connections.of(await orgIdFor(slackTeamId ?? ''));
    await createTellDirectly(connection, userId)(message);
  };
}

/** Sends direct messages to one person. @throws RetryableError when Slack does not take them */
export function createTellDirectly({ directory, messenger }: SlackConnection, userId: string): TellDirectly {
  return async (message) => {
    const resolved = await directory.resolve(userId);
    if (resolved.kind !== 'user') return;
    const target = { channelId: resolved.dmChannelId, threadTs: null, label: userId };
    const sent = await messenger.post(target, message, null);
    if (sent.kind !== 'done') throw new RetryableError(sent.error);
  };
}
