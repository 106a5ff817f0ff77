import type { Trigger, TriggerOf } from '../../domain/trigger.ts';
import {
  type SourceDecision,
  type SourceFacts,
  decideOnMessage,
  decideOnReaction,
  mayMeanReaction,
} from '../../domain/triggers/decide-source.ts';
import type { TriggerSource } from '../../engine/triggers/triggers.ts';
import { AppError } from '../../errors.ts';
import type { SlackConnection } from '../connection.ts';
import { plainTextOf } from '../message-text.ts';
import type { ChannelMessage, PutReaction } from './read-source.ts';

type Connection = Pick<SlackConnection, 'directory' | 'identity'>;

/** A trigger that a message or reaction came to. */
export interface Matched {
  trigger: TriggerOf<'message'> | TriggerOf<'reaction'>;
  decision: Exclude<SourceDecision, { kind: 'none' }>;
  /** The text that it was held against. */
  text: string;
}

/** The triggers that listen to the channel of a message; without a query when those of the org are known. */
export async function findMessageTriggers(
  source: TriggerSource,
  orgId: string,
  { channelId }: ChannelMessage,
): Promise<TriggerOf<'message'>[]> {
  return (await source.listEnabled(orgId, ['message']))
    .filter((trigger) => trigger.kind === 'message')
    .filter(({ settings: { channels } }) => channels.length === 0 || channels.includes(channelId));
}

/** The triggers that mean the message, or almost. Never the bot's own. */
export async function matchMessage(
  connection: Connection,
  listening: readonly TriggerOf<'message'>[],
  source: ChannelMessage,
): Promise<Matched[]> {
  if (await isOwn(connection, source)) return [];
  const triggers = await thatMayHear(connection, listening, source);
  if (triggers.length === 0) return [];
  const [text, by, mentionsBot] = await Promise.all([
    plainTextOf(connection.directory, source.message),
    groupsOf(connection, source.userId, triggers),
    mentionsBotIn(connection, source.rawText),
  ]);
  const { channelId, isReply, botId } = source;
  const facts: SourceFacts = { channelId, text, isByBot: botId !== null, isReply, mentionsBot, by };
  return decisionsOf(triggers, text, (trigger) => decideOnMessage(trigger, facts));
}

/** The triggers that may mean the reaction; which ones do is known with the message. */
export async function findReactionTriggers(
  source: TriggerSource,
  orgId: string,
  reaction: PutReaction,
): Promise<TriggerOf<'reaction'>[]> {
  return (await source.listEnabled(orgId, ['reaction']))
    .filter((trigger) => trigger.kind === 'reaction')
    .filter((trigger) => mayMeanReaction(trigger, reaction));
}

/** The triggers that mean the reaction, or almost. Never the bot's own. */
export async function matchReaction(
  connection: Connection,
  listening: readonly TriggerOf<'reaction'>[],
  { reaction, source }: { reaction: PutReaction; source: ChannelMessage },
): Promise<Matched[]> {
  if (reaction.userId === (await connection.identity.get()).botUserId) return [];
  const triggers = await thatMayHear(connection, listening, source);
  if (triggers.length === 0) return [];
  const [text, by, mentionsBot, isByBot] = await Promise.all([
    plainTextOf(connection.directory, source.message),
    groupsOf(connection, reaction.userId, triggers),
    mentionsBotIn(connection, source.rawText),
    isBot(connection, reaction.userId),
  ]);
  const { channelId, isReply } = source;
  const facts: SourceFacts = { channelId, text, isByBot, isReply, mentionsBot, by };
  return decisionsOf(triggers, text, (trigger) => decideOnReaction(trigger, facts));
}

/** A trigger that names no channels listens to the public ones only; private ones are named by somebody who is in them. */
async function thatMayHear<T extends Matched['trigger']>(
  { directory }: Connection,
  triggers: readonly T[],
  { channelId, channelType }: ChannelMessage,
): Promise<readonly T[]> {
  if (triggers.every(({ settings }) => settings.channels.length > 0)) return triggers;
  const isPublic =
    channelType === null ? await directory.isPublicChannel(channelId) : channelType === 'channel';
  return isPublic ? triggers : triggers.filter(({ settings }) => settings.channels.length > 0);
}

function decisionsOf<T extends Matched['trigger']>(
  triggers: readonly T[],
  text: string,
  decide: (trigger: T) => SourceDecision,
): Matched[] {
  return triggers.flatMap((trigger) => {
    const decision = decide(trigger);
    return decision.kind === 'none' ? [] : [{ trigger, decision, text }];
  });
}

async function isOwn({ identity }: Connection, { userId, botId }: ChannelMessage): Promise<boolean> {
  const own = await identity.get();
  return userId === own.botUserId || (botId !== null && botId === own.botId);
}

async function mentionsBotIn({ identity }: Connection, text: string): Promise<boolean> {
  const { botUserId } = await identity.get();
  return text.includes(`<@${botUserId}>`) || text.includes(`<@${botUserId}|`);
}

async function isBot({ directory }: Connection, userId: string): Promise<boolean> {
  try {
    return (await directory.account(userId)).bot;
  } catch (error) {
    // Slack does not say: what people do counts.
    if (error instanceof AppError) return false;
    throw error;
  }
}

/** The person, with the groups among those that the triggers name. */
async function groupsOf(
  { directory }: Connection,
  userId: string | null,
  triggers: readonly Trigger[],
): Promise<string[]> {
  if (userId === null) return [];
  const named = triggers.flatMap((trigger) => ('from' in trigger.settings ? trigger.settings.from : []));
  const groupIds = [...new Set(named.filter((id) => id.startsWith('S')))];
  const isIn = await Promise.all(
    groupIds.map(async (id) => (await directory.userIdsOf(`<!subteam^${id}>`)).includes(userId)),
  );
  return [userId, ...groupIds.filter((_id, index) => isIn[index])];
}
