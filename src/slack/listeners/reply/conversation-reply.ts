import type { RespondFn } from '@slack/bolt';
import type { Message } from '../../../../blocks/message.ts';
import type { Reply, TellDirectly } from './reply.ts';

export interface ConversationReplyOptions {
  /** Acknowledges the request; called once at most. */
  ack: () => Promise<void>;
  respond: RespondFn;
  /** Without it there is no conversation to answer in. */
  responseUrl: string | undefined;
  /** `thread_ts` as it came; not a text when it happened outside a thread. */
  threadTs: unknown;
  tellDirectly: TellDirectly;
}

/** Answers one person where they did something, in its thread when it has one; directly where there is no conversation. */
export function createConversationReply(options: ConversationReplyOptions): Reply {
  const { ack, respond, responseUrl, threadTs, tellDirectly } = options;
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
    if (!responseUrl) return tellDirectly(message);
    const { text, blocks } = message;
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
