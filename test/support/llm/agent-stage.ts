import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../src/clock.ts';
import { AgentInput, type AgentTool, pinAgent } from '../../../src/domain/agent.ts';
import { type AgentRunState, startAgentRun } from '../../../src/domain/agent-run.ts';
import type { JsonSchema } from '../../../src/domain/json-schema.ts';
import type { AgentProgress, ModelRuns } from '../../../src/domain/model-runs.ts';
import type { RunLogEntry } from '../../../src/domain/run-log.ts';
import type { ToolServers } from '../../../src/domain/tool-server.ts';
import { createModelClient } from '../../../src/llm/create-model-client.ts';
import { createModelRuns } from '../../../src/llm/create-model-runs.ts';
import { createLogger } from '../../../src/logger.ts';
import { createToolServers } from '../../../src/mcp/create-tool-servers.ts';
import { systemTimers } from '../../../src/timers.ts';
import { oddServer } from '../mcp/odd-server.ts';
import { type Aimock, startAimock } from './aimock.ts';
import { aProvider } from './provider-builder.ts';

/** What a run has left behind. `stored`: the state of each checkpoint, as it was read back. */
export interface Ran {
  progress: AgentProgress;
  stored: AgentRunState[];
  log: RunLogEntry[];
}

/** A model with chaos, a tool server that can destroy, and runs over both. */
export interface AgentStage {
  aimock: Aimock;
  runs: ModelRuns;
  /** Goes on with a run. `dieAt`: the checkpoint (from 0) that is not stored any more, because the process died. */
  run(state: AgentRunState, dieAt?: number): Promise<Ran>;
  /** What the tools were really called with, one line each, since the last time. */
  toolCalls(): Promise<string[]>;
  stop(): Promise<void>;
}

export async function createAgentStage(): Promise<AgentStage> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-agent-'));
  const callLog = join(folder, 'calls');
  await writeFile(callLog, '');
  const aimock = await startAimock();
  const tools: ToolServers = createToolServers({
    servers: [oddServer(callLog)],
    clock: systemClock,
    logger: createLogger('silent'),
  });
  const model = createModelClient({
    providers: [aProvider({ baseUrl: aimock.baseUrl })],
    clock: systemClock,
    timers: systemTimers,
  });
  const runs = createModelRuns({ model, tools, clock: systemClock });
  return {
    aimock,
    runs,
    async run(state, dieAt = Number.POSITIVE_INFINITY) {
      const stored: AgentRunState[] = [];
      const log: RunLogEntry[] = [];
      const progress = await runs.runAgent(copy(state), {
        attempt: 1,
        checkpoint: async (next, entries) => {
          if (stored.length === dieAt) throw new ProcessDied(stored);
          stored.push(copy(next));
          log.push(...entries);
        },
      });
      return { progress, stored, log };
    },
    async toolCalls() {
      const lines = (await readFile(callLog, 'utf8')).split('\n').filter((line) => line !== '');
      await writeFile(callLog, '');
      return lines;
    },
    async stop() {
      await Promise.all([tools.close(), aimock.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The process died at a checkpoint; `stored` is what was kept until then. */
export class ProcessDied extends Error {
  readonly stored: AgentRunState[];

  constructor(stored: AgentRunState[]) {
    super('the process died');
    this.stored = stored;
  }
}

export interface AgentOptions {
  tools?: AgentTool[];
  outputSchema?: JsonSchema;
  maxTurns?: number;
}

/** A run of an agent that works for a support team. */
export function anAgentRun(
  task: string,
  { tools = [], outputSchema, maxTurns }: AgentOptions = {},
): AgentRunState {
  const agent = AgentInput.parse({
    name: 'support',
    instructions: 'You check refunds.',
    tools,
    ...(maxTurns === undefined ? {} : { maxTurns }),
  });
  return startAgentRun(pinAgent(agent, { provider: 'default', model: 'm' }, outputSchema ?? null), task);
}

/** What is read from a database is never the object that was written. */
function copy<T>(value: T): T {
  return structuredClone(value);
}
