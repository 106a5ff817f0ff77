import type { SlackValues } from '../../domain/triggers/slack-source.ts';
import { AppError } from '../../errors.ts';
import type { SlackConnection } from '../connection.ts';
import type { ChannelMessage, PutReaction } from './read-source.ts';

/** What the templates of a mapping read of a message. */
export async function slackValuesOf(
  { directory, identity }: Pick<SlackConnection, 'directory' | 'identity'>,
  { source, text, reaction }: { source: ChannelMessage; text: string; reaction: PutReaction | null },
  groups: Record<string, string>,
): Promise<SlackValues> {
  const { channelId, ts, threadTs, isReply, userId, botId, message } = source;
  const { url } = await identity.get();
  const path = `${url}archives/${channelId}/p${ts.replace('.', '')}`;
  const username = typeof message.username === 'string' ? message.username : null;
  return {
    message: {
      text,
      author: userId ?? botId ?? '',
      authorName: username ?? (userId === null ? null : await nameOf(directory, userId)) ?? botId ?? '',
      channel: channelId,
      ts,
      thread: threadTs,
      link: isReply ? `${path}?thread_ts=${threadTs}&cid=${channelId}` : path,
    },
    groups,
    reaction: reaction === null ? null : { name: reaction.reaction, by: reaction.userId },
  };
}

async function nameOf(directory: SlackConnection['directory'], userId: string): Promise<string> {
  try {
    return (await directory.person(userId)).name ?? userId;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return userId;
  }
}
