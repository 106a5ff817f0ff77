import type { ModalView } from '@slack/types';
import { textInput } from '../authoring/form-inputs.ts';
import { section } from '../elements.ts';
import { type FormState, readText } from '../form-reader.ts';
import { limits } from '../limits.ts';
import { modal } from '../modal.ts';
import { draftCallbacks } from './draft-ids.ts';

export const draftTextBlock = 'draft_text';

/** Asks what a team does today, for a model to draft a workflow of it. `text`: what it starts with. */
export function draftForm({ text, metadata }: { text: string; metadata: string }): ModalView {
  return modal({
    callbackId: draftCallbacks.describe,
    title: 'Draft a workflow',
    submit: 'Draft it',
    close: 'Cancel',
    metadata,
    blocks: [
      section(
        'Say what you do today, in plain words: what comes in, who does what, who decides, and what happens then. A model proposes a workflow; nothing is saved before you say so.',
      ),
      textInput({
        blockId: draftTextBlock,
        label: 'What do you do today?',
        hint: 'Such as: “Somebody asks for a refund. Up to 100 euros support decides, above that a team lead does. Finance pays, and the customer is told.”',
        multiline: true,
        initial: text.slice(0, limits.inputLength),
      }),
    ],
  });
}

export function readDraftForm(state: FormState): string {
  return readText(state, draftTextBlock);
}
