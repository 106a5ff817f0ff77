import type { MessageShortcut, SlackShortcutMiddlewareArgs } from '@slack/bolt';
import { createConversationReply } from './conversation-reply.ts';
import type { Reply, TellDirectly } from './reply.ts';

type Args = Pick<SlackShortcutMiddlewareArgs<MessageShortcut>, 'ack' | 'respond' | 'body'>;

/** Answers a shortcut on a message in its conversation, in its thread when it has one. */
export function createShortcutReply({ ack, respond, body }: Args, tellDirectly: TellDirectly): Reply {
  return createConversationReply({
    ack: () => ack(),
    respond,
    responseUrl: body.response_url,
    threadTs: body.message['thread_ts'],
    tellDirectly,
  });
}
