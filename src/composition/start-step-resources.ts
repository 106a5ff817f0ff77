import type { Config } from '../config.ts';
import type { OrgServices } from './create-org-services.ts';
import type { StepResourceSource } from '../domain/step-resources.ts';
import type { ToolServers } from '../domain/tool-server.ts';
import type { Agents } from '../engine/agents/agents.ts';
import { createCheckedAgents } from '../engine/agents/check-agents.ts';
import { type CheckNamed, createCheckNamed } from '../engine/workflows/check-named.ts';
import { type Checker, createChecker } from '../engine/workflows/checker.ts';
import { createStepResources } from '../engine/workflows/create-step-resources.ts';

/** What steps can be made of, for those who make them and for what checks them. */
export interface StepMaking {
  resources: StepResourceSource;
  checkNamed: CheckNamed;
  checker: Checker;
  /** The agents, checked against the same resources when they are saved. */
  agents: Agents;
}

export function startStepMaking(
  { providers }: Pick<Config, 'providers'>,
  { agents }: Pick<OrgServices, 'agents'>,
  { toolServers }: { toolServers: Pick<ToolServers, 'names' | 'list'> },
): StepMaking {
  const listAgents = agents.names.bind(agents);
  const resources = createStepResources({ providers, listAgents, toolServers });
  return {
    resources,
    checkNamed: createCheckNamed(resources),
    checker: createChecker(resources),
    agents: createCheckedAgents(agents, resources),
  };
}
