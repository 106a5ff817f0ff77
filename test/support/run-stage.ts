import mongoose from 'mongoose';
import { startJobs } from '../../jobs/start-jobs.ts';
import { createAgentStore } from '../../models/agent.ts';
import { systemClock } from '../../src/clock.ts';
import { type OrgServices, createOrgServices } from '../../src/composition/create-org-services.ts';
import { RunAnnouncer, startStepRuns } from '../../src/composition/create-step-runs.ts';
import type { EventFanOut } from '../../src/domain/outbound-event.ts';
import type { AgentListeners } from '../../src/engine/listeners/agent-listeners.ts';
import { startAgentListeners } from '../../src/composition/start-agent-listeners.ts';
import type { ModelProvider } from '../../src/domain/provider.ts';
import type { ExecutionState, StepExecution } from '../../src/domain/execution.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import type { ToolServer } from '../../src/domain/tool-server.ts';
import type { StepInput } from '../../src/domain/definition.ts';
import type { StepRunner } from '../../src/engine/runs/step-runner.ts';
import { createLogger } from '../../src/logger.ts';
import { Stoppers } from '../../src/composition/stoppers.ts';
import { testOrgId } from './builders.ts';
import { LaterFanOut } from './test-webhooks.ts';
import { type EngineFixture, createEngineFixture } from './engine-fixture.ts';

export interface RunProcessOptions {
  providers?: ModelProvider[];
  toolServers?: ToolServer[];
}

/** One process of Baton that does the steps of models and tools: engine, jobs by Agenda, providers, tool servers. */
export interface RunProcess extends EngineFixture {
  runner: StepRunner;
  org: OrgServices;
  agentListeners: AgentListeners;
  fanOut: EventFanOut;
  /** Starts a task of a new workflow of these steps. @returns its id */
  startTask(steps: StepInput[], inputs?: JsonObject): Promise<string>;
  /** The task as it is stored, once `isMet` holds. @throws after 20 s */
  waitUntil(executionId: string, isMet: (state: ExecutionState) => boolean): Promise<ExecutionState>;
  /** Its runs stop, are given back, and the rest as at the end of the program. */
  stop(): Promise<void>;
}

const leaseMs = 6_000;
const timeoutMs = 20_000;

export async function startRunProcess(
  uri: string,
  { providers = [], toolServers = [] }: RunProcessOptions = {},
): Promise<RunProcess> {
  const announcer = new RunAnnouncer();
  const clock = systemClock;
  const later = new LaterFanOut();
  const fixture = await createEngineFixture(uri, {
    clock,
    leaseMs,
    fanOut: later,
    wrapPerformer: (others) => announcer.performer(others),
  });
  const { engine, database } = fixture;
  const logger = createLogger('fatal');
  const stoppers = new Stoppers();
  stoppers.add(() => fixture.close());
  const newId = (): string => new mongoose.Types.ObjectId().toHexString();
  const newSecret = newId;
  const org = createOrgServices({ database, accounts: null, clock, newId, newSecret, logger });
  const others = { offer: () => Promise.resolve() };
  const listening = startAgentListeners({
    database,
    org,
    others,
    engine: () => engine,
    clock,
    newId,
    logger,
  });
  later.to = listening.fanOut;
  const config = { providers, toolServers, leaseMs };
  const agents = createAgentStore(database);
  const { runner } = startStepRuns({ config, database, engine, agents, announcer, clock, logger, stoppers });
  const jobs = await startJobs({
    database,
    engine,
    runner,
    deliveries: { sweep: () => Promise.resolve() },
    workflowEvents: { flush: async () => 0 },
    leaseMs,
    clock,
    logger,
  });
  announcer.connect((ticket) => jobs.announceRun(ticket));
  stoppers.add(() => jobs.stop());
  return {
    ...fixture,
    ...listening,
    org,
    runner,
    async startTask(steps, inputs = {}) {
      const { id: workflowId } = await fixture.createWorkflow(steps);
      const startedBy = { kind: 'person', userId: 'U0ANA', name: 'ana' } as const;
      const request = { orgId: testOrgId, workflowId, inputs, startedBy, startKey: null };
      return (await engine.start({ ...request, origin: { kind: 'api' } })).id;
    },
    async waitUntil(executionId, isMet) {
      const signal = AbortSignal.timeout(timeoutMs);
      for (;;) {
        const { state } = await engine.read(testOrgId, executionId);
        if (isMet(state)) return state;
        if (signal.aborted)
          throw new Error(`the task does not get there: ${JSON.stringify(state.stack.at(-1))}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    stop: () => stoppers.stop(logger),
  };
}

/** Not RUNNING any more. */
export function isOver({ status }: ExecutionState): boolean {
  return status !== 'RUNNING';
}

export function lastStep({ stack }: ExecutionState): StepExecution {
  const last = stack.at(-1);
  if (last === undefined) throw new Error('the task has no step');
  return last;
}
