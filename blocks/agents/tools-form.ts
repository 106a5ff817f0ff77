import type { KnownBlock, ModalView } from '@slack/types';
import type { AgentInput, AgentTool } from '../../src/domain/agent.ts';
import { deriveId } from '../../src/domain/ids.ts';
import type { ToolServerOffer } from '../../src/domain/step-resources.ts';
import { isDestructive, type ToolInfo } from '../../src/domain/tool-server.ts';
import { choiceInput, readChoice } from '../authoring/form-inputs.ts';
import { toolSentence } from '../authoring/tool-input.ts';
import { bold, context, section } from '../elements.ts';
import { clip, inline } from '../escape.ts';
import type { FormState } from '../form-reader.ts';
import { modal } from '../modal.ts';
import { agentCallbacks } from './agent-ids.ts';

/** What an agent may do with a tool: not call it, ask a person before each call, or simply call it. */
type Permission = 'off' | 'ask' | 'free';

/** Of the hundred blocks that a view may have. */
const maxTools = 90;

/** Asks for each tool of one server what the agent may do with it. */
export function agentToolsForm(agent: AgentInput, server: ToolServerOffer, metadata: string): ModalView {
  const rows = rowsOf(agent, server);
  return modal({
    callbackId: agentCallbacks.tools,
    title: 'Tools',
    submit: 'Save',
    close: 'Cancel',
    metadata,
    blocks: [
      context(
        `What the agent ${bold(agent.name)} may use of \`${inline(server.name)}\`. Nothing else is offered to it.`,
      ),
      ...troubleOf(server, rows.length),
      ...rows.map(({ name, info, permission }) =>
        choiceInput({
          blockId: blockIdOf(name),
          label: clip(name, 150),
          hint: hintOf(info),
          choices: permissions,
          initial: permission,
        }),
      ),
    ],
  });
}

/** All tools of the agent, with those of this server as they were chosen. What was not touched stays as it was written. */
export function readAgentTools(agent: AgentInput, server: ToolServerOffer, state: FormState): AgentTool[] {
  const rows = rowsOf(agent, server);
  const names = new Set(rows.map(({ name }) => name));
  const others = agent.tools.filter((tool) => tool.server !== server.name || !names.has(tool.tool));
  const own = rows.flatMap(({ name, info, permission, before }): AgentTool[] => {
    const chosen = readChoice<Permission>(state, blockIdOf(name), ['off', 'ask', 'free'], permission);
    if (chosen === permission && before !== undefined) return [before];
    if (chosen === 'off') return [];
    const ref = { server: server.name, tool: name };
    if (chosen === 'ask') return [{ ...ref, approval: 'required' }];
    // Left open, a tool that its server calls destructive one day is asked about from then on.
    return [isDangerous(info) ? { ...ref, approval: 'not-required' } : ref];
  });
  return [...others, ...own];
}

const permissions = [
  ['off', 'Not allowed'],
  ['ask', 'Allowed, but a person is asked before each call'],
  ['free', 'Allowed'],
] as const;

interface Row {
  name: string;
  info: ToolInfo | undefined;
  before: AgentTool | undefined;
  permission: Permission;
}

/** Those that it has come first, so that they are seen, and can be taken away also when there are very many. */
function rowsOf(agent: AgentInput, { name: server, tools }: ToolServerOffer): Row[] {
  const own = agent.tools.filter((tool) => tool.server === server).map(({ tool }) => tool);
  const all = (tools ?? []).map(({ name }) => name);
  const names = [...new Set([...own, ...all])].slice(0, maxTools);
  return names.map((name) => {
    const info = tools?.find((tool) => tool.name === name);
    const before = agent.tools.find((tool) => tool.server === server && tool.tool === name);
    return { name, info, before, permission: permissionOf(before, info) };
  });
}

function permissionOf(before: AgentTool | undefined, info: ToolInfo | undefined): Permission {
  if (before === undefined) return 'off';
  if (before.approval !== undefined) return before.approval === 'required' ? 'ask' : 'free';
  return isDangerous(info) ? 'ask' : 'free';
}

function isDangerous(info: ToolInfo | undefined): boolean {
  return info !== undefined && isDestructive(info);
}

function troubleOf({ name, tools, problem }: ToolServerOffer, rows: number): KnownBlock[] {
  if (tools === null) {
    const why = problem === null ? 'It is not configured any more.' : inline(clip(problem, 500));
    return [
      section(
        `⚠️ \`${inline(name)}\` does not tell its tools now, so only those that the agent has are shown. ${why}`,
      ),
    ];
  }
  if (tools.length === 0 && rows === 0) return [section('This server has no tools.')];
  const missing = tools.length - maxTools;
  return missing > 0 ? [context(`${missing} more tools can be given through the API.`)] : [];
}

function hintOf(info: ToolInfo | undefined): string {
  if (info === undefined) return 'Its server does not tell of it at this moment.';
  const danger = isDestructive(info)
    ? '⚠️ Its server says that it may destroy something: have a person asked first. '
    : '';
  return `${danger}${toolSentence(info)}`;
}

/** Names may be longer than a block's id. */
function blockIdOf(tool: string): string {
  return `agent_tool_${deriveId('tool', tool)}`;
}
