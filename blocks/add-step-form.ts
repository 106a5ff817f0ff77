import type { InputBlock, ModalView } from '@slack/types';
import { type Definition, defaultOutcomes, StepInput } from '../src/domain/definition.ts';
import { parseRecipient } from '../src/domain/recipient.ts';
import { assertTemplate, templatePaths } from '../src/domain/template.ts';
import type { Workflow } from '../src/domain/workflow.ts';
import { errorMessage } from '../src/errors.ts';
import { callbackIds } from './action-ids.ts';
import { assigneesHint, messageHint, waysToName } from './add-step-hints.ts';
import { bold, context, input } from './elements.ts';
import { clip, oneLine } from './escape.ts';
import type { FormErrors } from './form-errors.ts';
import { valueActionId } from './form-input.ts';
import { type FormState, readText } from './form-reader.ts';
import { modal } from './modal.ts';
import { stepNameFrom } from './step-name.ts';
import { humanise } from './task-view.ts';
import { findUnknownVariable } from './template-variables.ts';

/** The types of step that can be made in Slack. */
export type AddableStepType = 'USER_MESSAGE' | 'HUMAN';

/** Block ids, for errors that are found later. */
export const addStepBlocks = {
  title: 'title',
  message: 'message',
  assignees: 'assignees',
  approveLabel: 'approve_label',
  rejectLabel: 'reject_label',
} as const;

export interface AddStepOptions {
  type: AddableStepType;
  workflow: Pick<Workflow, 'name'>;
  definition: Pick<Definition, 'inputsSchema' | 'steps'>;
  /** Comes back with the submission; must say the type of step. */
  metadata: string;
}

const maxTitleLength = 60;
const maxLabelLength = 30;
const maxMessageLength = 3_000;

const labels = { approved: 'Approve', rejected: 'Reject' };

/** Asks for a new step at the end of the workflow. */
export function addStepForm({ type, workflow, definition, metadata }: AddStepOptions): ModalView {
  const isDecision = type === 'HUMAN';
  const blocks = [
    context(`The new last step of ${bold(clip(workflow.name, 200))}`),
    textBlock(addStepBlocks.title, 'Step', {
      hint: isDecision ? 'Such as “Manager approval”.' : 'Such as “Tell the customer”.',
      max: maxTitleLength,
    }),
    textBlock(addStepBlocks.message, isDecision ? 'What is to be decided?' : 'Message', {
      hint: messageHint(isDecision, definition),
      max: maxMessageLength,
      multiline: true,
    }),
    textBlock(addStepBlocks.assignees, isDecision ? 'Who decides?' : 'Who gets it?', {
      hint: assigneesHint(definition),
      max: maxMessageLength,
      optional: true,
    }),
    ...(isDecision ? labelBlocks() : []),
  ];
  return modal({
    callbackId: callbackIds.addStep,
    title: isDecision ? 'Add a decision' : 'Add a message',
    submit: 'Add',
    close: 'Cancel',
    metadata,
    blocks,
  });
}

/** @returns the step, or null when `errors` says what is wrong at which block */
export function readAddStepForm(
  { type, definition }: Pick<AddStepOptions, 'type' | 'definition'>,
  state: FormState,
): { step: StepInput | null; errors: FormErrors } {
  const errors: FormErrors = {};
  const title = oneLine(readText(state, addStepBlocks.title));
  const message = readText(state, addStepBlocks.message);
  if (title === '') errors[addStepBlocks.title] = 'Please give the step a name.';
  if (message === '') errors[addStepBlocks.message] = 'Please fill this in.';
  else setError(errors, addStepBlocks.message, findTemplateProblem(message, definition));
  const assignees = readAssignees(state, definition, errors);
  const name = stepNameFrom(
    title,
    definition.steps.map((step) => step.name),
  );
  const common = {
    name,
    ...(humanise(name) === title ? {} : { description: title }),
    inputsTemplate: { message },
    ...(assignees.length === 0 ? {} : { assignees }),
  };
  const draft: StepInput =
    type === 'HUMAN'
      ? { ...common, type: 'HUMAN', ...readOutcomes(state) }
      : { ...common, type: 'USER_MESSAGE' };
  if (Object.keys(errors).length > 0) return { step: null, errors };
  return validateStep(draft);
}

function validateStep(draft: StepInput): { step: StepInput | null; errors: FormErrors } {
  const parsed = StepInput.safeParse(draft);
  if (parsed.success) return { step: parsed.data, errors: {} };
  const errors: FormErrors = {};
  for (const issue of parsed.error.issues) {
    errors[blockForPath(issue.path.map(String))] ??=
      `${issue.message.charAt(0).toUpperCase()}${issue.message.slice(1)}.`;
  }
  return { step: null, errors };
}

function blockForPath(path: readonly string[]): string {
  switch (path[0]) {
    case 'inputsTemplate':
      return addStepBlocks.message;
    case 'assignees':
      return addStepBlocks.assignees;
    case 'outcomes':
      return path[1] === '1' ? addStepBlocks.rejectLabel : addStepBlocks.approveLabel;
    default:
      return addStepBlocks.title;
  }
}

function readAssignees(
  state: FormState,
  definition: AddStepOptions['definition'],
  errors: FormErrors,
): string[] {
  const entries = readText(state, addStepBlocks.assignees)
    .split(/[,\n]/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  for (const entry of entries) {
    const problem = entry.includes('{{')
      ? findTemplateProblem(entry, definition)
      : parseRecipient(entry) === null
        ? `“${clip(entry, 80)}” names nobody: use ${waysToName(definition)}.`
        : null;
    setError(errors, addStepBlocks.assignees, problem);
  }
  return [...new Set(entries)];
}

/** Nothing when the labels are the usual ones, so that the step stays with the defaults. */
function readOutcomes(state: FormState): {
  outcomes?: NonNullable<Extract<StepInput, { type: 'HUMAN' }>['outcomes']>;
} {
  const approve = oneLine(readText(state, addStepBlocks.approveLabel)) || labels.approved;
  const reject = oneLine(readText(state, addStepBlocks.rejectLabel)) || labels.rejected;
  if (approve === labels.approved && reject === labels.rejected) return {};
  return {
    outcomes: defaultOutcomes.map((outcome) => ({
      ...outcome,
      label: outcome.name === 'approved' ? approve : reject,
    })),
  };
}

/** Why the text is no template that this workflow can fill in; null when it is one. */
function findTemplateProblem(text: string, definition: AddStepOptions['definition']): string | null {
  try {
    assertTemplate(text, 'The text');
  } catch (error) {
    return clip(errorMessage(error), 300);
  }
  for (const path of templatePaths(text)) {
    const problem = findUnknownVariable(path, definition);
    if (problem !== null) return clip(problem, 300);
  }
  return null;
}

function setError(errors: FormErrors, blockId: string, problem: string | null): void {
  if (problem !== null) errors[blockId] ??= problem;
}

function labelBlocks(): InputBlock[] {
  return [
    textBlock(addStepBlocks.approveLabel, 'Button to approve', {
      hint: 'In the words of your business, such as “Refund it”. Empty: Approve.',
      max: maxLabelLength,
      optional: true,
    }),
    textBlock(addStepBlocks.rejectLabel, 'Button to reject', {
      hint: 'Whoever rejects is asked for a reason. Empty: Reject.',
      max: maxLabelLength,
      optional: true,
    }),
  ];
}

function textBlock(
  blockId: string,
  label: string,
  options: { hint: string; max: number; multiline?: boolean; optional?: boolean },
): InputBlock {
  const { hint, max, multiline = false, optional = false } = options;
  return input({
    blockId,
    label,
    hint,
    optional,
    element: { type: 'plain_text_input', action_id: valueActionId, multiline, max_length: max },
  });
}
