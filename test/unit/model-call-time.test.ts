import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { AgentInput } from '../../src/domain/agent.ts';
import type { RunStep, StepInput } from '../../src/domain/definition.ts';
import type { ModelClient, ModelTurnRequest } from '../../src/domain/model-client.ts';
import type { StepRunStore } from '../../src/domain/step-run-store.ts';
import type { ClaimedRun } from '../../src/engine/runs/claimed-run.ts';
import { runAgentStep } from '../../src/engine/runs/run-agent-step.ts';
import type { RunDeps } from '../../src/engine/runs/run-deps.ts';
import { runPromptStep } from '../../src/engine/runs/run-prompt-step.ts';
import { createModelRuns } from '../../src/llm/create-model-runs.ts';
import { createLogger } from '../../src/logger.ts';
import { createToolServers } from '../../src/mcp/create-tool-servers.ts';
import { definition, started, testOrgId } from '../support/builders.ts';

const model = { provider: 'default', model: 'm' };
const attempt = { timeoutMs: 900_000 };

/** The step as it is run once it was claimed. */
function claimed<Type extends 'PROMPT' | 'AGENT'>(input: StepInput & { type: Type }) {
  const workflow = definition([input]);
  const { execution } = started(workflow);
  const [stepExecution] = execution.stack;
  if (stepExecution === undefined) throw new Error('the task has no step');
  const ticket = { orgId: testOrgId, executionId: execution.id, stepExecutionId: stepExecution.id };
  const { signal } = new AbortController();
  const step = workflow.steps[0] as Extract<RunStep, { type: Type }>;
  return { ticket, token: 't', step, stepExecution, attempt: 1, isRepeated: false, signal };
}

/** What the models were asked, by runs that keep nothing. */
function createDeps(): { deps: RunDeps; requests: ModelTurnRequest[] } {
  const requests: ModelTurnRequest[] = [];
  const client: ModelClient = {
    complete(request) {
      requests.push(request);
      const facts = { finishReason: 'stop', usage: null, latencyMs: 1, structured: null };
      return Promise.resolve({ kind: 'text', text: 'Done.', ...facts });
    },
  };
  const clock = systemClock;
  const tools = createToolServers({ servers: [], clock, logger: createLogger('silent') });
  const stepRuns: Pick<StepRunStore, 'claim' | 'save'> = {
    claim: () => Promise.resolve({ state: null, log: [] }),
    save: () => Promise.resolve(true),
  };
  const runs = createModelRuns({ model: client, tools, clock });
  return { deps: { runs, stepRuns, clock, tools } as unknown as RunDeps, requests };
}

describe('one call of a model', () => {
  it('may take as long as an attempt of its prompt', async () => {
    const { deps, requests } = createDeps();
    const step = { name: 'ask', type: 'PROMPT', inputsTemplate: { prompt: 'Hi' }, ...attempt } as const;
    await runPromptStep(deps, claimed(step), model);
    expect(requests).toMatchObject([attempt]);
  });

  it('may take as long as an attempt of the prompt whose answer it reads', async () => {
    const { deps, requests } = createDeps();
    const handoffs = ['angry', 'happy'].map((condition) => ({ condition, to: 'complete' }));
    const asked = { name: 'ask', type: 'PROMPT', inputsTemplate: { prompt: 'Hi' }, ...attempt } as const;
    await runPromptStep(deps, claimed({ ...asked, handoffs }), model);
    expect(requests.length).toBeGreaterThan(1);
    for (const request of requests) expect(request).toMatchObject(attempt);
  });

  it('may take as long as an attempt of its agent', async () => {
    const { deps, requests } = createDeps();
    const agentId = 'a'.repeat(24);
    const step = { name: 'do', type: 'AGENT', agentId, inputsTemplate: { task: 'Hi' }, ...attempt } as const;
    const run: ClaimedRun<Extract<RunStep, { type: 'AGENT' }>> = claimed(step);
    const agent = AgentInput.parse({ name: 'Checker', instructions: 'You check.' });
    await runAgentStep(deps, run, { kind: 'agent', agent, model, stored: null });
    expect(requests).toMatchObject([attempt]);
  });
});
