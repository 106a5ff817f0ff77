import type { ModalView } from '@slack/types';
import { choiceInput, readChoice, textInput } from '../authoring/form-inputs.ts';
import { bold, section } from '../elements.ts';
import { codeBlock } from '../escape.ts';
import { type FormState, readText } from '../form-reader.ts';
import { modal } from '../modal.ts';
import { intakeCallbacks } from './intake-ids.ts';

/** Block ids, for errors. */
export const intakeFormBlocks = { name: 'intake_name', key: 'intake_key' } as const;

const keyChoices = [
  ['new', 'A new one of mine, for 90 days'],
  ['own', 'One that I have'],
] as const;
type KeyChoice = (typeof keyChoices)[number][0];
const maxNameLength = 80;

/** Asks for a new intake. `metadata`: the workflow's id. */
export function intakeForm({ workflowId, name }: { workflowId: string; name: string }): ModalView {
  return modal({
    callbackId: intakeCallbacks.create,
    title: 'New intake',
    submit: 'Create',
    close: 'Cancel',
    metadata: workflowId,
    blocks: [
      section(
        `A program will POST to the intake's address, and each request becomes a task of ${bold(name)}.`,
      ),
      textInput({
        blockId: intakeFormBlocks.name,
        label: 'Name',
        hint: 'Who sends to it, such as "Web shop".',
        max: maxNameLength,
      }),
      choiceInput({
        blockId: intakeFormBlocks.key,
        label: 'Key for the command',
        hint: 'You get a command that works when it is pasted into a terminal. A new key acts as you: do not pass it on.',
        choices: keyChoices,
        initial: 'new',
      }),
    ],
  });
}

export function readIntakeForm(state: FormState): { name: string; key: KeyChoice } {
  const known = keyChoices.map(([value]) => value);
  return {
    name: readText(state, intakeFormBlocks.name),
    key: readChoice(state, intakeFormBlocks.key, known, 'own'),
  };
}

export interface NewIntakeOptions {
  name: string;
  command: string;
  hasKey: boolean;
  /** Null: callbacks cannot be signed. */
  secret: string | null;
}

/** The only place where the secret, and a new key, are shown. Both have letters, digits and a few signs only. */
export function newIntakeView({ name, command, hasKey, secret }: NewIntakeOptions): ModalView {
  const withKey = hasKey
    ? 'Paste this into a terminal. The key in it is shown this once, and acts as you.'
    : 'Put your key into `BATON_KEY` first (`export BATON_KEY=…`), then paste this into a terminal.';
  const callback =
    secret === null
      ? 'Callbacks cannot be signed here: `ENCRYPTION_KEYS` is not set. Ask with the `work_id` instead.'
      : `With \`"callback_url"\` in the body that address is called when the work ends, signed with this secret, which is shown this once:\n\`\`\`${secret}\`\`\``;
  return modal({
    callbackId: 'notice',
    title: 'The intake is there',
    submit: null,
    close: 'I have copied it',
    metadata: '',
    blocks: [
      section(`${bold(name)} takes work now. ${withKey}`),
      section(codeBlock(command)),
      section(
        'It answers with a `work_id`; a GET of the same address followed by `/work/` and the id tells how far it is.',
      ),
      section(callback),
    ],
  });
}
