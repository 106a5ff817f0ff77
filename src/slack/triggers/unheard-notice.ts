import type { SlackTrigger } from '../../domain/trigger.ts';
import { AppError } from '../../errors.ts';
import type { SlackConnection } from '../connection.ts';
import { explainSlackError } from '../explain-slack-error.ts';

/** Each costs a call. */
const maxAsked = 10;

/**
 * What to do so that a trigger hears the channels that it names, in mrkdwn: Slack tells a bot nothing of channels that it
 * is not in. Null where it is in all of them, and while Slack does not say.
 */
export async function unheardNotice(
  { directory, identity }: Pick<SlackConnection, 'directory' | 'identity'>,
  { settings }: SlackTrigger,
): Promise<string | null> {
  const asked = settings.channels.slice(0, maxAsked);
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
