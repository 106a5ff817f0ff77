import type { InputBlock, ModalView, StaticSelect } from '@slack/types';
import type { Workflow } from '../src/domain/workflow.ts';
import { callbackIds } from './action-ids.ts';
import { bold, input, option, plainText, section } from './elements.ts';
import { clip } from './escape.ts';
import { valueActionId } from './form-input.ts';
import { type FormState, readInput, readText } from './form-reader.ts';
import { limits } from './limits.ts';
import { modal } from './modal.ts';

/** Block ids, for errors. */
export const pickBlocks = { workflow: 'pick_workflow', text: 'pick_text' } as const;

/** Asks which workflow to start with a message. Its text can be shortened here; the workflow's own form comes next. */
export function pickWorkflowForm(options: {
  workflows: readonly Workflow[];
  text: string;
  metadata: string;
  /** A table that the message has: each of its rows is to become a task. */
  fileName?: string;
}): ModalView {
  const { workflows, text, metadata, fileName } = options;
  const active = workflows.filter(({ status }) => status === 'ACTIVE');
  const title = 'Start a workflow';
  const base = { callbackId: callbackIds.pickWorkflow, title, metadata };
  if (active.length === 0) {
    const blocks = [section('There is no workflow to start yet.')];
    return modal({ ...base, submit: null, close: 'Close', blocks });
  }
  return modal({
    ...base,
    submit: 'Next',
    close: 'Cancel',
    blocks: [
      input({ blockId: pickBlocks.workflow, label: 'Workflow', element: workflowMenu(active) }),
      ...(fileName === undefined ? [messageInput(text)] : [section(aboutTable(fileName))]),
    ],
  });
}

function aboutTable(fileName: string): string {
  return `Each row of ${bold(clip(fileName, 100))} becomes a task. All rows are checked first, and nothing starts before you say so.`;
}

function messageInput(text: string): InputBlock {
  return input({
    blockId: pickBlocks.text,
    label: 'Message',
    hint: 'It fills in the form that comes next, with who wrote it and a link to it.',
    optional: true,
    element: {
      type: 'plain_text_input',
      action_id: valueActionId,
      multiline: true,
      ...(text === '' ? {} : { initial_value: clip(text, limits.inputLength) }),
    },
  });
}

/** The workflow that was chosen, by its id, and the text as it was left. */
export function readPickWorkflowForm(state: FormState): { workflowId: string; text: string } {
  const workflowId = readInput(state, pickBlocks.workflow).selected[0] ?? '';
  return { workflowId, text: readText(state, pickBlocks.text) };
}

/** A menu holds a hundred; more are put in groups of a hundred, by name. */
function workflowMenu(workflows: readonly Workflow[]): StaticSelect {
  const options = workflows.map(({ id, name }) => option(name, id));
  const menu = {
    type: 'static_select',
    action_id: valueActionId,
    placeholder: plainText('Choose a workflow', limits.placeholder),
  } as const;
  const [only] = options;
  if (options.length === 1 && only !== undefined) return { ...menu, options, initial_option: only };
  if (options.length <= limits.selectOptions) return { ...menu, options };
  const groups = Array.from({ length: Math.ceil(options.length / limits.selectOptions) }, (_, index) => {
    const first = index * limits.selectOptions;
    return {
      label: plainText(
        `${first + 1} to ${Math.min(first + limits.selectOptions, options.length)}`,
        limits.optionText,
      ),
      options: options.slice(first, first + limits.selectOptions),
    };
  });
  return { ...menu, option_groups: groups };
}
