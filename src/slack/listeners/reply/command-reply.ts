import type { SlackCommandMiddlewareArgs } from '@slack/bolt';
import type { Message } from '../../../../blocks/message.ts';
import type { Reply } from './reply.ts';

/** Answers a slash command in its acknowledgement, or by `response_url` once that is sent. */
export function createCommandReply({
  ack,
  respond,
}: Pick<SlackCommandMiddlewareArgs, 'ack' | 'respond'>): Reply {
  let acknowledged = false;
  let told = 0;

  async function acknowledge(): Promise<void> {
    if (acknowledged) return;
    acknowledged = true;
    await ack();
  }

  async function tell({ text, blocks }: Message): Promise<void> {
    told += 1;
    if (acknowledged) {
      await respond({ response_type: 'ephemeral', text, blocks });
      return;
    }
    acknowledged = true;
    await ack({ response_type: 'ephemeral', text, blocks });
  }

  return { acknowledge, isAcknowledged: () => acknowledged, timesTold: () => told, tell };
}
