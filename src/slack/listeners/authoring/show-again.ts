import type { ModalView } from '@slack/types';
import { type FormState, type InputState, readInput } from '../../../../blocks/form-reader.ts';
import { type Submission, withNotice } from '../views/submission.ts';

type Element = Record<string, unknown>;

/** Shows a form again with what was typed into it, and a line on top that says why. */
export async function showAgain(
  { reply, view: { state } }: Submission,
  form: ModalView,
  notice: string,
): Promise<void> {
  await reply.replaceWith(withNotice(refill(form, state.values), notice));
}

/** The form with what was typed and chosen, as far as it still asks for it and offers it. */
export function refill(form: ModalView, state: FormState): ModalView {
  const blocks = form.blocks.map((block) => {
    if (!('element' in block) || block.block_id === undefined) return block;
    const [given] = Object.values(state[block.block_id] ?? {});
    if (given === undefined) return block;
    const {
      initial_value: _value,
      initial_option: _option,
      initial_users: _users,
      ...element
    } = block.element as unknown as Element;
    const initial = initialOf(element, given, readInput(state, block.block_id).text);
    return { ...block, element: { ...element, ...initial } } as unknown as typeof block;
  });
  return { ...form, blocks };
}

function initialOf(element: Element, given: InputState, text: string): Element {
  switch (element['type']) {
    case 'plain_text_input':
      return text === '' ? {} : { initial_value: text };
    case 'static_select': {
      const options = (element['options'] ?? []) as { value?: string }[];
      const option = options.find(({ value }) => value === given.selected_option?.value);
      return option === undefined ? {} : { initial_option: option };
    }
    case 'multi_users_select': {
      const users = given.selected_users ?? [];
      return users.length === 0 ? {} : { initial_users: users };
    }
    case 'conversations_select':
      return typeof given.selected_conversation !== 'string'
        ? {}
        : { initial_conversation: given.selected_conversation };
    default:
      return {};
  }
}
