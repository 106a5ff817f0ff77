import type { ModalView } from '@slack/types';
import { complete } from '../../src/domain/definition.ts';
import { input, option, section } from '../elements.ts';
import { clip, oneLine } from '../escape.ts';
import { valueActionId } from '../form-input.ts';
import { type FormState, readInput, readText } from '../form-reader.ts';
import { modal } from '../modal.ts';
import { type TaskView, taskName, uniqueStepTitle } from '../task-view.ts';
import { describeStatus } from '../task-words.ts';
import { whyCallbacks } from './why-ids.ts';

const toBlockId = 'reroute_to';
const reasonBlockId = 'reroute_reason';

/** Asks where a task is to be sent, and why. */
export function rerouteForm({ view, metadata }: { view: TaskView; metadata: string }): ModalView {
  const { execution, definition } = view;
  const steps = definition.steps.map((step, index) =>
    option(clip(`${index + 1}. ${oneLine(uniqueStepTitle(definition.steps, step))}`, 75), step.name),
  );
  return modal({
    callbackId: whyCallbacks.reroute,
    title: 'Send to another step',
    submit: 'Send',
    close: 'Leave it',
    metadata,
    blocks: [
      section(`${taskName(execution)}\n${describeStatus(execution, definition)}`),
      input({
        blockId: toBlockId,
        label: 'Go on at',
        element: {
          type: 'static_select',
          action_id: valueActionId,
          options: [...steps, option('Finish the task', complete)],
        },
      }),
      input({
        blockId: reasonBlockId,
        label: 'Reason',
        hint: 'It is kept in the log of the task.',
        optional: true,
        element: { type: 'plain_text_input', action_id: valueActionId, multiline: true, max_length: 2_000 },
      }),
    ],
  });
}

export function readRerouteForm(state: FormState): { to: string; reason: string | null } {
  const reason = readText(state, reasonBlockId);
  return { to: readInput(state, toBlockId).selected[0] ?? '', reason: reason === '' ? null : reason };
}
