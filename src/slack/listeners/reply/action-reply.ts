import type { BlockAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import type { Message } from '../../../../blocks/message.ts';
import type { Reply, TellDirectly } from './reply.ts';

type Args = Pick<SlackActionMiddlewareArgs<BlockAction>, 'ack' | 'respond' | 'body'>;

/** Answers a click beside the message that was clicked; on the Home tab, where there is none, directly. */
export function createActionReply({ ack, respond, body }: Args, tellDirectly: TellDirectly): Reply {
  let acknowledged = false;
  let told = 0;

  async function acknowledge(): Promise<void> {
    if (acknowledged) return;
    acknowledged = true;
    await ack();
  }

  async function tell(message: Message): Promise<void> {
    told += 1;
    await acknowledge();
    if (!body.response_url) return tellDirectly(message);
    const { text, blocks } = message;
    const threadTs: unknown = body.container['thread_ts'];
    await respond({
      response_type: 'ephemeral',
      replace_original: false,
      text,
      blocks,
      ...(typeof threadTs === 'string' ? { thread_ts: threadTs } : {}),
    });
  }

  return { acknowledge, isAcknowledged: () => acknowledged, timesTold: () => told, tell };
}
