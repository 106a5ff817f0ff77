import { startJobs } from '../../jobs/start-jobs.ts';
import { createAgentStore } from '../../models/agent.ts';
import { executionModel } from '../../models/execution.ts';
import { RunAnnouncer, startStepRuns } from '../../src/composition/create-step-runs.ts';
import type { ModelProvider } from '../../src/domain/provider.ts';
import type { ExecutionState } from '../../src/domain/execution.ts';
import type { ToolServer } from '../../src/domain/tool-server.ts';
import type { StepRunner } from '../../src/engine/runs/step-runner.ts';
import { createLogger } from '../../src/logger.ts';
import { Stoppers } from '../../src/composition/stoppers.ts';
import { testOrgId } from './builders.ts';
import type { SlackBot } from './slack-bot.ts';

/** Workers for the steps of models and tools of a bot. */
export interface SlackRuns {
  runner: StepRunner;
  /** Waits until the task is there, and until everything about it was said. @throws after 20 s */
  until(executionId: string, isMet: (state: ExecutionState) => boolean): Promise<ExecutionState>;
  stop(): Promise<void>;
}

const leaseMs = 6_000;

/** Gives a bot in a fake Slack what does its PROMPT, AGENT and TOOL steps. Stop it before the bot. */
export async function startSlackRuns(
  bot: SlackBot,
  { providers = [], toolServers = [] }: { providers?: ModelProvider[]; toolServers?: ToolServer[] },
): Promise<SlackRuns> {
  const { fixture } = bot;
  const { engine, database, performer } = fixture;
  const announcer = new RunAnnouncer();
  const others = performer.answer;
  const wrapped = announcer.performer({ perform: async (effect, task) => others(effect, task) });
  performer.answer = (effect, task) => wrapped.perform(effect, task);
  const logger = createLogger('fatal');
  const stoppers = new Stoppers();
  const { clock } = bot;
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
    runner,
    async until(executionId, isMet) {
      const signal = AbortSignal.timeout(20_000);
      for (;;) {
        const { state } = await engine.read(testOrgId, executionId);
        if (isMet(state)) break;
        if (signal.aborted)
          throw new Error(`the task does not get there: ${JSON.stringify(state.stack.at(-1))}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      // What waits for Slack's pace is said as well.
      const rest = { _id: executionId, 'outbox.effects.0': { $exists: true } } as object;
      while ((await executionModel(database).countDocuments(rest)) > 0 && !signal.aborted) {
        await new Promise((resolve) => setTimeout(resolve, 200));
        await engine.sweep({ maxMs: 1_000 });
        await engine.idle();
      }
      return (await engine.read(testOrgId, executionId)).state;
    },
    async stop() {
      await stoppers.stop(logger);
      performer.answer = others;
    },
  };
}
