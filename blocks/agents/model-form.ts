import type { ModalView } from '@slack/types';
import type { AgentInput } from '../../src/domain/agent.ts';
import type { ProviderOffer } from '../../src/domain/provider.ts';
import { textInput } from '../authoring/form-inputs.ts';
import { modelInputs, readModel, readSampling, samplingInputs } from '../authoring/model-input.ts';
import { bold, context } from '../elements.ts';
import type { FormErrors } from '../form-errors.ts';
import { type FormState, readText } from '../form-reader.ts';
import { modal } from '../modal.ts';
import { agentCallbacks } from './agent-ids.ts';

export const turnsBlock = 'agent_turns';

export type ModelChanges = Pick<AgentInput, 'provider' | 'model' | 'temperature' | 'maxTokens' | 'maxTurns'>;

const prefix = 'agent';
const largestTurns = 50;

/** Asks which model an agent is, and how long it may work on a task. */
export function agentModelForm(
  agent: AgentInput,
  { providers }: { providers: readonly ProviderOffer[] },
  metadata: string,
): ModalView {
  return modal({
    callbackId: agentCallbacks.model,
    title: 'Model and limits',
    submit: 'Save',
    close: 'Cancel',
    metadata,
    blocks: [
      context(`The agent ${bold(agent.name)}`),
      ...modelInputs(prefix, providers, agent),
      ...samplingInputs(prefix, agent),
      textInput({
        blockId: turnsBlock,
        label: 'Turns at most',
        hint: 'How often it may be asked for its next step in one task, from 1 to 50. Then it stops, and the task says so.',
        max: 2,
        initial: String(agent.maxTurns),
      }),
    ],
  });
}

export function readAgentModel(
  agent: AgentInput,
  { providers }: { providers: readonly ProviderOffer[] },
  state: FormState,
): { changes: ModelChanges; errors: FormErrors } {
  const errors: FormErrors = {};
  const chosen = readModel(prefix, providers, agent, state, errors);
  const sampling = readSampling(prefix, state, errors);
  const typed = readText(state, turnsBlock);
  const maxTurns = typed === '' ? agent.maxTurns : Number(typed);
  if (!Number.isInteger(maxTurns) || maxTurns < 1 || maxTurns > largestTurns)
    errors[turnsBlock] = `Must be a whole number from 1 to ${largestTurns}.`;
  return { changes: { ...chosen, ...sampling, maxTurns }, errors };
}
