import type { TriggerOf } from '../trigger.ts';
import { findInText } from './text-match.ts';

/** What a trigger has to know of a message, or of the message that a reaction was put on. */
export interface SourceFacts {
  channelId: string;
  /** As people read it. */
  text: string;
  /** Another bot or an app wrote it, or put the reaction. */
  isByBot: boolean;
  isReply: boolean;
  mentionsBot: boolean;
  /** Ids of the person who wrote it or put the reaction, and of the user groups that they are in. */
  by: readonly string[];
}

/** `skipped`: it was almost meant; `reason` says in a sentence which setting says no. */
export type SourceDecision =
  | { kind: 'fits'; groups: Record<string, string> }
  | { kind: 'skipped'; reason: string }
  | { kind: 'none' };

const none: SourceDecision = { kind: 'none' };

/** Whether a message is meant by the trigger. */
export function decideOnMessage({ settings }: TriggerOf<'message'>, facts: SourceFacts): SourceDecision {
  if (!isIn(settings.channels, facts.channelId)) return none;
  const found = findInText(settings.match, facts.text);
  if (found === null) return none;
  const reason =
    whyNotBy(settings, facts, 'wrote it') ??
    (facts.isReply && !settings.includeReplies
      ? 'It is a reply in a thread, and this trigger takes only messages that begin one.'
      : null) ??
    (settings.mentionsOnly && !facts.mentionsBot ? 'It does not mention the bot.' : null);
  if (reason === null) return { kind: 'fits', groups: found.groups };
  // Whoever takes every message would have every other one in the log.
  return settings.match.by === 'anything' ? none : { kind: 'skipped', reason };
}

/** Whether a reaction is meant by the trigger, before the message is known that it was put on. */
export function mayMeanReaction(
  { settings }: TriggerOf<'reaction'>,
  { reaction, channelId }: { reaction: string; channelId: string },
): boolean {
  return settings.reaction === reaction && isIn(settings.channels, channelId);
}

/** Whether a reaction is meant, once the message is known. */
export function decideOnReaction({ settings }: TriggerOf<'reaction'>, facts: SourceFacts): SourceDecision {
  if (!isIn(settings.channels, facts.channelId)) return none;
  const reason = whyNotBy(settings, facts, 'put the reaction');
  if (reason !== null) return { kind: 'skipped', reason };
  const found = findInText(settings.match, facts.text);
  if (found !== null) return { kind: 'fits', groups: found.groups };
  return { kind: 'skipped', reason: 'The text of the message does not match.' };
}

function isIn(channels: readonly string[], channelId: string): boolean {
  return channels.length === 0 || channels.includes(channelId);
}

function whyNotBy(
  { allowBots, from }: { allowBots: boolean; from: readonly string[] },
  { isByBot, by }: SourceFacts,
  did: string,
): string | null {
  if (isByBot && !allowBots) return `A bot or an app ${did}, and this trigger takes only what people do.`;
  if (from.length === 0 || by.some((id) => from.includes(id))) return null;
  return `Somebody else ${did} than those whom this trigger listens to.`;
}
