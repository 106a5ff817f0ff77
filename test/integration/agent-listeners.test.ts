import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createAgentStore } from '../../models/agent.ts';
import { AgentInput } from '../../src/domain/agent.ts';
import { type AgentListener, AgentListenerInput } from '../../src/domain/agent-listener.ts';
import type { StepInput } from '../../src/domain/definition.ts';
import { deriveId } from '../../src/domain/ids.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import type { Workflow } from '../../src/domain/workflow.ts';
import { toOutboundEvent } from '../../src/engine/to-outbound-event.ts';
import { human, person, programKey, startTime, testOrgId } from '../support/builders.ts';
import { type Aimock, startAimock } from '../support/llm/aimock.ts';
import { aProvider } from '../support/llm/provider-builder.ts';
import { type RunProcess, isOver, startRunProcess } from '../support/run-stage.ts';
import { type TestDatabase, createTestDatabase, isMongoMissing } from '../support/test-mongo.ts';

const ana = { kind: 'person', userId: 'U0ANA', name: 'ana' } as const;
const by = {
  access: { orgId: testOrgId, userId: 'U0ANA', role: 'owner', teamIds: [], handler: null },
  actor: ana,
} as const;
let made = 0;

describe.skipIf(isMongoMissing())('agents that listen to a workflow', { timeout: 60_000 }, () => {
  let test: TestDatabase;
  let aimock: Aimock;
  let processes: RunProcess[];

  beforeAll(async () => {
    processes = [];
    [test, aimock] = await Promise.all([createTestDatabase(), startAimock()]);
  }, 60_000);
  afterEach(async () => {
    await Promise.all(processes.splice(0).map((running) => running.stop()));
  });
  afterAll(async () => {
    await aimock.stop();
    await test.drop();
  });

  async function start(): Promise<RunProcess> {
    const running = await startRunProcess(test.uri, { providers: [aProvider({ baseUrl: aimock.baseUrl })] });
    processes.push(running);
    return running;
  }

  async function makeAgent(bot: RunProcess): Promise<string> {
    made += 1;
    const id = deriveId('agent', `listening ${made}`);
    const input = AgentInput.parse({ name: `Scribe ${made}`, instructions: 'You keep the minutes.' });
    const stamps = { createdBy: { kind: 'system' }, createdAt: startTime, updatedAt: startTime } as const;
    await createAgentStore(bot.database).insert({ ...input, ...stamps, id, orgId: testOrgId });
    return id;
  }

  async function listen(bot: RunProcess, workflow: Workflow, more: JsonObject): Promise<AgentListener> {
    const input = AgentListenerInput.parse({ agentId: await makeAgent(bot), ...more });
    return bot.agentListeners.attach(by, workflow, input);
  }

  async function hiddenCount(bot: RunProcess): Promise<number> {
    return bot.database.collection('workflows').countDocuments({ listensTo: { $exists: true } });
  }

  async function startTask(bot: RunProcess, workflowId: string, startedBy: object = ana): Promise<string> {
    const request = {
      orgId: testOrgId,
      workflowId,
      inputs: {},
      startKey: null,
      origin: { kind: 'api' },
    } as const;
    return (await bot.engine.start({ ...request, startedBy: startedBy as typeof ana })).id;
  }

  async function logOf(
    bot: RunProcess,
    workflow: Workflow,
    listener: AgentListener,
    count: number,
  ): Promise<Awaited<ReturnType<RunProcess['agentListeners']['log']>>> {
    const read = (): ReturnType<RunProcess['agentListeners']['log']> =>
      bot.agentListeners.log(workflow, listener.id, { limit: 50 });
    await expect.poll(async () => (await read()).length, { timeout: 20_000 }).toBe(count);
    return read();
  }

  it('are given the event as their task, through the provider, and what they did is logged', async () => {
    await aimock.answer({
      match: { userMessage: 'WORKFLOW_EXECUTION_COMPLETED' },
      response: { content: 'Noted.' },
    });
    const bot = await start();
    const workflow = await bot.createWorkflow([]);
    const listener = await listen(bot, workflow, { events: ['WORKFLOW_EXECUTION_COMPLETED'] });
    const taskId = await startTask(bot, workflow.id);
    const [entry] = await logOf(bot, workflow, listener, 1);
    expect(entry).toMatchObject({
      decision: 'started',
      executionId: taskId,
      eventType: 'WORKFLOW_EXECUTION_COMPLETED',
    });
    const run = await bot.waitUntil(entry?.runId ?? '', isOver);
    expect(run).toMatchObject({
      status: 'COMPLETED',
      startedBy: { kind: 'key', keyId: `agent:${listener.agentId}` },
    });
    expect(run.stack[0]).toMatchObject({
      output: 'Noted.',
      run: { log: [{ kind: 'model', provider: 'default' }] },
    });
    const [asked] = await aimock.requests();
    expect(asked?.messages.at(-1)?.content).toContain(`"executionId": "${taskId}"`);
    expect(await bot.workflows.list(testOrgId)).not.toContainEqual(
      expect.objectContaining({ listensTo: workflow.id }),
    );
  });

  it('are not told what stands under secret names, and neither is it kept with what they did', async () => {
    await aimock.answer({ match: { userMessage: 'Something' }, response: { content: 'Noted.' } });
    const bot = await start();
    const workflow = await bot.createWorkflow([human('boss')]);
    const listener = await listen(bot, workflow, { events: ['WORKFLOW_EXECUTION_STARTED'] });
    await bot.engine.start({
      orgId: testOrgId,
      workflowId: workflow.id,
      inputs: { customer: 'Acme', api_token: 'very-secret' },
      startedBy: ana,
      startKey: null,
      origin: { kind: 'api' },
    });
    const [entry] = await logOf(bot, workflow, listener, 1);
    const run = await bot.waitUntil(entry?.runId ?? '', isOver);
    const asked = JSON.stringify(await aimock.requests());
    expect(asked).toContain('Acme');
    expect(`${asked} ${JSON.stringify(run)}`).not.toContain('very-secret');
  });

  it('are called once for an event, however often it is offered and by whom', async () => {
    await aimock.answer({
      match: { userMessage: 'WORKFLOW_EXECUTION_COMPLETED' },
      response: { content: 'Noted.' },
    });
    const [bot, other] = await Promise.all([start(), start()]);
    const workflow = await bot.createWorkflow([]);
    const listener = await listen(bot, workflow, { events: ['WORKFLOW_EXECUTION_COMPLETED'] });
    const taskId = await startTask(bot, workflow.id);
    const [entry] = await logOf(bot, workflow, listener, 1);
    const events = (await bot.engine.readLog(testOrgId, taskId)).map(toOutboundEvent);
    await Promise.all([bot.fanOut.offer(events), other.fanOut.offer(events), bot.fanOut.offer(events)]);
    await bot.waitUntil(entry?.runId ?? '', isOver);
    await Promise.all([bot.runner.idle(), other.runner.idle()]);
    expect(await bot.agentListeners.log(workflow, listener.id, { limit: 50 })).toHaveLength(1);
    expect(
      await bot.tasks.list(testOrgId, { workflowId: listener.runsWorkflowId }, { limit: 10 }),
    ).toHaveLength(1);
    expect(await aimock.requests()).toHaveLength(1);
  });

  it('are attached once each, and a second time leaves nothing behind', async () => {
    const bot = await start();
    const workflow = await bot.createWorkflow([]);
    const before = await hiddenCount(bot);
    const agentId = await makeAgent(bot);
    const input = AgentListenerInput.parse({ agentId, events: ['WORKFLOW_EXECUTION_COMPLETED'] });
    const attach = (id?: string): Promise<AgentListener> =>
      bot.agentListeners.attach(by, workflow, input, id);
    const atOnce = await Promise.allSettled([attach(), attach(), attach()]);
    expect(atOnce.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(attach()).rejects.toMatchObject({ status: 409, code: 'already-attached' });
    expect(await hiddenCount(bot)).toBe(before + 1);
    const [listener] = await bot.agentListeners.list(workflow);
    // As if the process had died before it could keep the listener.
    await bot.database.collection('agent_listeners').deleteMany({ workflowId: workflow.id });
    expect(await attach(listener?.id)).toMatchObject({ runsWorkflowId: listener?.runsWorkflowId });
    expect(await hiddenCount(bot)).toBe(before + 1);
  });

  it('do not hear of their own work: of the step that they do, what follows from it, and what their tools do', async () => {
    await aimock.answer(
      { match: { userMessage: 'Do it' }, response: { content: 'Done.' } },
      { match: { userMessage: 'Something has happened' }, response: { content: 'Noted.' } },
    );
    const bot = await start();
    const agentId = await makeAgent(bot);
    const step: StepInput = { name: 'work', type: 'AGENT', agentId, inputsTemplate: { task: 'Do it' } };
    const workflow = await bot.createWorkflow([step]);
    const events = [
      'WORKFLOW_EXECUTION_STARTED',
      'WORKFLOW_STEP_EXECUTION_COMPLETED',
      'WORKFLOW_EXECUTION_COMPLETED',
    ];
    const input = AgentListenerInput.parse({ agentId, events, ignoreKeys: ['tools-key'] });
    const listener = await bot.agentListeners.attach(by, workflow, input);
    await bot.waitUntil(await startTask(bot, workflow.id), isOver);
    const first = await logOf(bot, workflow, listener, 3);
    expect(first.map(({ decision }) => decision).toSorted()).toEqual(['skipped', 'skipped', 'started']);
    expect(first.find(({ decision }) => decision === 'started')?.eventType).toBe(
      'WORKFLOW_EXECUTION_STARTED',
    );
    await bot.waitUntil(
      await startTask(bot, workflow.id, { kind: 'key', keyId: 'tools-key', name: null }),
      isOver,
    );
    const all = await logOf(bot, workflow, listener, 6);
    expect(all.filter(({ decision }) => decision === 'started')).toHaveLength(1);
    expect(all[0]?.reason).toContain('own work');
  });

  it('cannot decide what people are asked, whatever they answer', async () => {
    await aimock.answer({
      match: { userMessage: 'Something has happened' },
      response: { content: '{"outcome":"approved"} I approve this step myself.' },
    });
    const bot = await start();
    const workflow = await bot.createWorkflow([human('boss', { assignees: ['U0BO'] })]);
    const listener = await listen(bot, workflow, { events: ['WORKFLOW_STEP_EXECUTION_STARTED'] });
    const taskId = await startTask(bot, workflow.id);
    const [entry] = await logOf(bot, workflow, listener, 1);
    await bot.waitUntil(entry?.runId ?? '', isOver);
    const { state } = await bot.engine.read(testOrgId, taskId);
    expect(state).toMatchObject({ status: 'RUNNING', waitingFor: ['U0BO'] });
    const stepExecutionId = state.stack[0]?.id ?? '';
    const decision = {
      type: 'decide',
      stepExecutionId,
      outcome: 'approved',
      comment: null,
      output: null,
    } as const;
    const agent = { kind: 'key', keyId: `agent:${listener.agentId}`, name: null } as const;
    await expect(bot.engine.execute(testOrgId, taskId, { ...decision, by: agent })).rejects.toThrow(/person/);
    await bot.engine.execute(testOrgId, taskId, { ...decision, by: person('bo') });
  });

  it('hear of nothing while they are switched off, nor once they are detached', async () => {
    await aimock.answer({ match: { userMessage: 'Something' }, response: { content: 'Noted.' } });
    const bot = await start();
    const workflow = await bot.createWorkflow([]);
    const listener = await listen(bot, workflow, { events: ['WORKFLOW_EXECUTION_COMPLETED'] });
    await bot.agentListeners.change(by, workflow, listener.id, { enabled: false });
    await startTask(bot, workflow.id);
    await bot.engine.idle();
    expect(await bot.agentListeners.log(workflow, listener.id, { limit: 5 })).toEqual([]);
    await bot.agentListeners.detach(by, workflow, listener.id);
    await startTask(bot, workflow.id);
    await bot.engine.idle();
    expect(await bot.tasks.list(testOrgId, { workflowId: listener.runsWorkflowId }, { limit: 5 })).toEqual(
      [],
    );
    await expect(bot.agentListeners.get(workflow, listener.id)).rejects.toThrow('No such agent');
  });

  it('are called by one task only so often', async () => {
    await aimock.answer({ match: { userMessage: 'Something' }, response: { content: 'Noted.' } });
    const bot = await start();
    const loop = human('again', {
      handoffs: [{ condition: 'approved', to: 'again' }],
      assignees: ['U0BO'],
      maxVisits: 40,
    });
    const workflow = await bot.createWorkflow([loop]);
    const listener = await listen(bot, workflow, { events: ['WORKFLOW_STEP_EXECUTION_STARTED'] });
    const taskId = await startTask(bot, workflow.id);
    for (let visit = 0; visit < 26; visit += 1) {
      const { state } = await bot.engine.read(testOrgId, taskId);
      const stepExecutionId = state.stack.at(-1)?.id ?? '';
      const decision = {
        type: 'decide',
        stepExecutionId,
        outcome: 'approved',
        comment: null,
        output: null,
      } as const;
      await bot.engine.execute(testOrgId, taskId, { ...decision, by: person('bo') });
      await bot.engine.idle();
    }
    const log = await logOf(bot, workflow, listener, 27);
    expect(log.filter(({ decision }) => decision === 'started')).toHaveLength(25);
    expect(log[0]?.reason).toContain('25 times');
    await bot.engine.execute(testOrgId, taskId, { type: 'cancel', reason: null, by: programKey });
  });
});
