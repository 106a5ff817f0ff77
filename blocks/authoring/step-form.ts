import type { KnownBlock, ModalView } from '@slack/types';
import type { JsonSchema } from '../../src/domain/json-schema.ts';
import { isRunStep, type Step } from '../../src/domain/definition.ts';
import { section } from '../elements.ts';
import { clip, inline } from '../escape.ts';
import { type FormState, readInput } from '../form-reader.ts';
import { modal } from '../modal.ts';
import { humanise, stepTitle } from '../task-view.ts';
import { stepBadge } from '../workflow-words.ts';
import { authoringCallbacks, type StepPart, stepParts, type StepVerb, stepVerbs } from './authoring-ids.ts';
import { fieldKeys, readField } from './field-schema.ts';
import { choiceInput } from './form-inputs.ts';
import { partForms } from './parts.ts';
import { stepContext } from './step-context.ts';
import type { PartContext } from './step-part.ts';

export interface StepFormOptions extends PartContext {
  metadata: string;
  /** A line on top, in mrkdwn, such as that something was saved. */
  notice?: string;
}

/** What is to be done with the step. */
export type StepChoice = StepPart | Exclude<StepVerb, 'edit'>;

const nextBlockId = 'step_next';
const maxSummaryLength = 900;

/** The block at which an error of the step's form is shown. */
export const stepErrorBlock = nextBlockId;

/** Everything about a step, and the choice what to change. */
export function stepForm(options: StepFormOptions): ModalView {
  const { workflow, definition, step, metadata, notice } = options;
  return modal({
    callbackId: authoringCallbacks.step,
    title: 'Edit step',
    submit: 'Continue',
    close: 'Done',
    metadata,
    blocks: [
      ...(notice === undefined ? [] : [section(notice)]),
      stepContext(workflow, definition, step),
      ...summaries(options),
      choiceInput({
        blockId: nextBlockId,
        label: 'What do you want to change?',
        choices: choicesOf(options),
      }),
    ],
  });
}

/** @returns null when nothing was chosen */
export function readStepForm(state: FormState): StepChoice | null {
  const chosen = readInput(state, nextBlockId).selected[0];
  const found = [...stepParts, ...stepVerbs].find((candidate) => candidate === chosen);
  return found === undefined || found === 'edit' ? null : found;
}

/** The title of a step for a notice: with its kind. */
export function stepWithBadge(step: Step): string {
  return `${stepBadge(step)} ${inline(stepTitle(step))}`;
}

/** True when something is filled in with the step, by a person or by a model. */
export function hasAnswer(step: Step): boolean {
  return step.outputSchema !== undefined || (step.type !== 'USER_MESSAGE' && step.type !== 'WAIT');
}

function summaries(context: PartContext): KnownBlock[] {
  const lines = Object.entries(partForms)
    .filter(([part, form]) => part !== 'place' && form.appliesTo(context.step))
    .map(([, form]) => `*${form.label}*\n${clip(form.summary(context), maxSummaryLength)}`);
  const answer = describeAnswer(context.step);
  if (answer !== null) lines.push(`*${answer.label}*\n${answer.summary}`);
  return lines.map((text) => section(text));
}

/** What is filled in with the step, in mrkdwn; null where nothing ever is. */
export function describeAnswer(step: Step): { label: string; summary: string } | null {
  if (!hasAnswer(step)) return null;
  return { label: isRunStep(step) ? 'Answer' : 'Form', summary: answerSummary(step) };
}

function answerSummary(step: Step): string {
  const { outputSchema } = step;
  const schema = (outputSchema ?? {}) as JsonSchema;
  const names = fieldKeys(schema).map((key) => inline(readField(schema, key)?.label || humanise(key)));
  const none =
    step.type === 'TOOL' ? 'What the tool gives' : isRunStep(step) ? 'A text' : 'Nothing is filled in';
  if (names.length === 0) return outputSchema === undefined ? none : 'A JSON Schema';
  return clip(names.join(', '), 600);
}

function choicesOf({ definition, step }: PartContext): (readonly [StepChoice, string])[] {
  const index = definition.steps.findIndex(({ id }) => id === step.id);
  const parts = Object.entries(partForms)
    .filter(([, form]) => form.appliesTo(step))
    .map(([part, form]) => [part as StepPart, form.label] as const);
  return [
    ...parts.filter(([part]) => part !== 'place'),
    ...(hasAnswer(step)
      ? [
          [
            'answer',
            isRunStep(step) ? 'Answer: the fields that come out' : 'Form: what is filled in',
          ] as const,
        ]
      : []),
    ...parts.filter(([part]) => part === 'place'),
    ...(index > 0 ? [['up', 'Move up'] as const] : []),
    ...(index < definition.steps.length - 1 ? [['down', 'Move down'] as const] : []),
    ['duplicate', 'Duplicate'],
    ['delete', 'Delete…'],
  ];
}
