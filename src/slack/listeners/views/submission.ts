import type { SlackViewMiddlewareArgs, ViewSubmitAction } from '@slack/bolt';
import { section } from '../../../../blocks/elements.ts';
import { clip } from '../../../../blocks/escape.ts';
import { limits } from '../../../../blocks/limits.ts';
import type { modal } from '../../../../blocks/modal.ts';
import type { TellDirectly } from '../reply/reply.ts';
import type { ViewReply } from '../reply/view-reply.ts';
import type { Requester } from '../requester.ts';

export type ViewArgs = SlackViewMiddlewareArgs<ViewSubmitAction>;
type ModalView = ReturnType<typeof modal>;

/** A form that was submitted, as the handlers see it. */
export interface Submission {
  requester: Requester;
  reply: ViewReply;
  tellDirectly: TellDirectly;
  view: ViewArgs['view'];
}

const maxErrorLength = 500;

/**
 * Marks what is wrong in the form. Slack takes errors only at inputs that the form has; the others go to
 * the first input.
 *
 * @returns false when the form has no input to mark
 */
export async function markErrors(
  { view, reply }: Submission,
  errors: Readonly<Record<string, string>>,
): Promise<boolean> {
  const inputs = inputBlockIds(view.blocks);
  const [first] = inputs;
  if (first === undefined) return false;
  const placed: Record<string, string> = {};
  for (const [blockId, text] of Object.entries(errors)) {
    const place = inputs.includes(blockId) ? blockId : first;
    placed[place] = clip(placed[place] === undefined ? text : `${placed[place]} ${text}`, maxErrorLength);
  }
  await reply.markErrors(placed);
  return true;
}

/** The ids of a view's inputs, from top to bottom. */
export function inputBlockIds(blocks: readonly { type: string; block_id?: string }[]): string[] {
  return blocks.flatMap(({ type, block_id: id }) => (type === 'input' && id !== undefined ? [id] : []));
}

/** The view with a line on top that says why it is shown again. `text` is mrkdwn. */
export function withNotice(view: ModalView, text: string): ModalView {
  return { ...view, blocks: [section(text), ...view.blocks].slice(0, limits.viewBlocks) };
}
