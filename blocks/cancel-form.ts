import type { ModalView } from '@slack/types';
import { callbackIds } from './action-ids.ts';
import { input, section } from './elements.ts';
import { valueActionId } from './form-input.ts';
import { type FormState, readText } from './form-reader.ts';
import { modal } from './modal.ts';
import { taskSubject } from './task-subject.ts';
import { type TaskView, taskName } from './task-view.ts';
import { describeStatus } from './task-words.ts';

/** Block id of the reason, for errors. */
export const cancelReasonBlockId = 'cancel_reason';

const maxReasonLength = 2_000;

/** Asks whether a task is to be cancelled, and why. `reason` is what was given already. */
export function cancelForm(options: { view: TaskView; metadata: string; reason: string }): ModalView {
  const { view, metadata, reason } = options;
  const { execution, definition } = view;
  const lines = [
    taskName(execution),
    taskSubject(execution, definition),
    describeStatus(execution, definition),
  ];
  return modal({
    callbackId: callbackIds.cancelTask,
    title: 'Cancel this task?',
    submit: 'Cancel task',
    close: 'Keep it',
    metadata,
    blocks: [
      section(lines.filter((line) => line !== '').join('\n')),
      section('It ends for good: nobody is asked any more, and it cannot be taken up again.'),
      input({
        blockId: cancelReasonBlockId,
        label: 'Reason',
        hint: 'It is shown to everybody who sees the task.',
        optional: true,
        element: {
          type: 'plain_text_input',
          action_id: valueActionId,
          multiline: true,
          max_length: maxReasonLength,
          ...(reason === '' ? {} : { initial_value: reason.slice(0, maxReasonLength) }),
        },
      }),
    ],
  });
}

/** The reason that was given; null when it was left empty. */
export function readCancelForm(state: FormState): string | null {
  const reason = readText(state, cancelReasonBlockId);
  return reason === '' ? null : reason;
}
