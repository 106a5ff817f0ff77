import type { MessageEvent } from '../answer-words.ts';
import type { SlackMessage } from '../message-text.ts';

/** A message that somebody wrote in a channel. */
export interface ChannelMessage {
  channelId: string;
  ts: string;
  /** The thread that it is in, or would begin. */
  threadTs: string;
  isReply: boolean;
  /** Slack user id; null where a bot or an app wrote it that has none. */
  userId: string | null;
  /** Of the bot that wrote it; null for people. */
  botId: string | null;
  /** As Slack writes it, with its markup. */
  rawText: string;
  /** As Slack calls it: `channel`, or `group` for a private one. Null where the event does not say. */
  channelType: string | null;
  message: SlackMessage;
}

/** An emoji that somebody put on a message in a channel. */
export interface PutReaction {
  channelId: string;
  ts: string;
  userId: string;
  /** Without colons and skin tone. */
  reaction: string;
}

/** Subtypes of messages that somebody wrote. All others tell of edits, deletions, and who joined or left. */
const writtenSubtypes = new Set([undefined, 'file_share', 'thread_broadcast', 'bot_message', 'me_message']);

/** @returns null for what nobody wrote, for edits, and for what was written outside of channels */
export function readChannelMessage(event: MessageEvent & SlackMessage): ChannelMessage | null {
  const { type, subtype, channel, channel_type: kind, ts } = event;
  if (type !== 'message' && type !== 'app_mention') return null;
  if (!writtenSubtypes.has(subtype as string | undefined)) return null;
  if (kind === 'im' || kind === 'mpim' || typeof channel !== 'string' || typeof ts !== 'string') return null;
  return readMessage(channel, event);
}

/** A message as Slack's Web API gives it. @returns null for what nobody wrote */
export function readMessage(channelId: string, message: MessageEvent & SlackMessage): ChannelMessage | null {
  const { subtype, bot_id: botId, user, thread_ts: thread, ts, text, channel_type: kind } = message;
  if (typeof ts !== 'string' || !writtenSubtypes.has(subtype as string | undefined)) return null;
  const threadTs = typeof thread === 'string' ? thread : ts;
  return {
    channelId,
    ts,
    threadTs,
    isReply: threadTs !== ts,
    userId: typeof user === 'string' ? user : null,
    botId: typeof botId === 'string' ? botId : null,
    rawText: typeof text === 'string' ? text : '',
    channelType: typeof kind === 'string' ? kind : null,
    message,
  };
}

/** @returns null for a reaction on something else than a message */
export function readReaction(event: {
  type?: unknown;
  user?: unknown;
  reaction?: unknown;
  item?: unknown;
}): PutReaction | null {
  const { type, user, reaction, item } = event;
  if (type !== 'reaction_added' || typeof user !== 'string' || typeof reaction !== 'string') return null;
  const { type: kind, channel, ts } = (item ?? {}) as Record<string, unknown>;
  if (kind !== 'message' || typeof channel !== 'string' || typeof ts !== 'string') return null;
  if (channel.startsWith('D')) return null;
  return { channelId: channel, ts, userId: user, reaction: reaction.split('::')[0] ?? reaction };
}
