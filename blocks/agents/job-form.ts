import type { InputBlock, ModalView } from '@slack/types';
import type { AgentInput } from '../../src/domain/agent.ts';
import type { ProviderOffer } from '../../src/domain/provider.ts';
import { textInput } from '../authoring/form-inputs.ts';
import { modelInputs, readModel } from '../authoring/model-input.ts';
import { bold, context } from '../elements.ts';
import { oneLine } from '../escape.ts';
import type { FormErrors } from '../form-errors.ts';
import { type FormState, readText } from '../form-reader.ts';
import { limits } from '../limits.ts';
import { modal } from '../modal.ts';
import { agentCallbacks } from './agent-ids.ts';

export const jobBlocks = { name: 'agent_name', instructions: 'agent_instructions' } as const;

type Job = Pick<AgentInput, 'name' | 'instructions'>;

const maxNameLength = 80;
const newPrefix = 'new_agent';

/** Asks for a new agent. Its tools are given afterwards, server by server. */
export function newAgentForm({ providers }: { providers: readonly ProviderOffer[] }): ModalView {
  return modal({
    callbackId: agentCallbacks.create,
    title: 'New agent',
    submit: 'Create',
    close: 'Cancel',
    metadata: '',
    blocks: [...jobInputs(null), ...modelInputs(newPrefix, providers, {})],
  });
}

export function readNewAgent(
  providers: readonly ProviderOffer[],
  state: FormState,
): { job: Job; provider: string | undefined; model: string | undefined; errors: FormErrors } {
  const { job, errors } = readJobForm(null, state);
  const { provider, model } = readModel(newPrefix, providers, {}, state, errors);
  return { job, provider, model, errors };
}

/** Asks for name and job description. */
export function jobForm(agent: Job, metadata: string): ModalView {
  return modal({
    callbackId: agentCallbacks.job,
    title: 'Name and job',
    submit: 'Save',
    close: 'Cancel',
    metadata,
    blocks: [context(`The agent ${bold(agent.name)}`), ...jobInputs(agent)],
  });
}

/** `before` null: of a new one. A job description that is longer than the form shows stays when nothing is typed. */
export function readJobForm(before: Job | null, state: FormState): { job: Job; errors: FormErrors } {
  const errors: FormErrors = {};
  const name = oneLine(readText(state, jobBlocks.name));
  if (name === '') errors[jobBlocks.name] = 'Please give it a name.';
  const typed = readText(state, jobBlocks.instructions);
  const isKept = typed === '' && before !== null && isTooLong(before);
  const instructions = isKept ? before.instructions : typed;
  if (instructions === '') errors[jobBlocks.instructions] = 'Please say what its job is.';
  return { job: { name, instructions }, errors };
}

function jobInputs(agent: Job | null): InputBlock[] {
  const isKept = agent !== null && isTooLong(agent);
  return [
    textInput({
      blockId: jobBlocks.name,
      label: 'Name',
      hint: 'Such as “Contract checker”.',
      max: maxNameLength,
      initial: agent?.name ?? '',
    }),
    textInput({
      blockId: jobBlocks.instructions,
      label: 'Job description',
      hint: isKept
        ? 'It is longer than can be shown here: leave this empty to keep it.'
        : 'Who it is, what it does, what it never does, and how it reports. It has this before it at every task.',
      multiline: true,
      optional: isKept,
      initial: agent?.instructions ?? '',
    }),
  ];
}

function isTooLong({ instructions }: Job): boolean {
  return instructions.length > limits.inputLength;
}
