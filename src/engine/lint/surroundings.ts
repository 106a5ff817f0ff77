import type { AgentTool } from '../../domain/agent.ts';
import type { ModelProvider } from '../../domain/provider.ts';
import type { ToolInfo } from '../../domain/tool-server.ts';

export interface KnownAgent {
  id: string;
  name: string;
  tools: readonly AgentTool[];
  provider?: string | undefined;
  model?: string | undefined;
}

/** A tool server of the configuration; `tools` null when it does not answer. */
export interface KnownToolServer {
  name: string;
  tools: readonly ToolInfo[] | null;
}

/** What stands around a workflow where it runs. Null: not known here, so that rules that need it are undecided. */
export interface Surroundings {
  agents: readonly KnownAgent[] | null;
  toolServers: readonly KnownToolServer[] | null;
  providers: readonly ModelProvider[] | null;
}

/** For a definition that is looked at where it does not run, such as a file. */
export const unknownSurroundings: Surroundings = { agents: null, toolServers: null, providers: null };
