import type {
  BlockAction,
  ButtonAction,
  OverflowAction,
  SlackActionMiddlewareArgs,
  StaticSelectAction,
} from '@slack/bolt';
import type { Message } from '../../../../blocks/message.ts';
import type { CardPlace } from '../form-metadata.ts';
import type { Reply } from '../reply/reply.ts';
import type { Requester } from '../requester.ts';
import { threadOfClick } from '../thread-of-click.ts';

/** The elements that the bot's messages have. */
export type ClickableAction = ButtonAction | StaticSelectAction | OverflowAction;
export type ClickArgs = SlackActionMiddlewareArgs<BlockAction<ClickableAction>>;

/** A click on a button, or a choice in a menu, as the handlers see it. */
export interface Click {
  requester: Requester;
  reply: Reply;
  triggerId: string;
  /** The button's or the chosen option's value; '' when it has none. */
  value: string;
  /** The conversation; null on the Home tab. */
  channelId: string | null;
  threadTs: string | null;
  /** The message that was clicked. */
  place: CardPlace;
  /** Shows something else in place of the message that was clicked, if only this person sees it. */
  replaceEphemeral(message: Message): Promise<void>;
}

/** Reads what Slack says about a click. */
export function readClick(args: ClickArgs, requester: Requester, reply: Reply): Click {
  const { action, body, respond } = args;
  const { container } = body;
  const channelId = body.channel?.id ?? textOrNull(container['channel_id']);
  return {
    requester,
    reply,
    triggerId: body.trigger_id,
    value: action.type === 'button' ? (action.value ?? '') : (action.selected_option?.value ?? ''),
    channelId,
    threadTs: threadOfClick(body),
    place: readPlace(channelId, container),
    async replaceEphemeral({ text, blocks }) {
      await reply.acknowledge();
      await respond({ response_type: 'ephemeral', replace_original: true, text, blocks });
    },
  };
}

function readPlace(channelId: string | null, container: Record<string, unknown>): CardPlace {
  const ts = textOrNull(container['message_ts']);
  if (channelId === null || ts === null) return { kind: 'home' };
  return container['is_ephemeral'] === true
    ? { kind: 'ephemeral', channelId }
    : { kind: 'message', channelId, ts };
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
