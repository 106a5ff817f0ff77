import type { ModalView } from '@slack/types';
import type { Step } from '../../src/domain/definition.ts';
import type { JsonValue } from '../../src/domain/json.ts';
import type { RehearsalEnd } from '../../src/domain/rehearsal.ts';
import { context, input, section } from '../elements.ts';
import { clip, inline } from '../escape.ts';
import { valueActionId } from '../form-input.ts';
import { type FormState, readText } from '../form-reader.ts';
import { limits } from '../limits.ts';
import { modal } from '../modal.ts';
import { stepTitle } from '../task-view.ts';
import { rehearsalCallbacks } from './rehearsal-ids.ts';

export const outputBlockId = 'output';
export const nameBlockId = 'name';

/** Asks for what a model, a tool or a signal brings. */
export function outputForm(step: Step, suggestion: JsonValue, metadata: string): ModalView {
  const text = typeof suggestion === 'string' ? suggestion : JSON.stringify(suggestion, null, 2);
  return modal({
    callbackId: rehearsalCallbacks.output,
    title: 'What comes back',
    submit: 'Go on',
    close: 'Cancel',
    metadata,
    blocks: [
      section(`In the rehearsal, what does ${inline(clip(stepTitle(step), 200))} bring?`),
      input({
        blockId: outputBlockId,
        label: 'Output',
        hint: 'JSON, such as { "risk": "high" }. What is no JSON counts as a text.',
        element: {
          type: 'plain_text_input',
          action_id: valueActionId,
          multiline: true,
          max_length: limits.inputLength,
          ...(suggestion === null ? {} : { initial_value: clip(text, limits.inputLength) }),
        },
      }),
    ],
  });
}

/** JSON where it is some; any other text as it is. */
export function readOutputForm(state: FormState): JsonValue {
  const text = readText(state, outputBlockId);
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

/** Asks what the scenario is to be called, and says what it will check. */
export function saveForm(end: RehearsalEnd, moves: number, metadata: string): ModalView {
  const at = end.at === null ? '' : ` at \`${end.at}\``;
  return modal({
    callbackId: rehearsalCallbacks.save,
    title: 'Save as scenario',
    submit: 'Save',
    close: 'Cancel',
    metadata,
    blocks: [
      input({
        blockId: nameBlockId,
        label: 'Name',
        hint: 'Such as: Legal says no',
        element: { type: 'plain_text_input', action_id: valueActionId, max_length: 100 },
      }),
      section(
        `It has ${moves} ${moves === 1 ? 'move' : 'moves'}, and is to end as it stands now: *${end.status.toLowerCase()}*${at}, by way of ${clip(end.path.map((name) => `\`${name}\``).join(' → ') || 'no step', 1_500)}.`,
      ),
      context('It is kept with the workflow, and played again whenever the workflow is changed.'),
    ],
  });
}

export function readSaveForm(state: FormState): string {
  return readText(state, nameBlockId);
}
