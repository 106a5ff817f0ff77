import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { StepInput } from '../../src/domain/definition.ts';
import { programKey, testOrgId } from '../support/builders.ts';
import { type Aimock, startAimock } from '../support/llm/aimock.ts';
import { aProvider } from '../support/llm/provider-builder.ts';
import { type ScriptedProvider, json, startScriptedProvider } from '../support/llm/scripted-provider.ts';
import { everythingOverStdio } from '../support/mcp/everything-server.ts';
import {
  type RunProcess,
  type RunProcessOptions,
  isOver,
  lastStep,
  startRunProcess,
} from '../support/run-stage.ts';
import { type TestDatabase, createTestDatabase, isMongoMissing } from '../support/test-mongo.ts';

function prompt(name: string, more: Partial<Extract<StepInput, { type: 'PROMPT' }>> = {}): StepInput {
  return { name, type: 'PROMPT', inputsTemplate: { prompt: `${name}: {{inputs.text}}` }, ...more };
}

describe.skipIf(isMongoMissing())('steps that models and tools do', { timeout: 60_000 }, () => {
  let test: TestDatabase;
  let aimock: Aimock;
  let scripted: ScriptedProvider;
  let processes: RunProcess[];

  beforeAll(async () => {
    [test, aimock, scripted] = await Promise.all([
      createTestDatabase(),
      startAimock(),
      startScriptedProvider(),
    ]);
    processes = [];
  }, 60_000);

  afterEach(async () => {
    await Promise.all(processes.splice(0).map((running) => running.stop()));
  });

  afterAll(async () => {
    await Promise.all([aimock.stop(), scripted.stop()]);
    await test.drop();
  });

  async function start(options: RunProcessOptions): Promise<RunProcess> {
    const running = await startRunProcess(test.uri, options);
    processes.push(running);
    return running;
  }

  function overAimock(): Promise<RunProcess> {
    return start({ providers: [aProvider({ baseUrl: aimock.baseUrl })] });
  }

  function overScript(maxParallel = 4): Promise<RunProcess> {
    return start({ providers: [aProvider({ baseUrl: scripted.baseUrl, maxParallel })] });
  }

  function answer(content: string): object {
    return {
      choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 11, completion_tokens: 5, total_tokens: 16 },
    };
  }

  it('ask the model, check the answer, and branch on its fields; the log says what was called', async () => {
    await aimock.answer({
      match: { userMessage: 'extract: Acme' },
      response: { content: '{"risk":"high"}' },
    });
    const bot = await overAimock();
    const when = { type: 'object', properties: { risk: { const: 'high' } } };
    const outputSchema = {
      type: 'object',
      properties: { risk: { enum: ['low', 'high'] } },
      required: ['risk'],
    };
    const handoffs = [
      { condition: 'risky', when, to: 'check' },
      { condition: 'default', to: 'complete' },
    ];
    const id = await bot.startTask(
      [prompt('extract', { outputSchema, handoffs }), { name: 'check', type: 'WAIT', signal: 'go' }],
      { text: 'Acme' },
    );
    const { stack, context } = await bot.waitUntil(id, ({ stack: steps }) => steps.length === 2);
    expect(stack[0]).toMatchObject({ status: 'COMPLETED', condition: 'risky', output: { risk: 'high' } });
    expect(context.steps['extract']).toMatchObject({ output: { risk: 'high' } });
    const log = await bot.engine.readLog(testOrgId, id);
    const types = log.map(({ type }) => type.replace('WORKFLOW_STEP_EXECUTION_', ''));
    expect(types.slice(1, 4)).toEqual(['SCHEDULED', 'STARTED', 'COMPLETED']);
    expect(log[3]?.data['run']).toMatchObject({
      attempt: 1,
      calls: [{ kind: 'model', provider: 'default', model: 'm', finishReason: 'stop', error: null }],
    });
  });

  it('let the model pick among named conditions what a free text means, and record why', async () => {
    scripted.answer(
      json(200, answer('The customer is furious.')),
      json(200, answer('{"reason":"anger","condition":"angry"}')),
    );
    const bot = await overScript();
    const handoffs = [
      { condition: 'angry', to: 'complete' },
      { condition: 'happy', to: 'judge' },
    ];
    const id = await bot.startTask([prompt('judge', { handoffs })], { text: 'x' });
    const state = await bot.waitUntil(id, isOver);
    expect(state.status).toBe('COMPLETED');
    expect(state.stack[0]).toMatchObject({ outcome: 'angry', output: 'The customer is furious.' });
    expect(state.stack[0]?.run?.log.map(({ purpose }) => purpose)).toEqual(['answer', 'pick-condition']);
    expect(state.stack[0]?.run?.log[1]).toMatchObject({ picked: { condition: 'angry', reason: 'anger' } });
    const log = await bot.engine.readLog(testOrgId, id);
    expect(log[3]?.data).toMatchObject({ picked: { condition: 'angry', reason: 'anger' } });
    expect(state.stack[0]?.run?.usage).toEqual({ promptTokens: 22, completionTokens: 10 });
  });

  it('are tried again by their policy, say so, and stop the task when it is used up; Retry begins anew', async () => {
    scripted.answer(json(500, { error: { message: 'broken' } }));
    const bot = await overScript();
    const retry = { maxAttempts: 2, initialDelayMs: 100 };
    const id = await bot.startTask([prompt('ask', { retry })], { text: 'x' });
    const failed = await bot.waitUntil(id, isOver);
    expect(failed).toMatchObject({ status: 'FAILED', failure: { code: 'run-failed', data: { attempt: 2 } } });
    expect(scripted.requests).toHaveLength(2);
    scripted.answer(json(200, answer('fine')));
    await bot.engine.execute(testOrgId, id, { type: 'retry', by: programKey });
    expect(await bot.waitUntil(id, isOver)).toMatchObject({ status: 'COMPLETED' });
  });

  it('wait while there is no provider, say so, and go on once a process has one', async () => {
    const without = await start({});
    const id = await without.startTask([prompt('ask')], { text: 'x' });
    const waiting = await without.waitUntil(id, (state) => (lastStep(state).run?.waiting ?? null) !== null);
    expect(lastStep(waiting)).toMatchObject({
      status: 'SCHEDULED',
      run: { waiting: { kind: 'no-provider' } },
    });
    await without.stop();
    scripted.answer(json(200, answer('fine')));
    const bot = await overScript();
    // As if the moment had come at which it looks again.
    const step = lastStep(waiting);
    bot.runner.begin({ orgId: testOrgId, executionId: id, stepExecutionId: step.id });
    expect(await bot.waitUntil(id, isOver)).toMatchObject({ status: 'COMPLETED' });
  });

  it('never have more calls in flight than the provider allows, over two processes', async () => {
    let inFlight = 0;
    let most = 0;
    scripted.answer((response) => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      setTimeout(() => {
        inFlight -= 1;
        json(200, answer('fine'))(response, { headers: {}, body: {} as never });
      }, 300);
    });
    const [one, two] = await Promise.all([overScript(2), overScript(2)]);
    const bots = [one, two, one, two, one, two];
    const ids = await Promise.all(bots.map((bot) => bot.startTask([prompt('ask')], { text: 'x' })));
    const ended = await Promise.all(ids.map((id) => one.waitUntil(id, isOver)));
    expect(ended.map(({ status }) => status)).toEqual(bots.map(() => 'COMPLETED'));
    expect(most).toBe(2);
    expect(scripted.requests).toHaveLength(6);
  });

  it('are done once, however often and wherever they are announced', async () => {
    scripted.answer((response) => {
      setTimeout(() => json(200, answer('fine'))(response, { headers: {}, body: {} as never }), 200);
    });
    const [one, two] = await Promise.all([overScript(), overScript()]);
    const id = await one.startTask([prompt('ask')], { text: 'x' });
    const { stack } = await one.waitUntil(id, ({ stack: steps }) => steps.length === 1);
    const ticket = { orgId: testOrgId, executionId: id, stepExecutionId: stack[0]?.id ?? '' };
    for (const bot of [one, two, one, two]) bot.runner.begin(ticket);
    const ended = await one.waitUntil(id, isOver);
    await Promise.all([one.runner.idle(), two.runner.idle()]);
    expect(scripted.requests).toHaveLength(1);
    const log = await one.engine.readLog(testOrgId, ended.id);
    expect(log.filter(({ type }) => type === 'WORKFLOW_STEP_EXECUTION_COMPLETED')).toHaveLength(1);
  });

  it('are given back by a process that stops, and done by another', async () => {
    scripted.answer(() => {});
    const first = await overScript();
    const id = await first.startTask([prompt('ask')], { text: 'x' });
    await first.waitUntil(
      id,
      (state) => lastStep(state).status === 'STARTED' && scripted.requests.length === 1,
    );
    await first.stop();
    scripted.answer(json(200, answer('fine')));
    const second = await overScript();
    const ended = await second.waitUntil(id, isOver);
    expect(ended).toMatchObject({ status: 'COMPLETED', stack: [{ run: { attempt: 1 } }] });
  });

  it('are broken off when the task is cancelled', async () => {
    let isClosed = false;
    scripted.answer((response) => {
      response.once('close', () => {
        isClosed = true;
      });
    });
    const bot = await overScript();
    const id = await bot.startTask([prompt('ask')], { text: 'x' });
    await bot.waitUntil(id, () => scripted.requests.length === 1);
    await bot.engine.execute(testOrgId, id, { type: 'cancel', reason: null, by: programKey });
    await bot.runner.idle();
    expect(isClosed).toBe(true);
    expect(lastStep((await bot.engine.read(testOrgId, id)).state)).toMatchObject({ status: 'CANCELLED' });
  });

  it('call a tool with arguments that fit its schema, although templates give text', async () => {
    const bot = await start({ toolServers: [everythingOverStdio()] });
    const id = await bot.startTask(
      [
        {
          name: 'add',
          type: 'TOOL',
          toolServer: 'everything',
          tool: 'get-sum',
          inputsTemplate: { arguments: { a: '{{inputs.a}}', b: 2 } },
        },
      ],
      { a: 40 },
    );
    const ended = await bot.waitUntil(id, isOver);
    expect(ended.failure).toBeNull();
    expect(ended.stack[0]).toMatchObject({ status: 'COMPLETED', output: expect.stringContaining('42') });
    expect(ended.stack[0]?.run?.log).toMatchObject([{ kind: 'tool', tool: 'get-sum', outcome: 'done' }]);
  });

  it('stop the task at a tool that is not there, or refuses its arguments', async () => {
    const bot = await start({ toolServers: [everythingOverStdio()] });
    const step = { name: 'call', type: 'TOOL', toolServer: 'everything' } as const;
    const missing = await bot.startTask([{ ...step, tool: 'nothing' }]);
    expect(await bot.waitUntil(missing, isOver)).toMatchObject({
      failure: { data: { reason: 'tool-unknown' } },
    });
    const wrong = await bot.startTask([
      { ...step, tool: 'get-sum', inputsTemplate: { arguments: { a: 'many' } } },
    ]);
    expect(await bot.waitUntil(wrong, isOver)).toMatchObject({
      failure: { data: { reason: 'tool-arguments' } },
    });
  });
});
