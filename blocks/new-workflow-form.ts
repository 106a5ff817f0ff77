import type { ModalView } from '@slack/types';
import { callbackIds } from './action-ids.ts';
import { input } from './elements.ts';
import type { FormErrors } from './form-errors.ts';
import { valueActionId } from './form-input.ts';
import { type FormState, readText } from './form-reader.ts';
import { modal } from './modal.ts';

/** Block ids, for errors that are found later. */
export const newWorkflowBlocks = { name: 'name', description: 'description' } as const;

const maxNameLength = 100;
const maxDescriptionLength = 2_000;

/** Asks for the name of a new workflow. `name` fills it in. */
export function newWorkflowForm({ metadata, name = '' }: { metadata: string; name?: string }): ModalView {
  return modal({
    callbackId: callbackIds.newWorkflow,
    title: 'New workflow',
    submit: 'Create',
    close: 'Cancel',
    metadata,
    blocks: [
      input({
        blockId: newWorkflowBlocks.name,
        label: 'Name',
        hint: 'What people will call it, such as “Refund approval”. They start it with this name.',
        element: {
          type: 'plain_text_input',
          action_id: valueActionId,
          max_length: maxNameLength,
          ...(name === '' || name.length > maxNameLength ? {} : { initial_value: name }),
        },
      }),
      input({
        blockId: newWorkflowBlocks.description,
        label: 'Description',
        hint: 'What it is for. It is shown to whoever starts it.',
        optional: true,
        element: {
          type: 'plain_text_input',
          action_id: valueActionId,
          multiline: true,
          max_length: maxDescriptionLength,
        },
      }),
    ],
  });
}

export function readNewWorkflowForm(state: FormState): {
  name: string;
  description: string;
  errors: FormErrors;
} {
  const name = readText(state, newWorkflowBlocks.name);
  const description = readText(state, newWorkflowBlocks.description);
  const errors: FormErrors = {};
  if (name === '') errors[newWorkflowBlocks.name] = 'Please give it a name.';
  else if (!/[\p{L}\p{N}]/u.test(name))
    errors[newWorkflowBlocks.name] = 'Must have at least one letter or digit.';
  else if (name.length > maxNameLength)
    errors[newWorkflowBlocks.name] = `Must have at most ${maxNameLength} characters.`;
  return { name, description, errors };
}
