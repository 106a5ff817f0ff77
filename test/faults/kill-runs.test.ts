import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nativeCollection } from '../../models/database.ts';
import { createMongoEventStore } from '../../models/mongo-event-store.ts';
import { findChainBreak } from '../../src/domain/event.ts';
import type { ExecutionState } from '../../src/domain/execution.ts';
import { compileProgram } from '../support/e2e/compiled-program.ts';
import { type FaultStage, setFaultStage } from '../support/faults/fault-stage.ts';
import { whenAtRest } from '../support/faults/refund-task.ts';
import { type ScriptedProvider, startScriptedProvider, stream } from '../support/llm/scripted-provider.ts';
import { isMongoMissing } from '../support/test-mongo.ts';

const adminKey = 'key-of-the-fault-tests-0123456789';
const patienceMs = 90_000;
const answer = stream([{ content: 'all is well' }]);

describe.skipIf(isMongoMissing())('a bot that is killed in the middle of a run', { timeout: 150_000 }, () => {
  let provider: ScriptedProvider;

  beforeAll(async () => {
    await compileProgram();
    provider = await startScriptedProvider();
  }, 120_000);
  afterAll(() => provider.stop());

  async function runTask(
    failpoints: readonly string[],
  ): Promise<{ stage: FaultStage; state: ExecutionState }> {
    const stage = await setFaultStage({
      failpoints,
      workflow: {
        name: 'Ask',
        inputsSchema: { type: 'object' },
        steps: [{ name: 'ask', type: 'PROMPT', inputsTemplate: { prompt: 'How is it?' } }],
      },
      env: { OPENAI_BASE_URL: provider.baseUrl, OPENAI_MODEL: 'm', BATON_ADMIN_KEY: adminKey },
    });
    try {
      await start(stage);
      const signal = AbortSignal.timeout(patienceMs);
      for (;;) {
        const { state } = await whenAtRest(stage);
        if (state.status !== 'RUNNING') return { stage, state };
        if (signal.aborted) throw new Error(`the run never ends: ${JSON.stringify(state.stack)}`);
        await sleep(200);
      }
    } catch (error) {
      await stage.close();
      throw error;
    }
  }

  async function start({ bot, database }: FaultStage): Promise<void> {
    const workflow = await nativeCollection<{ _id: string }>(database, 'workflows').findOne();
    const root = bot.eventsUrl.replace('/slack/events', '');
    const response = await fetch(`${root}/api/workflows/${workflow?._id}/executions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ inputs: {} }),
    });
    expect(response.status).toBe(201);
  }

  it.each([1, 2])('asks again, and the step is done once (%i deaths)', async (deaths) => {
    provider.answer(answer);
    const failpoints = Array.from({ length: deaths }, () => 'inside-run-step:1');
    const { stage, state } = await runTask(failpoints);
    try {
      expect(stage.bot.deaths().map(({ failpoint }) => failpoint)).toEqual(failpoints);
      expect(state).toMatchObject({ status: 'COMPLETED', stack: [{ output: 'all is well' }] });
      expect(state.stack[0]?.run?.claims).toBe(deaths + 1);
      const events = await createMongoEventStore(stage.database).list(state.id);
      expect(findChainBreak(events)).toBeNull();
      const types = events.map(({ type }) => type.replace('WORKFLOW_', '').replace('EXECUTION_', ''));
      expect(types).toEqual(['STARTED', 'STEP_SCHEDULED', 'STEP_STARTED', 'STEP_COMPLETED', 'COMPLETED']);
    } finally {
      await stage.close();
    }
  });

  it('is not killed by the same run for ever', async () => {
    provider.answer(answer);
    const failpoints = Array.from({ length: 5 }, () => 'inside-run-step:1');
    const { stage, state } = await runTask(failpoints);
    try {
      expect(state).toMatchObject({ status: 'FAILED', failure: { code: 'run-abandoned' } });
      expect(provider.requests).toEqual([]);
    } finally {
      await stage.close();
    }
  });
});
