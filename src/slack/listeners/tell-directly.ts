import type { SlackConnection } from '../connection.ts';
import { RetryableError } from '../../errors.ts';
import type { TellDirectly } from './reply/reply.ts';

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
