import type { SlackTrigger } from '../../domain/trigger.ts';
import { AppError } from '../../errors.ts';
import type { Timers } from '../../timers.ts';
import type { Directory } from '../directory.ts';
import { explainSlackError } from '../explain-slack-error.ts';
import type { IdentitySource } from '../identity.ts';
import { ifSoon } from '../if-soon.ts';

/** Each costs a call. */
const maxAsked = 10;

/** What knows where the bot is. */
export interface HearingSource {
  directory: Pick<Directory, 'hasBot'>;
  identity: Pick<IdentitySource, 'known'>;
}

/**
 * What to do so that a trigger hears the channels that it names, in mrkdwn: Slack tells a bot nothing of channels that it
 * is not in. Null where it is in all of them, and while Slack does not say, or not soon: the form must not wait for it.
 */
export function unheardNotice(
  source: HearingSource,
  { settings }: Pick<SlackTrigger, 'settings'>,
  timers?: Timers,
): Promise<string | null> {
  const asked = settings.channels.slice(0, maxAsked);
  return asked.length === 0 ? Promise.resolve(null) : ifSoon(askWhereUnheard(source, asked), timers);
}

async function askWhereUnheard(
  { directory, identity }: HearingSource,
  asked: readonly string[],
): Promise<string | null> {
  try {
    const isHeard = await Promise.all(asked.map((id) => directory.hasBot(id)));
    const unheard = asked.filter((_id, place) => isHeard[place] === false).map((id) => `<#${id}>`);
    if (unheard.length === 0) return null;
    const place = { label: unheard.join(', '), botHandle: identity.known()?.handle ?? '@baton' };
    return `⚠️ ${explainSlackError('not_in_channel', place)} Until then I hear nothing there.`;
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}
