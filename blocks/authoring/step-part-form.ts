import type { ModalView } from '@slack/types';
import { modal } from '../modal.ts';
import { authoringCallbacks, type StepPart } from './authoring-ids.ts';
import { partForms } from './parts.ts';
import { stepContext } from './step-context.ts';
import type { PartContext } from './step-part.ts';

/** The form that changes one part of a step. */
export function stepPartForm(
  part: Exclude<StepPart, 'answer'>,
  context: PartContext,
  metadata: string,
): ModalView {
  const form = partForms[part];
  return modal({
    callbackId: authoringCallbacks.stepPart,
    title: form.title,
    submit: 'Save',
    close: 'Cancel',
    metadata,
    blocks: [stepContext(context.workflow, context.definition, context.step), ...form.blocks(context)],
  });
}
