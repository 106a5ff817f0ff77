import { createHash } from 'node:crypto';
import type { AgentTool } from '../domain/agent.ts';
import type { ModelTool } from '../domain/model-client.ts';
import { type ToolInfo, type ToolServers, isDestructive } from '../domain/tool-server.ts';
import { FatalError } from '../errors.ts';

/** A tool of the agent, as its server describes it now. */
export interface OfferedTool {
  /** What the model calls it by. */
  wireName: string;
  tool: AgentTool;
  info: ToolInfo;
}

/** What providers take as a function's name. */
const maxNameLength = 64;

/**
 * The tools that an agent may use, and no others, whatever else their servers have.
 *
 * @throws RetryableError when a server does not answer
 * @throws FatalError `agent-tool-missing` when a server has no such tool, NotFoundError when there is no such server
 */
export async function listOffered(
  tools: readonly AgentTool[],
  servers: ToolServers,
  signal?: AbortSignal,
): Promise<OfferedTool[]> {
  const names = [...new Set(tools.map(({ server }) => server))];
  const lists = new Map<string, ToolInfo[]>();
  await Promise.all(names.map(async (name) => lists.set(name, await servers.list(name, signal))));
  return tools.map((tool) => {
    const info = lists.get(tool.server)?.find(({ name }) => name === tool.tool);
    if (info === undefined) {
      const message = `The agent has the tool "${tool.tool}" of "${tool.server}", and this server has no such tool.`;
      throw new FatalError(message, { code: 'agent-tool-missing' });
    }
    return { wireName: toWireName(tool), tool, info };
  });
}

export function toModelTool({ wireName, info }: OfferedTool): ModelTool {
  return { name: wireName, description: info.description, inputSchema: info.inputSchema };
}

/** True when a call has to be put to a person: by the editor's word, else because the server has called the tool destructive in this run. */
export function needsApproval({ tool, info }: OfferedTool, destructiveSeen: readonly string[]): boolean {
  if (tool.approval !== undefined) return tool.approval === 'required';
  return isDestructive(info) || destructiveSeen.includes(toolKey(tool));
}

export function toolKey({ server, tool }: { server: string; tool: string }): string {
  return `${server}/${tool}`;
}

/** The same for the same tool at any time; different for different tools. */
function toWireName({ server, tool }: AgentTool): string {
  const plain = `${server}__${tool}`;
  const safe = plain.replace(/[^a-zA-Z0-9_-]/g, '_');
  if (safe === plain && safe.length <= maxNameLength) return safe;
  const hash = createHash('sha256').update(`${server}\n${tool}`).digest('hex').slice(0, 8);
  return `${safe.slice(0, maxNameLength - 9)}_${hash}`;
}
