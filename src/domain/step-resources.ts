import type { ProviderOffer } from './provider.ts';
import type { ToolInfo } from './tool-server.ts';

export interface AgentOffer {
  id: string;
  name: string;
}

export interface ToolServerOffer {
  name: string;
  /** Null: nobody has asked for them, or the server does not tell them now. */
  tools: readonly ToolInfo[] | null;
  /** Why it does not tell its tools; null when nobody asked, or it told them. */
  problem: string | null;
}

/** What steps that models and tools do can be made of, in one org. */
export interface StepResources {
  providers: readonly ProviderOffer[];
  agents: readonly AgentOffer[];
  toolServers: readonly ToolServerOffer[];
}

/** Which tool servers are asked for their tools: none is quick, and so are those that were asked a moment ago. */
export interface ReadResources {
  /** Names; `all` of them. Default: none. */
  toolsOf?: readonly string[] | 'all';
  /** How long a server may take, in milliseconds. Default 1,500: a form has to be shown within three seconds. */
  timeoutMs?: number;
}

/** Where the resources of an org are found out. A tool server that does not answer is said to be so, not thrown. */
export interface StepResourceSource {
  read(orgId: string, options?: ReadResources): Promise<StepResources>;
}

export const noResources: StepResources = { providers: [], agents: [], toolServers: [] };

/** @returns undefined when the server is not there, does not tell its tools, or has no such tool */
export function findTool({ toolServers }: StepResources, server: string, tool: string): ToolInfo | undefined {
  return toolServers.find(({ name }) => name === server)?.tools?.find(({ name }) => name === tool);
}
