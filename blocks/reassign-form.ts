import type { InputBlock, ModalView } from '@slack/types';
import { currentStepExecution } from '../src/domain/execution.ts';
import { canonicalRecipient, parseRecipient } from '../src/domain/recipient.ts';
import { callbackIds } from './action-ids.ts';
import { input, option, section } from './elements.ts';
import { clip, inline } from './escape.ts';
import type { FormErrors } from './form-errors.ts';
import { valueActionId } from './form-input.ts';
import { type FormState, readInput, readText } from './form-reader.ts';
import { limits } from './limits.ts';
import { modal } from './modal.ts';
import { listRecipients } from './people.ts';
import { askTitle, type TaskView, taskName } from './task-view.ts';

/** Block ids, for errors. */
export const reassignBlocks = {
  from: 'reassign_from',
  picked: 'reassign_picked',
  typed: 'reassign_typed',
  note: 'reassign_note',
} as const;

/** What was filled in. `from` null: the person's own ask, or all of them for whoever has none. */
export interface Reassignment {
  from: string | null;
  to: string[];
  note: string | null;
}

const maxNoteLength = 1_000;
const maxPeople = 20;
const everybody = 'all';
const howToName = '@ana, @finance, #ops, ana@example.com';

/**
 * Asks who is to be asked instead, and why. With `hasPickers` people are chosen from Slack's own menu;
 * `given` is filled in already.
 */
export function reassignForm(options: {
  view: TaskView;
  metadata: string;
  hasPickers: boolean;
  given: { to: readonly string[]; note: string };
}): ModalView {
  const { view, metadata, hasPickers, given } = options;
  const current = currentStepExecution(view.execution);
  const assignees = current?.assignees ?? [];
  const title = current === undefined ? '' : `“${clip(inline(askTitle(current)), 300)}”`;
  const picked = hasPickers ? given.to.filter((entry) => parseRecipient(entry)?.kind === 'user') : [];
  const typed = given.to.filter((entry) => !picked.includes(entry));
  const lines = [taskName(view.execution), title, `Asked now: ${listRecipients(assignees, 'and')}`];
  return modal({
    callbackId: callbackIds.reassignTask,
    title: 'Ask somebody else',
    submit: 'Reassign',
    close: 'Cancel',
    metadata,
    blocks: [
      section(lines.filter((line) => line !== '').join('\n')),
      ...fromInputs(assignees),
      ...toInputs(hasPickers, picked.map(canonicalRecipient), typed.join(', ')),
      input({
        blockId: reassignBlocks.note,
        label: 'Note',
        hint: 'Those who are asked now read it with the question.',
        optional: true,
        element: {
          type: 'plain_text_input',
          action_id: valueActionId,
          multiline: true,
          max_length: maxNoteLength,
          ...(given.note === '' ? {} : { initial_value: given.note.slice(0, maxNoteLength) }),
        },
      }),
    ],
  });
}

/** What was filled in; what is wrong is put at its input. */
export function readReassignForm(state: FormState): Reassignment & { errors: FormErrors } {
  const errors: FormErrors = {};
  const picked = state[reassignBlocks.picked]?.[valueActionId]?.selected_users ?? [];
  const typed = splitPeople(readText(state, reassignBlocks.typed));
  const wrong = typed.find((entry) => parseRecipient(entry) === null);
  if (wrong !== undefined)
    errors[reassignBlocks.typed] =
      `“${clip(wrong, 80)}” names nobody. Write it like one of these: ${howToName}.`;
  const to = [...new Set([...picked, ...typed].map(canonicalRecipient))];
  if (to.length === 0) errors[reassignBlocks.typed] = 'Say who is to be asked instead.';
  if (to.length > maxPeople) errors[reassignBlocks.typed] = `At most ${maxPeople} can be asked.`;
  const from = readInput(state, reassignBlocks.from).selected[0];
  const note = readText(state, reassignBlocks.note);
  return {
    from: from === undefined || from === everybody ? null : from,
    to,
    note: note === '' ? null : note,
    errors,
  };
}

/** People, groups, channels and addresses as they are typed, one after another with commas or spaces between. */
export function splitPeople(text: string): string[] {
  return text
    .split(/[,;\n]|\s(?=[<@#])/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/** Whose place they take; only where several are asked. */
function fromInputs(assignees: readonly string[]): InputBlock[] {
  const each = assignees.filter((assignee) => assignee.length <= limits.optionValue);
  if (each.length < 2) return [];
  const all = option('Everybody who is asked, or my own place', everybody);
  const options = [all, ...each.slice(0, limits.selectOptions - 1).map((entry) => option(entry, entry))];
  return [
    input({
      blockId: reassignBlocks.from,
      label: 'Instead of',
      element: { type: 'static_select', action_id: valueActionId, options, initial_option: all },
    }),
  ];
}

function toInputs(hasPickers: boolean, picked: readonly string[], typed: string): InputBlock[] {
  return [
    ...(hasPickers
      ? [
          input({
            blockId: reassignBlocks.picked,
            label: 'To whom',
            optional: true,
            element: {
              type: 'multi_users_select',
              action_id: valueActionId,
              ...(picked.length === 0 ? {} : { initial_users: [...picked] }),
            },
          }),
        ]
      : []),
    input({
      blockId: reassignBlocks.typed,
      label: hasPickers ? 'Or a group, a channel or an address' : 'To whom',
      hint: `For example ${howToName}.`,
      optional: hasPickers,
      element: {
        type: 'plain_text_input',
        action_id: valueActionId,
        ...(typed === '' ? {} : { initial_value: typed }),
      },
    }),
  ];
}
