import type { KnownBlock } from '@slack/types';
import { type MemberSettings, awayAt, workingHoursOf } from '../../src/domain/member-settings.ts';
import { actions, button, header, section } from '../elements.ts';
import { awayActions } from './away-ids.ts';
import { awayWords, hoursWords } from './away-words.ts';

/** On the Home tab: whether the person is away, who stands in, when they work, and how to change it. */
export function awaySettings(options: {
  settings: MemberSettings;
  timeZone: string;
  now: Date;
}): KnownBlock[] {
  const { settings, timeZone, now } = options;
  const away = awayAt(settings, now);
  const hours = `Your working hours: ${hoursWords(workingHoursOf(settings), timeZone)}.`;
  const first = away === null ? 'You are here.' : `🌴 You are away ${awayWords(away)}.`;
  const back = button({ text: 'I am back', actionId: awayActions.back, style: 'primary' });
  const change = button({
    text: away === null ? 'Set away or working hours' : 'Change',
    actionId: awayActions.open,
  });
  return [
    header('Away and working hours'),
    section(`${first}\n${hours}`),
    actions(away === null ? [change] : [back, change]),
  ];
}
