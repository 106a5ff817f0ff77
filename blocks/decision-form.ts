import type { KnownBlock, ModalView } from '@slack/types';
import { type HumanStep, isRefusal, type Outcome } from '../src/domain/definition.ts';
import type { StepExecution } from '../src/domain/execution.ts';
import { isJsonObject, type JsonObject } from '../src/domain/json.ts';
import type { JsonSchema } from '../src/domain/json-schema.ts';
import { callbackIds } from './action-ids.ts';
import { bold, input, section } from './elements.ts';
import { clip, escapeMrkdwn } from './escape.ts';
import type { FormErrors } from './form-errors.ts';
import { type FormField, listFields } from './form-field.ts';
import { formFromSchema } from './form-from-schema.ts';
import { initialInput, inputBlock, valueActionId } from './form-input.ts';
import { type FormState, readText } from './form-reader.ts';
import { limits } from './limits.ts';
import { modal } from './modal.ts';
import { readStartForm } from './start-form.ts';
import { askTitle } from './task-view.ts';

/** Block id of the reason; no field has one that starts with a slash. */
export const decisionReasonBlockId = '/reason';

const maxTitleLength = 1_000;
const maxLongShown = 1_000;
const maxReasonLength = 2_000;

export interface DecisionFormOptions {
  step: HumanStep;
  outcome: Outcome;
  stepExecution: StepExecution;
  /** What the fields start with. */
  values: JsonObject;
  metadata: string;
}

/** True for an outcome that is decided with the fields of the output schema: every one but a refusal. */
export function hasDecisionForm(step: HumanStep, outcomeName: string): boolean {
  if (step.outputSchema === undefined || isRefusal(step, outcomeName)) return false;
  return listFields(formFromSchema(step.outputSchema as JsonSchema)).length > 0;
}

/** Asks for the fields of a decision, filled in with what there is to edit, and for its reason. */
export function decisionForm(options: DecisionFormOptions): ModalView {
  const { step, outcome, stepExecution, values, metadata } = options;
  const inputs = fieldsOf(step).map((field): KnownBlock => {
    const initial = initialInput(field, values);
    return isTooLong(field, values) ? longText(field, initial.text) : inputBlock(field, initial);
  });
  const { label, requireComment = false } = outcome;
  return modal({
    callbackId: callbackIds.decision,
    title: label,
    submit: label,
    close: 'Cancel',
    metadata,
    blocks: [
      section(clip(escapeMrkdwn(askTitle(stepExecution)), maxTitleLength)),
      ...inputs,
      input({
        blockId: decisionReasonBlockId,
        label: 'Reason',
        hint: 'It is shown with your decision to everybody who sees the task.',
        optional: !requireComment,
        element: {
          type: 'plain_text_input',
          action_id: valueActionId,
          multiline: true,
          max_length: maxReasonLength,
        },
      }),
    ],
  });
}

/** What was filled in; `values` are those that the form was opened with. */
export function readDecisionForm(
  step: HumanStep,
  state: FormState,
  values: JsonObject,
): { output: JsonObject; comment: string | null; errors: FormErrors } {
  const schema = (step.outputSchema ?? {}) as JsonSchema;
  const kept = fieldsOf(step).filter((field) => isTooLong(field, values));
  const states: FormState = { ...state };
  for (const field of kept)
    states[field.blockId] = { [valueActionId]: { value: initialInput(field, values).text } };
  const { inputs: output, errors } = readStartForm(schema, states, values);
  const reason = readText(state, decisionReasonBlockId);
  return { output, comment: reason === '' ? null : reason, errors };
}

/** What the form of a person starts with: what they sent before, else what the step starts with. */
export function decisionValues({ votes, prefilled }: StepExecution, userId: string): JsonObject {
  const mine = votes.find(({ actor }) => actor.kind === 'person' && actor.userId === userId);
  return isJsonObject(mine?.output) ? mine.output : prefilled;
}

function fieldsOf(step: HumanStep): FormField[] {
  return listFields(formFromSchema((step.outputSchema ?? {}) as JsonSchema));
}

/** Slack's inputs hold 3,000 characters: what is longer goes on as it is. */
function isTooLong(field: FormField, values: JsonObject): boolean {
  return initialInput(field, values).text.length > limits.inputLength;
}

function longText({ label }: FormField, text: string): KnownBlock {
  const note = 'is too long to be edited here, and goes on as it is';
  return section(`${bold(label)} ${note}:\n${clip(escapeMrkdwn(text), maxLongShown)}`);
}
