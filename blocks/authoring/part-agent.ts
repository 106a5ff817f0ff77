import type { KnownBlock } from '@slack/types';
import type { Step } from '../../src/domain/definition.ts';
import type { AgentOffer } from '../../src/domain/step-resources.ts';
import { bold } from '../elements.ts';
import { clip, inline } from '../escape.ts';
import type { FormErrors } from '../form-errors.ts';
import { type FormState, readInput } from '../form-reader.ts';
import { joinWords, recipientMention } from '../people.ts';
import { choiceInput } from './form-inputs.ts';
import { peopleInputs, readPeople } from './people-input.ts';
import { type PartContext, resourcesOf, type StepPartForm, withField } from './step-part.ts';

export const agentPartBlocks = { agent: 'agent_id' } as const;

const prefix = 'approvers';
const maxOffered = 99;

/** Which agent does a step, and who is asked about its calls. */
export const agentPart: StepPartForm = {
  label: 'Agent',
  title: 'Agent',
  appliesTo: ({ type }) => type === 'AGENT',
  summary: (context) => {
    const { agents } = resourcesOf(context);
    const agent = agents.find(({ id }) => id === agentIdOf(context.step));
    const name = agent === undefined ? '⚠️ An agent that is no longer there' : bold(clip(agent.name, 100));
    const people = approversOf(context.step);
    const asked =
      people.length === 0
        ? 'whoever started the task'
        : joinWords(
            people.map((person) =>
              person.includes('{{')
                ? `\`${clip(inline(person).replaceAll('`', '’'), 80)}\``
                : recipientMention(person),
            ),
            'or',
          );
    return `${name}\nCalls that need approval are allowed by ${asked}`;
  },
  blocks: (context) => agentInputs(context, resourcesOf(context).agents),
  read: (context, state) => {
    const errors: FormErrors = {};
    const { agentId, approvers } = readAgent(context, state, errors);
    const chosen = withField(context.step, 'agentId', agentId ?? agentIdOf(context.step));
    return { step: withField(chosen, 'approvers', approvers.length === 0 ? undefined : approvers), errors };
  },
};

/** Asks for the agent and for who allows its calls; also used where a step is made. */
export function agentInputs(
  { definition, hasPickers, step }: Pick<PartContext, 'definition' | 'hasPickers'> & { step?: Step },
  agents: readonly AgentOffer[],
): KnownBlock[] {
  return [
    choiceInput({
      blockId: agentPartBlocks.agent,
      label: 'Agent',
      hint: '/workflow agents makes and changes them: their job, their tools, their model.',
      choices: offered(agents, step),
      initial: step === undefined ? (agents.length === 1 ? agents[0]?.id : undefined) : agentIdOf(step),
    }),
    ...peopleInputs({
      prefix,
      label: 'Who allows its calls that need approval?',
      definition,
      people: step === undefined ? [] : approversOf(step),
      hasPickers,
    }),
  ];
}

/** What is set stays a choice, also where it is gone. */
function offered(agents: readonly AgentOffer[], step: Step | undefined): (readonly [string, string])[] {
  const choices = agents.slice(0, maxOffered).map(({ id, name }) => [id, name] as const);
  const current = step === undefined ? '' : agentIdOf(step);
  const isThere = current === '' || choices.some(([id]) => id === current);
  const gone = [current, 'The agent that was deleted'] as const;
  if (!isThere) return [...choices, gone];
  return choices.length === 0 ? [['none', 'There is none yet']] : choices;
}

export function readAgent(
  { definition }: Pick<PartContext, 'definition'>,
  state: FormState,
  errors: FormErrors,
): { agentId: string | null; approvers: string[] } {
  const agentId = readInput(state, agentPartBlocks.agent).selected[0] ?? null;
  if (agentId === null || agentId === 'none') errors[agentPartBlocks.agent] = 'Please choose an agent.';
  return { agentId, approvers: readPeople({ prefix, definition }, state, errors) };
}

function agentIdOf(step: Step): string {
  return step.type === 'AGENT' ? step.agentId : '';
}

function approversOf(step: Step): readonly string[] {
  return step.type === 'AGENT' ? (step.approvers ?? []) : [];
}
