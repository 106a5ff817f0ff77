import type { ModalView } from '@slack/types';
import type { Workflow } from '../../src/domain/workflow.ts';
import type { AddableStepType } from '../add-step-form.ts';
import { bold, context, section } from '../elements.ts';
import { clip } from '../escape.ts';
import { type FormState, readInput } from '../form-reader.ts';
import { modal } from '../modal.ts';
import { authoringCallbacks } from './authoring-ids.ts';
import { choiceInput } from './form-inputs.ts';

/** The block at which an error of the choice is shown. */
export const stepKindBlock = 'step_kind';

const kinds = [
  ['PROMPT', '💬 Prompt: a model answers a question'],
  ['AGENT', '🤖 Agent: a model with a job and tools'],
  ['TOOL', '🔧 Tool: another system is called'],
  ['WAIT', '⏱️ Wait: for a time or a signal'],
  ['HUMAN', '⚖️ Decision: people choose a button'],
  ['USER_MESSAGE', '✉️ Message: somebody does something'],
] as const satisfies readonly (readonly [AddableStepType, string])[];

/** Asks which kind of step is to be added. */
export function stepKindForm(workflow: Pick<Workflow, 'name'>, metadata: string): ModalView {
  return modal({
    callbackId: authoringCallbacks.stepKind,
    title: 'Add a step',
    submit: 'Continue',
    close: 'Cancel',
    metadata,
    blocks: [
      context(`A new step of ${bold(clip(workflow.name, 200))}`),
      choiceInput({ blockId: stepKindBlock, label: 'Which kind of step?', choices: kinds }),
      section(
        [
          '*Prompt*: extracts, sorts or writes something, once, without tools.',
          '*Agent*: works on a task with the tools that it was given, and asks before what needs approval.',
          '*Tool*: one call, with arguments that you write.',
        ].join('\n'),
      ),
    ],
  });
}

/** @returns null when nothing was chosen */
export function readStepKind(state: FormState): AddableStepType | null {
  const chosen = readInput(state, stepKindBlock).selected[0];
  return kinds.find(([type]) => type === chosen)?.[0] ?? null;
}
