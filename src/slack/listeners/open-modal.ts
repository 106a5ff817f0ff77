import type { WebClient } from '@slack/web-api';
import { type ButtonOptions, actions, button, simpleMessage } from '../../../blocks/elements.ts';
import type { modal } from '../../../blocks/modal.ts';
import { translateSlackError } from '../slack-call.ts';
import { classifySlackFailure } from '../slack-failure.ts';
import type { Reply } from './reply/reply.ts';

export interface OpenModal {
  /** Lives 3 s and opens one view. */
  triggerId: string;
  view: ReturnType<typeof modal>;
  reply: Reply;
  /** The button that opens the same modal again, for when it was too late for this click. */
  again: ButtonOptions;
}

const tooLate = new Set([
  'expired_trigger_id',
  'trigger_expired',
  'exchanged_trigger_id',
  'trigger_exchanged',
  'invalid_trigger_id',
  'invalid_trigger',
]);

/**
 * Opens a modal; when Slack no longer lets it, the person gets a button that does.
 *
 * @throws SlackRefused when Slack does not take the view
 */
export async function openModal(
  client: WebClient,
  { triggerId, view, reply, again }: OpenModal,
): Promise<void> {
  try {
    await client.views.open({ trigger_id: triggerId, view });
  } catch (error) {
    const failure = classifySlackFailure(error);
    const isLost = failure.kind === 'unreachable' || failure.kind === 'rate-limited';
    if (!isLost && !(failure.kind === 'refused' && tooLate.has(failure.code)))
      throw translateSlackError(error);
    const text = 'That took too long, so Slack did not let me open the form. Please open it again:';
    return reply.tell(simpleMessage(text, actions([button(again)])));
  }
  await reply.acknowledge();
}
