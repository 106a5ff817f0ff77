import type { Away } from '../../src/domain/member-settings.ts';
import type { WorkingHours } from '../../src/domain/working-hours.ts';
import type { Message } from '../message.ts';
import { actions, button, simpleMessage } from '../elements.ts';
import { recipientMention } from '../people.ts';
import { awayActions } from './away-ids.ts';
import { awayWords, hoursWords } from './away-words.ts';

/** Confirms that somebody is away, and offers to hand over what waits for them. `openAsks`: how many do. */
export function awayNotice({ away, openAsks }: { away: Away; openAsks: number }): Message {
  const set = `🌴 You are away ${awayWords(away)}. It ends by itself.`;
  const count = openAsks === 1 ? 'One open ask waits' : `${openAsks} open asks wait`;
  const back = button({ text: 'I am back', actionId: awayActions.back });
  if (openAsks === 0) return simpleMessage(set, actions([back]));
  if (away.delegate === null) {
    const advice = 'Nobody stands in, so they go on waiting. Ask somebody else from their own menus.';
    return simpleMessage(`${set}\n${count} for you. ${advice}`, actions([back]));
  }
  const handOver = button({
    text: openAsks === 1 ? 'Hand it over' : 'Hand them over',
    actionId: awayActions.handOver,
    value: away.delegate,
    style: 'primary',
  });
  const question = `${count} for you. Hand ${openAsks === 1 ? 'it' : 'them'} to ${recipientMention(away.delegate)}?`;
  return simpleMessage(`${set}\n${question}`, actions([handOver, back]));
}

/** Confirms that they are back, and when they work if that was changed. `wasAway` false: they were not away. */
export function backNotice(options: {
  wasAway: boolean;
  /** Null: not changed. */
  workingHours: WorkingHours | null;
  timeZone: string;
}): Message {
  const { wasAway, workingHours, timeZone } = options;
  const back = wasAway ? ['👋 Welcome back. New asks come to you again.'] : [];
  const hours = workingHours === null ? [] : [`Your working hours: ${hoursWords(workingHours, timeZone)}.`];
  const lines = [...back, ...hours];
  return simpleMessage(lines.length === 0 ? 'You were not away. Nothing changed.' : lines.join('\n'));
}

/** What became of the asks that were to be handed over. `problems`: a line for each that was not, in mrkdwn. */
export function handedOverNotice(options: {
  to: string;
  handed: number;
  problems: readonly string[];
}): Message {
  const { to, handed, problems } = options;
  const done =
    handed === 0
      ? 'Nothing was handed over.'
      : `${handed === 1 ? 'One ask is' : `${handed} asks are`} with ${recipientMention(to)} now.`;
  return simpleMessage([done, ...problems.slice(0, 10).map((line) => `• ${line}`)].join('\n'));
}
