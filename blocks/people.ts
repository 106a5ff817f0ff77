import type { Actor } from '../src/domain/actor.ts';
import { parseRecipient } from '../src/domain/recipient.ts';
import { clip, inline } from './escape.ts';

const maxNameLength = 80;
const maxListed = 5;

/** Who did something, in mrkdwn. */
export function mention(actor: Actor): string {
  switch (actor.kind) {
    case 'person':
      return isSlackId(actor.userId) ? `<@${actor.userId}>` : clip(inline(actor.userId), maxNameLength);
    case 'key':
      return clip(inline(actor.name ?? `the key ${actor.keyId}`), maxNameLength);
    case 'schedule':
      return `the schedule “${clip(inline(actor.name), maxNameLength)}”`;
    case 'system':
      return 'Baton';
  }
}

/** Who is meant by an entry of `assignees`, in mrkdwn. What names nobody is shown as it is. */
export function recipientMention(expression: string): string {
  const recipient = parseRecipient(expression);
  switch (recipient?.kind) {
    case 'user':
      return `<@${recipient.userId}>`;
    case 'channel':
      return `<#${recipient.channelId}>`;
    case 'handle':
      return isGroupId(expression) ? `<!subteam^${recipient.handle}>` : inline(`@${recipient.handle}`);
    case 'channel-name':
      return inline(`#${recipient.name}`);
    case 'email':
      return inline(recipient.email);
    case undefined:
      return `“${clip(inline(expression), maxNameLength)}”`;
  }
}

/**
 * True when the step asks nobody but the one person who reads it, in a direct message or, when the handle
 * is a group's, below a mention of that group: nobody needs to be told who may act.
 */
export function isAskedAlone(expressions: readonly string[]): boolean {
  const [only, ...others] = expressions;
  if (only === undefined || others.length > 0 || isGroupId(only)) return false;
  const kind = parseRecipient(only)?.kind;
  return kind === 'user' || kind === 'email' || kind === 'handle';
}

/** `a, b or c`; after five names, how many more there are. */
export function listRecipients(expressions: readonly string[], conjunction: 'and' | 'or'): string {
  return joinWords(expressions.map(recipientMention), conjunction);
}

/** `a, b and c`; after five, how many more there are. The words are used as they are. */
export function joinWords(words: readonly string[], conjunction: 'and' | 'or'): string {
  const shown = words.slice(0, maxListed);
  if (words.length > maxListed) shown.push(`${words.length - maxListed} more`);
  const last = shown.pop();
  if (last === undefined) return 'nobody';
  return shown.length === 0 ? last : `${shown.join(', ')} ${conjunction} ${last}`;
}

/** The time in the reader's own time zone, with the time in UTC for whoever cannot show that. */
export function slackTime(date: Date, format = '{date_short_pretty} at {time}'): string {
  return `<!date^${Math.floor(date.getTime() / 1000)}^${format}|${utcTime(date)}>`;
}

/** `2026-03-01 09:00 UTC`: for texts that Slack does not format, such as a form's. */
export function utcTime(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function isSlackId(id: string): boolean {
  return /^[A-Z0-9]{2,}$/.test(id);
}

function isGroupId(expression: string): boolean {
  return expression.trim().startsWith('<!subteam^');
}
