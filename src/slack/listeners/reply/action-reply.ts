import type { BlockAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import { threadOfClick } from '../thread-of-click.ts';
import { createConversationReply } from './conversation-reply.ts';
import type { Reply, TellDirectly } from './reply.ts';

type Args = Pick<SlackActionMiddlewareArgs<BlockAction>, 'ack' | 'respond' | 'body'>;

/** Answers a click beside the message that was clicked; on the Home tab, where there is none, directly. */
export function createActionReply({ ack, respond, body }: Args, tellDirectly: TellDirectly): Reply {
  return createConversationReply({
    ack: () => ack(),
    respond,
    responseUrl: body.response_url,
    threadTs: threadOfClick(body),
    tellDirectly,
  });
}
