import { randomBytes } from 'node:crypto';
import type { Database } from '../../models/database.ts';
import { MongoProviderSlots } from '../../models/provider-slots.ts';
import { createStepRunStore } from '../../models/step-run.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { ModelRuns } from '../domain/model-runs.ts';
import type { ProviderQueue, ProviderSlots } from '../domain/provider-slots.ts';
import type { ToolServers } from '../domain/tool-server.ts';
import type { Agents } from '../engine/agents/agents.ts';
import type { EffectPerformer } from '../engine/effect-performer.ts';
import { type RunDeps, defaultRunOptions } from '../engine/runs/run-deps.ts';
import { createRunStepPerformer } from '../engine/runs/run-step-performer.ts';
import type { RunTicket } from '../engine/runs/run-ticket.ts';
import { StepRunner } from '../engine/runs/step-runner.ts';
import { RetryableError } from '../errors.ts';
import { createModelClient } from '../llm/create-model-client.ts';
import { createModelRuns } from '../llm/create-model-runs.ts';
import type { Logger } from '../logger.ts';
import { createToolServers } from '../mcp/create-tool-servers.ts';
import type { ModelMeter } from '../metrics/model-meter.ts';
import type { Stoppers } from './stoppers.ts';
import { systemTimers } from '../timers.ts';

/** What announces a run to the workers. The jobs that do it are there only once the engine runs. */
export class RunAnnouncer {
  #announce: ((ticket: RunTicket) => Promise<void>) | null = null;

  connect(announce: (ticket: RunTicket) => Promise<void>): void {
    this.#announce = announce;
  }

  /** @throws RetryableError while there are no jobs */
  readonly announce = async (ticket: RunTicket): Promise<void> => {
    if (this.#announce === null) throw new RetryableError('The jobs are not there yet.');
    await this.#announce(ticket);
  };

  /** Announces the runs among the effects, and leaves all else to `others`. */
  performer(others: EffectPerformer): EffectPerformer {
    return createRunStepPerformer(this.announce, others);
  }
}

export interface StepRuns {
  runner: StepRunner;
  announcer: RunAnnouncer;
  toolServers: ToolServers;
  /** The same runs and places at the providers, for what is no step of a task. */
  runs: ModelRuns;
  slots: ProviderSlots & ProviderQueue;
}

interface StepRunsParts extends Pick<RunDeps, 'engine' | 'failpoint'> {
  config: Pick<Config, 'providers' | 'toolServers' | 'leaseMs'>;
  database: Database;
  agents: Pick<Agents, 'find'>;
  announcer: RunAnnouncer;
  /** Absent: nobody counts. */
  meter?: ModelMeter;
  clock: Clock;
  logger: Logger;
  stoppers: Stoppers;
}

/** What is being done when the process stops is given back within this time. */
const stopMs = 1_500;

/** What does the steps that models and tools do, with the providers and tool servers of the configuration. */
export function startStepRuns(parts: StepRunsParts): StepRuns {
  const { config, database, announcer, meter, clock, logger, stoppers, ...rest } = parts;
  const { providers } = config;
  const servers = createToolServers({ servers: config.toolServers, clock, logger });
  const tools = meter?.ofTools(servers) ?? servers;
  stoppers.add(() => tools.close());
  const client = createModelClient({ providers, clock, timers: systemTimers });
  const model = meter?.ofModels(client, providers) ?? client;
  const limits = new Map(providers.map(({ name, maxParallel }) => [name, maxParallel]));
  const runs = createModelRuns({ model, tools, clock });
  const slots = new MongoProviderSlots(database, { clock, limitOf: (name) => limits.get(name) ?? 0 });
  const runner = new StepRunner({
    ...rest,
    providers,
    tools,
    runs,
    slots,
    stepRuns: createStepRunStore(database),
    announce: announcer.announce,
    newToken: () => randomBytes(24).toString('base64url'),
    clock,
    timers: systemTimers,
    logger,
    options: { ...defaultRunOptions, leaseMs: runLeaseMs(config.leaseMs) },
  });
  stoppers.add(() => runner.stop(stopMs));
  return { runner, announcer, toolServers: tools, runs, slots };
}

/** A claim must outlast a few looks at it. */
const minLeaseMs = 6_000;

/** How long a claim of a run lasts without being renewed. */
export function runLeaseMs(leaseMs: number): number {
  return Math.max(leaseMs, minLeaseMs);
}
