import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { StepInput } from '../../src/domain/definition.ts';
import type { ModelProvider } from '../../src/domain/provider.ts';
import type { Why } from '../../src/domain/why.ts';
import { testOrgId } from '../support/builders.ts';
import { createEngineFixture } from '../support/engine-fixture.ts';
import { aProvider } from '../support/llm/provider-builder.ts';
import {
  type ScriptedProvider,
  json,
  stall,
  startScriptedProvider,
} from '../support/llm/scripted-provider.ts';
import { ManualClock } from '../support/manual-clock.ts';
import {
  type RunProcess,
  type RunProcessOptions,
  isOver,
  lastStep,
  startRunProcess,
} from '../support/run-stage.ts';
import { type TestDatabase, createTestDatabase, isMongoMissing } from '../support/test-mongo.ts';
import { createTestWhy } from '../support/test-why.ts';

function prompt(name: string, more: Partial<Extract<StepInput, { type: 'PROMPT' }>> = {}): StepInput {
  return { name, type: 'PROMPT', inputsTemplate: { prompt: 'Say it' }, ...more };
}

function answer(content: string): object {
  const message = { role: 'assistant', content };
  return {
    choices: [{ index: 0, message, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  };
}

describe.skipIf(isMongoMissing())('why a task of models and tools waits', { timeout: 60_000 }, () => {
  let test: TestDatabase;
  let scripted: ScriptedProvider;
  let processes: RunProcess[];

  beforeAll(async () => {
    [test, scripted] = await Promise.all([createTestDatabase(), startScriptedProvider()]);
    processes = [];
  }, 60_000);
  afterEach(async () => {
    await Promise.all(processes.splice(0).map((running) => running.stop()));
  });
  afterAll(async () => {
    await scripted.stop();
    await test.drop();
  });

  async function start(options: RunProcessOptions): Promise<RunProcess> {
    const running = await startRunProcess(test.uri, options);
    processes.push(running);
    return running;
  }
  function provider(maxParallel = 4): ModelProvider {
    return aProvider({ baseUrl: scripted.baseUrl, maxParallel });
  }
  async function why(running: RunProcess, id: string, providers: ModelProvider[] = []): Promise<Why> {
    const { database, engine, org } = running;
    const parts = { database, clock: systemClock, settings: org.settings, providers };
    return createTestWhy(parts).why.ofTask(engine, testOrgId, id);
  }

  it('no provider is configured', async () => {
    const running = await start({});
    const id = await running.startTask([prompt('ask')]);
    await running.waitUntil(id, (state) => (lastStep(state).run?.waiting ?? null) !== null);
    const found = await why(running, id);
    expect(found).toMatchObject({ cause: 'no-provider-or-tool-server', next: { kind: 'configure' } });
    expect(found.sentence).toContain('No model provider is configured');
  });

  it('there is no such tool server', async () => {
    const running = await start({});
    const id = await running.startTask([{ name: 'call', type: 'TOOL', toolServer: 'crm', tool: 'find' }]);
    await running.waitUntil(id, isOver);
    const found = await why(running, id);
    expect(found).toMatchObject({ cause: 'no-provider-or-tool-server', next: { kind: 'retry' } });
    expect(found.sentence).toContain('crm');
    expect(found.events[0]?.type).toBe('WORKFLOW_STEP_EXECUTION_FAILED');
  });

  it('a model is at it, and others are queued behind', async () => {
    scripted.answer(stall([{ content: 'a' }]));
    const running = await start({ providers: [provider(1)] });
    const first = await running.startTask([prompt('ask')]);
    await running.waitUntil(first, (state) => lastStep(state).status === 'STARTED');
    expect((await why(running, first)).cause).toBe('running');
    const second = await running.startTask([prompt('ask')]);
    await running.waitUntil(second, (state) => lastStep(state).run?.waiting?.kind === 'queued');
    expect((await why(running, second, [provider(1)])).sentence).toContain('It is next.');
    const third = await running.startTask([prompt('ask')]);
    await running.waitUntil(third, (state) => lastStep(state).run?.waiting?.kind === 'queued');
    const found = await why(running, third, [provider(1)]);
    expect(found).toMatchObject({ cause: 'queued-at-provider', next: { kind: 'none' } });
    expect(found.sentence).toContain('It is queued behind 1 other.');
  });

  it('it failed and is tried again: which attempt, when, and the last error', async () => {
    scripted.answer(json(500, { error: { message: 'broken' } }));
    const running = await start({ providers: [provider()] });
    const retry = { maxAttempts: 4, initialDelayMs: 60_000 };
    const id = await running.startTask([prompt('ask', { retry })]);
    await running.waitUntil(id, (state) => lastStep(state).run?.waiting?.kind === 'retrying');
    const found = await why(running, id);
    expect(found).toMatchObject({ cause: 'retrying', next: { kind: 'none' } });
    expect(found.sentence).toMatch(/tried again at 20.* UTC: attempt 2 of 4/);
    expect(found.details[0]).toContain('The last error: ');
    expect(found.events.at(-1)?.type).toBe('WORKFLOW_STEP_EXECUTION_RETRIED');
  });

  it('the answer did not fit its schema, and where', async () => {
    scripted.answer(json(200, answer('{"risk":"huge"}')));
    const running = await start({ providers: [provider()] });
    const outputSchema = {
      type: 'object',
      properties: { risk: { enum: ['low', 'high'] } },
      required: ['risk'],
    };
    const id = await running.startTask([prompt('ask', { outputSchema, retry: { maxAttempts: 1 } })]);
    await running.waitUntil(id, isOver);
    const found = await why(running, id);
    expect(found).toMatchObject({ cause: 'answer-did-not-fit', next: { kind: 'retry' } });
    expect(found.details[0]).toMatch(/risk must be one of low, high/);
  });

  it('whoever did it has died: since when, and until when it has the lease', async () => {
    const clock = new ManualClock();
    const fixture = await createEngineFixture(test.uri, { clock });
    const { engine, database } = fixture;
    const { id: workflowId } = await fixture.createWorkflow([prompt('ask')]);
    const startedBy = { kind: 'system' } as const;
    const request = { orgId: testOrgId, workflowId, inputs: {}, startedBy, startKey: null };
    const { id, stack } = await engine.start({ ...request, origin: { kind: 'api' } });
    await engine.idle();
    // Claimed as a worker claims it, which then never says anything more.
    const stepExecutionId = stack[0]?.id ?? '';
    await engine.execute(testOrgId, id, { type: 'start-run', stepExecutionId, token: 't', leaseMs: 6_000 });
    const settings = { find: () => Promise.reject(new Error('nobody is asked')) };
    const { why: source } = createTestWhy({ database, clock, settings, leaseMs: 6_000 });
    clock.advance(1_000);
    expect((await source.ofTask(engine, testOrgId, id)).cause).toBe('running');
    clock.advance(4_000);
    const found = await source.ofTask(engine, testOrgId, id);
    expect(found).toMatchObject({ cause: 'worker-died', next: { kind: 'none' } });
    expect(found.sentence).toMatch(/has died.*Another takes over at 20.* UTC/);
    await fixture.close();
  });

  it('is said in plain words by a model that is told the cause, where there is one', async () => {
    scripted.answer(json(200, answer('It waits for the <bank>.')));
    const running = await start({});
    const id = await running.startTask([{ name: 'pause', type: 'WAIT', signal: 'paid' }]);
    const parts = { database: running.database, clock: systemClock, settings: running.org.settings };
    const none = createTestWhy(parts);
    expect(none.plainWords.isAvailable).toBe(false);
    const { why: source, plainWords } = createTestWhy({ ...parts, providers: [provider()] });
    const cause = await source.ofTask(running.engine, testOrgId, id);
    expect(await plainWords.rephrase(testOrgId, 'ana', cause)).toBe('It waits for the <bank>.');
    const sent = JSON.stringify(scripted.requests[0]?.body);
    expect(sent).toContain('the signal');
    expect(sent).toContain('Add no cause');
    // The place at the provider was given back.
    expect(await plainWords.rephrase(testOrgId, 'bo', cause)).toBe('It waits for the <bank>.');
  });
});
