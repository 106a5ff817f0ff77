import type { KnownBlock } from '@slack/types';
import type { Definition, RunStep } from '../../src/domain/definition.ts';
import { noResources, type StepResources } from '../../src/domain/step-resources.ts';
import { hintWithVariables } from '../add-step-hints.ts';
import type { FormErrors } from '../form-errors.ts';
import { type FormState, readText } from '../form-reader.ts';
import { fieldsTextHint, parseFieldsText } from './fields-text.ts';
import { textInput } from './form-inputs.ts';
import { modelInputs, readModel } from './model-input.ts';
import { agentInputs, readAgent } from './part-agent.ts';
import { findTemplateProblem } from './template-problem.ts';
import { readTool, toolInputs } from './tool-input.ts';

export const addRunStepBlocks = { text: 'message', fields: 'answer_fields' } as const;

type Known = Pick<Definition, 'inputsSchema' | 'steps'>;
type RunStepType = RunStep['type'];

const modelPrefix = 'new_prompt';
const words = {
  PROMPT: {
    label: 'What is the model asked?',
    hint: 'The model sees this and nothing else of the task.',
    fields: 'What is it to find out?',
  },
  AGENT: {
    label: 'What is the agent to do?',
    hint: 'It has its own job description and tools; this is the task at hand.',
    fields: 'What is it to report?',
  },
} as const;

/** What is asked for a new step that a model or a tool does. The arguments of a tool come afterwards, by its own schema. */
export function runStepInputs(
  type: RunStepType,
  options: { definition: Known; hasPickers?: boolean; resources?: StepResources },
): KnownBlock[] {
  const { definition, hasPickers = true, resources = noResources } = options;
  if (type === 'TOOL') return toolInputs(resources.toolServers, null);
  const { label, hint, fields } = words[type];
  const asked = { definition: definition as Definition, hasPickers };
  return [
    ...(type === 'AGENT' ? agentInputs(asked, resources.agents).slice(0, 1) : []),
    textInput({
      blockId: addRunStepBlocks.text,
      label,
      hint: hintWithVariables(hint, definition),
      multiline: true,
    }),
    textInput({
      blockId: addRunStepBlocks.fields,
      label: fields,
      hint: fieldsTextHint,
      multiline: true,
      optional: true,
    }),
    ...(type === 'PROMPT'
      ? modelInputs(modelPrefix, resources.providers, {})
      : agentInputs(asked, resources.agents).slice(1)),
  ];
}

/** The fields of the step that were filled in. */
export function readRunStep(
  type: RunStepType,
  { definition, resources }: { definition: Known; resources: StepResources },
  state: FormState,
  errors: FormErrors,
): object {
  if (type === 'TOOL') {
    const ref = readTool(resources.toolServers, null, state, errors);
    return ref === null ? {} : { toolServer: ref.server, tool: ref.tool };
  }
  const text = readText(state, addRunStepBlocks.text);
  const problem = text === '' ? 'Please fill this in.' : findTemplateProblem(text, definition);
  if (problem !== null) errors[addRunStepBlocks.text] = problem;
  const parsed = parseFieldsText(readText(state, addRunStepBlocks.fields));
  if (parsed.problem !== null) errors[addRunStepBlocks.fields] = parsed.problem;
  const answer = parsed.schema === null ? {} : { outputSchema: parsed.schema };
  if (type === 'AGENT') {
    const { agentId, approvers } = readAgent({ definition: definition as Definition }, state, errors);
    const asked = approvers.length === 0 ? {} : { approvers };
    return { ...(agentId === null ? {} : { agentId }), inputsTemplate: { task: text }, ...asked, ...answer };
  }
  const { provider, model } = readModel(modelPrefix, resources.providers, {}, state, errors);
  return {
    inputsTemplate: { prompt: text },
    ...(provider === undefined ? {} : { provider }),
    ...(model === undefined ? {} : { model }),
    ...answer,
  };
}
