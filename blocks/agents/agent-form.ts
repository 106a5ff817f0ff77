import type { ModalView } from '@slack/types';
import type { AgentUse } from '../../src/domain/agent-use.ts';
import type { StepResources } from '../../src/domain/step-resources.ts';
import type { StoredAgent } from '../../src/domain/stored-agent.ts';
import { choiceInput } from '../authoring/form-inputs.ts';
import { bold, section } from '../elements.ts';
import { clip, inline, quote } from '../escape.ts';
import { type FormState, readInput } from '../form-reader.ts';
import { modal } from '../modal.ts';
import { agentCallbacks } from './agent-ids.ts';
import { describeModel, describeUses } from './agent-words.ts';

export interface AgentFormOptions {
  agent: StoredAgent;
  uses: readonly AgentUse[];
  resources: Pick<StepResources, 'toolServers'>;
  metadata: string;
  /** A line on top, in mrkdwn, such as that something was saved. */
  notice?: string;
}

/** What is to be done with an agent next. */
export type AgentChoice =
  | { kind: 'job' | 'model' | 'delete' }
  | { kind: 'tools'; server: string }
  /** Null: a new one. */
  | { kind: 'file'; index: number | null };

/** The block at which an error of the agent's form is shown. */
export const agentFormBlock = 'agent_next';

const maxToolsShown = 30;

/** Everything about an agent, and the choice what to change. */
export function agentForm({ agent, uses, resources, metadata, notice }: AgentFormOptions): ModalView {
  const files = agent.contextFiles.map(
    ({ name, content }) => `${inline(name)} (${content.length} characters)`,
  );
  const own = uses.filter(({ agentId }) => agentId === agent.id);
  const about = describeUses(own);
  return modal({
    callbackId: agentCallbacks.agent,
    title: 'Edit agent',
    submit: 'Continue',
    close: 'Done',
    metadata,
    blocks: [
      ...(notice === undefined ? [] : [section(notice)]),
      section(`🤖 ${bold(agent.name)}: ${about}. Runs that have begun keep what they began with.`),
      section(`*Job description*\n${quote(clip(inline(agent.instructions), 600))}`),
      section(`*Model and limits*\n${describeModel(agent)}`),
      section(`*Tools*\n${toolLines(agent)}`),
      section(`*Context files*\n${clip(files.join('\n'), 1_500) || 'None'}`),
      choiceInput({
        blockId: agentFormBlock,
        label: 'What do you want to change?',
        choices: choicesOf(agent, resources),
      }),
    ],
  });
}

/** @returns null when nothing was chosen */
export function readAgentForm(state: FormState): AgentChoice | null {
  const chosen = readInput(state, agentFormBlock).selected[0] ?? '';
  if (chosen === 'job' || chosen === 'model' || chosen === 'delete') return { kind: chosen };
  const server = /^tools:([a-zA-Z0-9_-]{1,63})$/.exec(chosen)?.[1];
  if (server !== undefined) return { kind: 'tools', server };
  const index = /^file:(new|\d{1,2})$/.exec(chosen)?.[1];
  if (index === undefined) return null;
  return { kind: 'file', index: index === 'new' ? null : Number(index) };
}

/** Asks whether the agent is really to go. */
export function deleteAgentForm(agent: StoredAgent, uses: readonly AgentUse[], metadata: string): ModalView {
  const own = uses.filter(({ agentId }) => agentId === agent.id);
  const isUsed = own.length > 0;
  return modal({
    callbackId: agentCallbacks.delete,
    title: 'Delete an agent',
    submit: isUsed ? null : 'Delete',
    close: isUsed ? 'Close' : 'Keep it',
    metadata,
    blocks: [
      section(
        isUsed
          ? `${bold(agent.name)} cannot be deleted: ${describeUses(own)}. A step without its agent can only fail. Give those steps another agent first, detach it where it listens, or archive the workflow.`
          : `${bold(agent.name)} is used by no workflow. It is deleted for good, with its job description and context files. Tasks of older revisions that still come to a step of it stop there, and say so.`,
      ),
    ],
  });
}

function toolLines({ tools }: StoredAgent): string {
  if (tools.length === 0) return 'None: it can only write.';
  const words = {
    required: ' (a person is asked first)',
    'not-required': ' (nobody is asked)',
    usual: '',
  } as const;
  const lines = tools
    .slice(0, maxToolsShown)
    .map(
      ({ server, tool, approval }) =>
        `\`${inline(server)}\`: ${clip(inline(tool), 80)}${words[approval ?? 'usual']}`,
    );
  const more = tools.length > maxToolsShown ? [`… and ${tools.length - maxToolsShown} more`] : [];
  return clip([...lines, ...more].join('\n'), 2_800);
}

function choicesOf(
  { tools, contextFiles }: StoredAgent,
  { toolServers }: Pick<StepResources, 'toolServers'>,
): (readonly [string, string])[] {
  const servers = [
    ...new Set([...toolServers.map(({ name }) => name), ...tools.map(({ server }) => server)]),
  ];
  return [
    ['job', 'Name and job description'],
    ['model', 'Model and limits'],
    ...servers.slice(0, 60).map((name) => [`tools:${name}`, `Tools of ${clip(name, 60)}`] as const),
    ...contextFiles.map(
      ({ name }, index) => [`file:${index}`, `Change the file “${clip(name, 50)}”`] as const,
    ),
    ['file:new', 'Add a context file'],
    ['delete', 'Delete…'],
  ];
}
