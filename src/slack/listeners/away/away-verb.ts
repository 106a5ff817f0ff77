import { actions, button, simpleMessage } from '../../../../blocks/elements.ts';
import { clip, inline } from '../../../../blocks/escape.ts';
import { awayActions } from '../../../../blocks/away/away-ids.ts';
import { readAwayUntil } from '../../../domain/away-until.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { CommandRequest, VerbArguments } from '../commands/command-request.ts';
import { openAwayForm } from './open-away-form.ts';
import { readAwayWords } from './read-away-words.ts';
import { changeSettings, readerFor, resolveDelegate } from './set-away.ts';

/** `away`, `away until friday delegate @bo`, `away for 3d`, `away off` */
export async function setAway(
  deps: SlackDeps,
  request: CommandRequest,
  { name, values }: VerbArguments,
): Promise<void> {
  const { requester, reply } = request;
  const words = readAwayWords(name, values);
  switch (words.kind) {
    case 'form':
      return openAwayForm(deps, request);
    case 'back':
      return changeSettings(deps, request, { away: null });
    case 'away': {
      const settings = await deps.settings.find(requester.orgId, requester.userId);
      const until = readAwayUntil(words.until, await readerFor(deps, requester, settings));
      if (until === null) return reply.tell(notATime(words.until));
      const delegate = words.delegate === '' ? null : await resolveDelegate(deps, requester, words.delegate);
      const note = words.note === '' ? null : clip(words.note, 200);
      return changeSettings(deps, request, { away: { until, delegate, note } });
    }
  }
}

function notATime(typed: string): ReturnType<typeof simpleMessage> {
  const said =
    typed === ''
      ? 'Say until when'
      : `“${clip(inline(typed), 80)}” is no time that lies ahead, within a year`;
  const examples = '`until friday`, `until 2026-12-01`, `until tomorrow 14:00` or `for 3d`';
  return simpleMessage(
    `${said}: write it like ${examples}. Nothing changed.`,
    actions([button({ text: 'Choose a date', actionId: awayActions.open })]),
  );
}
