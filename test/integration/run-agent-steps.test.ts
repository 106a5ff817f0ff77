import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { askMessage } from '../../blocks/ask.ts';
import { createAgentStore } from '../../models/agent.ts';
import { stepRunModel } from '../../models/step-run.ts';
import { systemClock } from '../../src/clock.ts';
import { RunAnnouncer, startStepRuns } from '../../src/composition/create-step-runs.ts';
import { Stoppers } from '../../src/composition/stoppers.ts';
import { AgentInput } from '../../src/domain/agent.ts';
import type { StepInput } from '../../src/domain/definition.ts';
import { deriveId } from '../../src/domain/ids.ts';
import { createLogger } from '../../src/logger.ts';
import { person, programKey, startTime, testOrgId } from '../support/builders.ts';
import { createEngineFixture } from '../support/engine-fixture.ts';
import { type Aimock, type AimockFixture, startAimock } from '../support/llm/aimock.ts';
import { aProvider } from '../support/llm/provider-builder.ts';
import { oddServer } from '../support/mcp/odd-server.ts';
import { type RunProcess, isOver, lastStep, startRunProcess } from '../support/run-stage.ts';
import { type TestDatabase, createTestDatabase, isMongoMissing } from '../support/test-mongo.ts';

const ana = person('ana');
const bo = person('bo');
let made = 0;

describe.skipIf(isMongoMissing())('steps that agents do', { timeout: 60_000 }, () => {
  let test: TestDatabase;
  let aimock: Aimock;
  let folder: string;
  let callLog: string;
  let processes: RunProcess[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'baton-agents-'));
    callLog = join(folder, 'calls');
    [test, aimock] = await Promise.all([createTestDatabase(), startAimock()]);
    processes = [];
  }, 60_000);

  beforeEach(async () => {
    await writeFile(callLog, '');
  });

  afterEach(async () => {
    await Promise.all(processes.splice(0).map((running) => running.stop()));
  });

  afterAll(async () => {
    await aimock.stop();
    await test.drop();
    await rm(folder, { recursive: true, force: true });
  });

  async function start(): Promise<RunProcess> {
    const providers = [aProvider({ baseUrl: aimock.baseUrl })];
    const running = await startRunProcess(test.uri, { providers, toolServers: [oddServer(callLog)] });
    processes.push(running);
    return running;
  }

  async function agentStep(
    bot: RunProcess,
    tools: string[],
    more: Partial<Extract<StepInput, { type: 'AGENT' }>> = {},
  ): Promise<StepInput> {
    const id = deriveId('agent', (made += 1));
    const input = AgentInput.parse({
      name: `Checker ${made}`,
      instructions: 'You check refunds.',
      tools: tools.map((tool) => ({ server: 'odd', tool })),
    });
    const stamps = { createdBy: { kind: 'system' }, createdAt: startTime, updatedAt: startTime } as const;
    await createAgentStore(bot.database).insert({ ...input, ...stamps, id, orgId: testOrgId });
    return {
      name: 'check',
      type: 'AGENT',
      agentId: id,
      inputsTemplate: { task: 'Check {{inputs.who}}' },
      ...more,
    };
  }

  function calls(name: string, args: object, turnIndex: number): AimockFixture {
    const toolCalls = [{ id: `call-${turnIndex}`, name, arguments: JSON.stringify(args) }];
    return { match: { turnIndex }, response: { toolCalls } };
  }

  function says(content: string, turnIndex: number): AimockFixture {
    return { match: { turnIndex }, response: { content } };
  }

  async function toolCalls(): Promise<string[]> {
    return (await readFile(callLog, 'utf8')).split('\n').filter((line) => line !== '');
  }

  it('call their tools, hand on their answer, and say in the log what they did', async () => {
    await aimock.answer(calls('odd__lookup', { customer: 'Acme' }, 0), says('All good.', 1));
    const bot = await start();
    const id = await bot.startTask([await agentStep(bot, ['lookup'])], { who: 'Acme' });
    const ended = await bot.waitUntil(id, isOver);
    expect(ended.failure).toBeNull();
    expect(ended.stack[0]).toMatchObject({ status: 'COMPLETED', output: 'All good.' });
    expect(ended.stack[0]?.run?.log).toMatchObject([
      { kind: 'model', toolCalls: ['odd__lookup'] },
      { kind: 'tool', tool: 'lookup', outcome: 'done' },
      { kind: 'model', finishReason: 'stop' },
    ]);
    expect(await toolCalls()).toEqual(['lookup {"customer":"Acme"}']);
  });

  it('fail for good when their agent is gone', async () => {
    const bot = await start();
    const step = { ...(await agentStep(bot, [])), agentId: deriveId('agent', 'gone') } as StepInput;
    const id = await bot.startTask([step], { who: 'Acme' });
    const ended = await bot.waitUntil(id, isOver);
    expect(ended).toMatchObject({ status: 'FAILED', failure: { data: { reason: 'agent-missing' } } });
  });

  it('wait for a person where a tool destroys, over a restart, and then go on without asking the model again', async () => {
    await aimock.answer(calls('odd__refund', { customer: 'Acme', amount: 420 }, 0), says('Refunded.', 1));
    const first = await start();
    const step = await agentStep(first, ['refund'], { approvers: ['U0BO'] });
    const id = await first.startTask([step], { who: 'Acme' });
    const waiting = await first.waitUntil(id, ({ waitingFor }) => waitingFor.length > 0);
    const asked = lastStep(waiting);
    expect(asked).toMatchObject({ status: 'STARTED', assignees: ['U0BO'], run: { lease: null } });
    const { definition } = await first.engine.read(testOrgId, id);
    const shown = JSON.stringify(
      askMessage({ execution: waiting, definition, stepIndex: 0, recipientIndex: 0 }),
    );
    for (const text of ['Allow', 'Refuse', 'refund', 'Acme', '420']) expect(shown).toContain(text);
    expect(await toolCalls()).toEqual([]);
    await first.stop();

    const bot = await start();
    const decide = {
      type: 'decide',
      stepExecutionId: asked.id,
      outcome: 'approved',
      comment: null,
      output: null,
    } as const;
    await expect(bot.engine.execute(testOrgId, id, { ...decide, by: programKey })).rejects.toThrow(
      'Only a person',
    );
    await expect(bot.engine.execute(testOrgId, id, { ...decide, by: ana })).rejects.toThrow('Only U0BO');
    const unseen = { ...decide, by: bo, digest: 'of something else' };
    await expect(bot.engine.execute(testOrgId, id, unseen)).rejects.toThrow('changed');
    await expect(bot.engine.execute(testOrgId, id, { ...decide, by: bo })).rejects.toThrow('Say which calls');
    const digest = asked.decisionDigest;
    await bot.engine.execute(testOrgId, id, { ...decide, by: bo, digest });
    const ended = await bot.waitUntil(id, isOver);
    expect(ended.failure).toBeNull();
    expect(ended.stack[0]).toMatchObject({ output: 'Refunded.', asks: [{ closed: { why: 'decided' } }] });
    expect(await toolCalls()).toEqual(['refund {"customer":"Acme","amount":420}']);
    expect(await aimock.requests()).toHaveLength(2);
    const log = await bot.engine.readLog(testOrgId, id);
    expect(log.find(({ type }) => type === 'WORKFLOW_STEP_EXECUTION_DECIDED')).toMatchObject({
      actor: { kind: 'person', userId: 'U0BO' },
      data: { outcome: 'approved', digest },
    });
  });

  it('are told of a refusal, and nothing is called', async () => {
    await aimock.answer(calls('odd__refund', { customer: 'Acme', amount: 420 }, 0), says('Then not.', 1));
    const bot = await start();
    const id = await bot.startTask([await agentStep(bot, ['refund'])], { who: 'Acme' });
    const waiting = await bot.waitUntil(id, ({ waitingFor }) => waitingFor.length > 0);
    expect(waiting.waitingFor).toEqual(['U0ANA']);
    const stepExecutionId = lastStep(waiting).id;
    const decision = { type: 'decide', stepExecutionId, outcome: 'rejected', output: null, by: ana } as const;
    await bot.engine.execute(testOrgId, id, { ...decision, comment: 'too much' });
    const ended = await bot.waitUntil(id, isOver);
    expect(ended.stack[0]).toMatchObject({ status: 'COMPLETED', output: 'Then not.' });
    expect(await toolCalls()).toEqual([]);
    expect((await aimock.requests())[1]?.messages.at(-1)?.content).toContain('too much');
  });

  it('and calls of tools that destroy are not made again on the quiet when a worker died in the middle', async () => {
    const dead = await createEngineFixture(test.uri, { clock: systemClock, leaseMs: 500 });
    const call = { name: 'pay', type: 'TOOL', toolServer: 'odd', tool: 'refund' } as const;
    const { id: workflowId } = await dead.createWorkflow([
      { ...call, inputsTemplate: { arguments: { customer: 'Acme', amount: 420 } } },
    ]);
    const request = {
      orgId: testOrgId,
      workflowId,
      inputs: {},
      startKey: null,
      origin: { kind: 'api' },
    } as const;
    const begun = await dead.engine.start({ ...request, startedBy: { kind: 'system' } });
    const claim = {
      type: 'start-run',
      stepExecutionId: lastStep(begun).id,
      token: 'dead',
      leaseMs: 1,
    } as const;
    await dead.engine.execute(testOrgId, begun.id, claim);
    await dead.close();

    const bot = await start();
    const ended = await bot.waitUntil(begun.id, isOver);
    expect(ended).toMatchObject({ status: 'FAILED', failure: { data: { reason: 'tool-outcome-unknown' } } });
    expect(await toolCalls()).toEqual([]);
    await bot.engine.execute(testOrgId, begun.id, { type: 'retry', by: programKey });
    expect(await bot.waitUntil(begun.id, isOver)).toMatchObject({ status: 'COMPLETED' });
    expect(await toolCalls()).toHaveLength(1);
  });

  it('have each call in the log once, also when a process died between ending a run and forgetting what it had logged', async () => {
    await aimock.answer(calls('odd__refund', { customer: 'Acme', amount: 420 }, 0), says('Refunded.', 1));
    const bot = await start();
    const id = await bot.startTask([await agentStep(bot, ['refund'])], { who: 'Acme' });
    const waiting = await bot.waitUntil(id, ({ waitingFor }) => waitingFor.length > 0);
    const asked = lastStep(waiting);
    const stepRuns = stepRunModel(bot.database).collection;
    const ofRun = { _id: asked.id } as object;
    await expect.poll(async () => (await stepRuns.findOne(ofRun))?.['log']).toEqual([]);
    await stepRuns.updateOne(ofRun, { $set: { log: asked.run?.log } });
    const decision = { type: 'decide', outcome: 'approved', comment: null, output: null, by: ana } as const;
    const { id: stepExecutionId, decisionDigest: digest } = asked;
    await bot.engine.execute(testOrgId, id, { ...decision, stepExecutionId, digest });
    const { run } = lastStep(await bot.waitUntil(id, isOver));
    expect(run?.log).toMatchObject([
      { kind: 'model', toolCalls: ['odd__refund'] },
      { kind: 'tool', tool: 'refund', outcome: 'done' },
      { kind: 'model', finishReason: 'stop' },
    ]);
    const sum = (run?.log ?? []).reduce((tokens, entry) => {
      const usage = entry['usage'] as { promptTokens: number } | null | undefined;
      return tokens + (usage?.promptTokens ?? 0);
    }, 0);
    expect(run?.usage.promptTokens).toBe(sum);
  });

  it('and tools that destroy are not called twice by a worker that was slow to begin after another had died', async () => {
    const bot = await createEngineFixture(test.uri, { clock: systemClock, leaseMs: 60_000 });
    const { id: workflowId } = await bot.createWorkflow([
      {
        name: 'pay',
        type: 'TOOL',
        toolServer: 'odd',
        tool: 'refund',
        inputsTemplate: { arguments: { customer: 'Acme', amount: 420 } },
      },
    ]);
    const startedBy = { kind: 'system' } as const;
    const request = { orgId: testOrgId, workflowId, inputs: {}, startKey: null, startedBy } as const;
    const { id } = await bot.engine.start({ ...request, origin: { kind: 'api' } });
    const seen = await bot.engine.read(testOrgId, id);
    const stepExecutionId = lastStep(seen.state).id;
    await bot.engine.execute(testOrgId, id, {
      type: 'start-run',
      stepExecutionId,
      token: 'dead',
      leaseMs: 1,
    });
    await expect
      .poll(async () => (await bot.engine.execute(testOrgId, id, { type: 'wake' })).stack[0]?.status)
      .toBe('SCHEDULED');

    const stoppers = new Stoppers();
    const logger = createLogger('silent');
    const { runner } = startStepRuns({
      config: { providers: [], toolServers: [oddServer(callLog)], leaseMs: 60_000 },
      database: bot.database,
      // It had read the task before the other one began.
      engine: {
        read: () => Promise.resolve(seen),
        execute: (orgId, executionId, command) => bot.engine.execute(orgId, executionId, command),
      },
      agents: createAgentStore(bot.database),
      announcer: new RunAnnouncer(),
      clock: systemClock,
      logger,
      stoppers,
    });
    runner.begin({ orgId: testOrgId, executionId: id, stepExecutionId });
    await expect
      .poll(async () => (await bot.engine.read(testOrgId, id)).state, { timeout: 20_000 })
      .toMatchObject({ status: 'FAILED', failure: { data: { reason: 'tool-outcome-unknown' } } });
    await stoppers.stop(logger);
    await bot.close();
    expect(await toolCalls()).toEqual([]);
  });

  it('can be cancelled while they wait for a person', async () => {
    await aimock.answer(calls('odd__refund', { customer: 'Acme', amount: 420 }, 0), says('Refunded.', 1));
    const bot = await start();
    const id = await bot.startTask([await agentStep(bot, ['refund'])], { who: 'Acme' });
    const waiting = await bot.waitUntil(id, ({ waitingFor }) => waitingFor.length > 0);
    await bot.engine.execute(testOrgId, id, { type: 'cancel', reason: null, by: programKey });
    const stepExecutionId = lastStep(waiting).id;
    const decide = {
      type: 'decide',
      stepExecutionId,
      outcome: 'approved',
      comment: null,
      output: null,
    } as const;
    await expect(bot.engine.execute(testOrgId, id, { ...decide, by: ana })).rejects.toThrow(
      'already cancelled',
    );
    await bot.runner.idle();
    expect(await toolCalls()).toEqual([]);
  });
});
