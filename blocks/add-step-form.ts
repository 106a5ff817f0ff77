import type { KnownBlock, ModalView } from '@slack/types';
import { type Definition, defaultOutcomes, StepInput } from '../src/domain/definition.ts';
import { noResources, type StepResources } from '../src/domain/step-resources.ts';
import type { Workflow } from '../src/domain/workflow.ts';
import { callbackIds } from './action-ids.ts';
import { messageHint } from './add-step-hints.ts';
import { readRunStep, runStepInputs } from './authoring/add-run-step.ts';
import { textInput } from './authoring/form-inputs.ts';
import { waitInputs, waitPartBlocks, readWait } from './authoring/part-wait.ts';
import { peopleBlocks, peopleInputs, readPeople } from './authoring/people-input.ts';
import { placeInput, readPlace } from './authoring/place-input.ts';
import { findTemplateProblem } from './authoring/template-problem.ts';
import { bold, context } from './elements.ts';
import { clip, oneLine } from './escape.ts';
import type { FormErrors } from './form-errors.ts';
import { type FormState, readText } from './form-reader.ts';
import { modal } from './modal.ts';
import { stepNameFrom } from './step-name.ts';
import { humanise } from './task-view.ts';

/** The types of step that can be made in Slack. */
export const addableStepTypes = ['USER_MESSAGE', 'HUMAN', 'WAIT', 'PROMPT', 'AGENT', 'TOOL'] as const;
export type AddableStepType = (typeof addableStepTypes)[number];

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
  /** False where people are typed, because menus of them cannot be shown. */
  hasPickers?: boolean;
  /** What a step can be made of that a model or a tool does. Default: nothing is known. */
  resources?: StepResources;
}

export interface AddStepResult {
  /** Null when `errors` says what is wrong at which block. */
  step: StepInput | null;
  /** Where it is to stand among the steps; the first is 0. */
  place: number;
  errors: FormErrors;
}

const maxTitleLength = 60;
const maxLabelLength = 30;
const maxMessageLength = 3_000;

const labels = { approved: 'Approve', rejected: 'Reject' };
const words = {
  HUMAN: { title: 'Add a decision', example: 'Such as “Manager approval”.' },
  USER_MESSAGE: { title: 'Add a message', example: 'Such as “Tell the customer”.' },
  WAIT: { title: 'Add a wait', example: 'Such as “Until the first day”.' },
  PROMPT: { title: 'Add a prompt', example: 'Such as “Extract the terms”.' },
  AGENT: { title: 'Add an agent', example: 'Such as “Check our rules”.' },
  TOOL: { title: 'Add a tool', example: 'Such as “Look up the customer”.' },
} as const;

/** Asks for a new step of the workflow. */
export function addStepForm(options: AddStepOptions): ModalView {
  const { type, workflow, definition, metadata } = options;
  return modal({
    callbackId: callbackIds.addStep,
    title: words[type].title,
    submit: type === 'TOOL' ? 'Continue' : 'Add',
    close: 'Cancel',
    metadata,
    blocks: [
      context(`A new step of ${bold(clip(workflow.name, 200))}`),
      textInput({
        blockId: addStepBlocks.title,
        label: 'Step',
        hint: words[type].example,
        max: maxTitleLength,
      }),
      ...ownBlocks(options),
      ...(definition.steps.length === 0
        ? []
        : [placeInput(definition.steps, definition.steps.length, 'Where does it stand?')]),
    ],
  });
}

export function readAddStepForm(
  options: Pick<AddStepOptions, 'type' | 'definition' | 'resources'>,
  state: FormState,
): AddStepResult {
  const { type, definition } = options;
  const errors: FormErrors = {};
  const title = oneLine(readText(state, addStepBlocks.title));
  if (title === '') errors[addStepBlocks.title] = 'Please give the step a name.';
  const taken = definition.steps.map((step) => step.name);
  const name = stepNameFrom(title, taken);
  const common = { name, ...(humanise(name) === title ? {} : { description: title }) };
  const draft = { ...common, type, ...readOwn(options, state, errors) };
  const place = readPlace(state, definition.steps.length, definition.steps.length);
  if (Object.keys(errors).length > 0) return { step: null, place, errors };
  return { ...validateStep(draft as StepInput), place };
}

function ownBlocks(options: AddStepOptions): KnownBlock[] {
  const { type } = options;
  switch (type) {
    case 'WAIT':
      return waitInputs('for', '');
    case 'HUMAN':
    case 'USER_MESSAGE':
      return askBlocks(options, type);
    case 'PROMPT':
    case 'AGENT':
    case 'TOOL':
      return runStepInputs(type, options);
  }
}

function readOwn(
  { type, definition, resources }: Pick<AddStepOptions, 'type' | 'definition' | 'resources'>,
  state: FormState,
  errors: FormErrors,
): object {
  switch (type) {
    case 'WAIT':
      return readWaitFields(state, definition, errors);
    case 'HUMAN':
    case 'USER_MESSAGE':
      return readAsked(type, definition, state, errors);
    case 'PROMPT':
    case 'AGENT':
    case 'TOOL':
      return readRunStep(type, { definition, resources: resources ?? noResources }, state, errors);
  }
}

function askBlocks(
  { definition, hasPickers = true }: AddStepOptions,
  type: 'HUMAN' | 'USER_MESSAGE',
): KnownBlock[] {
  const isDecision = type === 'HUMAN';
  return [
    textInput({
      blockId: addStepBlocks.message,
      label: isDecision ? 'What is to be decided?' : 'Message',
      hint: messageHint(isDecision, definition),
      max: maxMessageLength,
      multiline: true,
    }),
    ...peopleInputs({
      prefix: addStepBlocks.assignees,
      label: isDecision ? 'Who decides?' : 'Who gets it?',
      definition,
      people: [],
      hasPickers,
    }),
    ...(isDecision ? labelBlocks() : []),
  ];
}

function readAsked(
  type: 'HUMAN' | 'USER_MESSAGE',
  definition: AddStepOptions['definition'],
  state: FormState,
  errors: FormErrors,
): object {
  const message = readText(state, addStepBlocks.message);
  const problem = message === '' ? 'Please fill this in.' : findTemplateProblem(message, definition);
  if (problem !== null) errors[addStepBlocks.message] = problem;
  const assignees = readPeople({ prefix: addStepBlocks.assignees, definition }, state, errors);
  return {
    inputsTemplate: { message },
    ...(assignees.length === 0 ? {} : { assignees }),
    ...(type === 'HUMAN' ? readOutcomes(state) : {}),
  };
}

function readWaitFields(
  state: FormState,
  definition: AddStepOptions['definition'],
  errors: FormErrors,
): object {
  const { field, value, problem } = readWait(state, definition);
  if (problem !== null) errors[waitPartBlocks.value] = problem;
  return { [field]: value };
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
      return peopleBlocks(addStepBlocks.assignees).typed;
    case 'outcomes':
      return path[1] === '1' ? addStepBlocks.rejectLabel : addStepBlocks.approveLabel;
    default:
      return addStepBlocks.title;
  }
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

function labelBlocks(): KnownBlock[] {
  return [
    textInput({
      blockId: addStepBlocks.approveLabel,
      label: 'Button to approve',
      hint: 'In the words of your business, such as “Refund it”. Empty: Approve.',
      max: maxLabelLength,
      optional: true,
    }),
    textInput({
      blockId: addStepBlocks.rejectLabel,
      label: 'Button to reject',
      hint: 'Whoever rejects is asked for a reason. Empty: Reject.',
      max: maxLabelLength,
      optional: true,
    }),
  ];
}
