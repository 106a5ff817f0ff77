import type { MessageShortcut, SlackShortcutMiddlewareArgs } from '@slack/bolt';
import type { Message } from '../../../../blocks/message.ts';
import type { Reply, TellDirectly } from './reply.ts';

type Args = Pick<SlackShortcutMiddlewareArgs<MessageShortcut>, 'ack' | 'respond' | 'body'>;

/** Answers a shortcut on a message in its conversation, in its thread when it has one. */
export function createShortcutReply({ ack, respond, body }: Args, tellDirectly: TellDirectly): Reply {
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
    const threadTs: unknown = body.message['thread_ts'];
    await respond({
      response_type: 'ephemeral',
      replace_original: false,
      text: message.text,
      blocks: message.blocks,
      ...(typeof threadTs === 'string' ? { thread_ts: threadTs } : {}),
    });
  }

  return { acknowledge, isAcknowledged: () => acknowledged, timesTold: () => told, tell };
}
