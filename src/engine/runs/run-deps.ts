import type { Clock } from '../../clock.ts';
import type { AgentInput } from '../../domain/agent.ts';
import type { ModelRuns } from '../../domain/model-runs.ts';
import type { ModelProvider } from '../../domain/provider.ts';
import type { ProviderSlots } from '../../domain/provider-slots.ts';
import type { StepRunStore } from '../../domain/step-run-store.ts';
import type { ToolServers } from '../../domain/tool-server.ts';
import type { ReachFailpoint } from '../../failpoints.ts';
import type { Logger } from '../../logger.ts';
import type { Timers } from '../../timers.ts';
import type { Engine } from '../engine.ts';
import type { RunTicket } from './run-ticket.ts';

/** What the steps that models and tools do are done with. */
export interface RunDeps {
  engine: Pick<Engine, 'read' | 'execute'>;
  /** The providers of the configuration; none: model steps wait. */
  providers: readonly ModelProvider[];
  runs: ModelRuns;
  tools: ToolServers;
  slots: ProviderSlots;
  agents: { find(orgId: string, agentId: string): Promise<AgentInput | null> };
  stepRuns: StepRunStore;
  /** Tells the workers of all processes that a run may begin. */
  announce(ticket: RunTicket): Promise<void>;
  /** A new secret that nobody can guess. */
  newToken: () => string;
  clock: Clock;
  timers: Timers;
  logger: Logger;
  options: RunOptions;
  /** Where fault tests let the process die. Absent: nowhere. */
  failpoint?: ReachFailpoint;
}

export interface RunOptions {
  /** How long a claim lasts without being renewed, in milliseconds. */
  leaseMs: number;
  /** How many runs this process does at once. */
  maxParallel: number;
  /** How often a run looks whether it still counts, in milliseconds. */
  watchEveryMs: number;
  /** After how long a step that lacks a provider looks again, in milliseconds. */
  lookAgainMs: number;
}

export const defaultRunOptions: RunOptions = {
  leaseMs: 30_000,
  maxParallel: 32,
  watchEveryMs: 2_000,
  lookAgainMs: 60_000,
};
