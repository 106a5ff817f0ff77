import type { ModelProvider } from '../../domain/provider.ts';
import type { AgentOffer, StepResourceSource, ToolServerOffer } from '../../domain/step-resources.ts';
import type { ToolServers } from '../../domain/tool-server.ts';
import { errorMessage } from '../../errors.ts';

export interface StepResourcesDeps {
  providers: readonly ModelProvider[];
  listAgents(orgId: string): Promise<AgentOffer[]>;
  toolServers: Pick<ToolServers, 'names' | 'list'>;
}

const defaultTimeoutMs = 1_500;

/** What steps can be made of: providers and tool servers of the configuration, agents of the org. */
export function createStepResources(deps: StepResourcesDeps): StepResourceSource {
  const { toolServers } = deps;
  const providers = deps.providers.map(({ name, models, defaultModel }) => ({ name, models, defaultModel }));

  async function describe(name: string, timeoutMs: number | null): Promise<ToolServerOffer> {
    if (timeoutMs === null) return { name, tools: null, problem: null };
    try {
      const tools = await toolServers.list(name, AbortSignal.timeout(timeoutMs));
      return { name, tools, problem: null };
    } catch (error) {
      return { name, tools: null, problem: errorMessage(error) };
    }
  }

  return {
    async read(orgId, { toolsOf = [], timeoutMs = defaultTimeoutMs } = {}) {
      const isAsked = (name: string): boolean => toolsOf === 'all' || toolsOf.includes(name);
      const [agents, servers] = await Promise.all([
        deps.listAgents(orgId),
        Promise.all(toolServers.names().map((name) => describe(name, isAsked(name) ? timeoutMs : null))),
      ]);
      return { providers, agents: agents.map(({ id, name }) => ({ id, name })), toolServers: servers };
    },
  };
}
