import type { ModalView } from '@slack/types';
import { callbackIds } from './action-ids.ts';
import { input, section } from './elements.ts';
import { clip, escapeMrkdwn } from './escape.ts';
import { valueActionId } from './form-input.ts';
import { type FormState, readText } from './form-reader.ts';
import { modal } from './modal.ts';

/** Block id of the reason, for errors. */
export const reasonBlockId = 'comment';

const maxReasonLength = 2_000;

/** Asks why, before a decision is taken. `label` is the button that was clicked, `title` the decision. */
export function reasonForm(options: {
  label: string;
  title: string;
  required: boolean;
  metadata: string;
}): ModalView {
  const { label, title, required, metadata } = options;
  return modal({
    callbackId: callbackIds.reason,
    title: label,
    submit: label,
    close: 'Cancel',
    metadata,
    blocks: [
      section(clip(escapeMrkdwn(title), 1_000)),
      input({
        blockId: reasonBlockId,
        label: 'Reason',
        hint: 'It is shown with your decision to everybody who sees the task.',
        optional: !required,
        element: {
          type: 'plain_text_input',
          action_id: valueActionId,
          multiline: true,
          max_length: maxReasonLength,
        },
      }),
    ],
  });
}

/** The reason that was given; null when it was left empty. */
export function readReasonForm(state: FormState): string | null {
  const reason = readText(state, reasonBlockId);
  return reason === '' ? null : reason;
}
