import type { SlackTrigger, Trigger, TriggerKind } from './trigger.ts';
import type { TextMatch } from './triggers/text-match.ts';

/** How a surface writes what a sentence is about; each gives text that is escaped already. */
export interface TriggerWriter {
  channel(id: string): string;
  /** Of a person or a user group. */
  person(id: string): string;
  /** What somebody typed. */
  quoted(text: string): string;
}

export const triggerKindWords: Readonly<Record<TriggerKind, string>> = {
  message: 'Message',
  reaction: 'Reaction',
  intake: 'Intake',
  schedule: 'Schedule',
};

/** What an empty log says: not all that comes stands in it. */
export const nothingLogged: Readonly<Record<TriggerKind, string>> = {
  message: 'Nothing yet. What no setting of it means is not listed.',
  reaction: 'Nothing yet. What no setting of it means is not listed.',
  intake: 'Nothing yet: no program has sent work to it.',
  schedule: 'Nothing yet: none of its times has come.',
};

const maxListed = 5;

/** When it starts a task, in one sentence. */
export function describeTrigger(trigger: Trigger, write: TriggerWriter): string {
  switch (trigger.kind) {
    case 'message': {
      const { settings } = trigger;
      const who = from(settings, write);
      const what = settings.includeReplies ? 'writes a message or a reply' : 'writes a message';
      const mention = settings.mentionsOnly ? ' that mentions the bot' : '';
      return `When ${who} ${what}${mention} ${inChannels(settings.channels, write)}${matching(settings.match, write)}.`;
    }
    case 'reaction': {
      const { settings } = trigger;
      const who = from(settings, write);
      const emoji = write.quoted(`:${settings.reaction}:`);
      return `When ${who} puts ${emoji} on a message ${inChannels(settings.channels, write)}${matching(settings.match, write)}.`;
    }
    case 'intake':
      return 'When a program posts to its address.';
    case 'schedule':
      return `${write.quoted(trigger.settings.words ?? trigger.settings.cron)}, by the clocks of ${write.quoted(trigger.settings.timeZone)}.`;
  }
}

function from(
  {
    from: ids,
    allowBots,
    allowOutside,
  }: Pick<SlackTrigger['settings'], 'from' | 'allowBots' | 'allowOutside'>,
  write: TriggerWriter,
): string {
  if (ids.length > 0)
    return list(
      ids.map((id) => write.person(id)),
      'or',
    );
  const somebody = allowBots ? 'somebody or a bot' : 'somebody';
  return allowOutside ? `${somebody}, also of another workspace,` : somebody;
}

function inChannels(ids: readonly string[], write: TriggerWriter): string {
  if (ids.length === 0) return 'in any public channel that the bot is in';
  return `in ${list(
    ids.map((id) => write.channel(id)),
    'or',
  )}`;
}

function matching(match: TextMatch, write: TriggerWriter): string {
  switch (match.by) {
    case 'anything':
      return '';
    case 'keywords':
      return `, with ${list(
        match.keywords.map((word) => write.quoted(word)),
        'or',
      )} in it`;
    case 'pattern':
      return `, that matches ${write.quoted(match.pattern)}`;
  }
}

function list(all: readonly string[], last: 'or'): string {
  const shown =
    all.length > maxListed ? [...all.slice(0, maxListed - 1), `${all.length - maxListed + 1} more`] : all;
  return [shown.slice(0, -1).join(', '), shown.at(-1) ?? '']
    .filter((part) => part !== undefined && part !== '')
    .join(` ${last} `);
}
