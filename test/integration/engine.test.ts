import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MongoExecutionStore } from '../../models/mongo-execution-store.ts';
import type { ExecutionState } from '../../src/domain/execution.ts';
import { findChainBreak } from '../../src/domain/event.ts';
import type { Workflow } from '../../src/domain/workflow.ts';
import { NotFoundError, ValidationError } from '../../src/errors.ts';
import type { ExecutionCommand } from '../../src/engine/engine.ts';
import { currentId, human, person, programKey, testOrgId, userMessage, wait } from '../support/builders.ts';
import {
  type EngineFixture,
  type EngineFixtureOptions,
  createEngineFixture,
} from '../support/engine-fixture.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { type TestDatabase, createTestDatabase, isMongoMissing } from '../support/test-mongo.ts';

const bo = person('bo');
const chi = person('chi');

describe.skipIf(isMongoMissing())('the engine on MongoDB', () => {
  let testDatabase: TestDatabase;
  const fixtures: EngineFixture[] = [];

  beforeEach(async () => {
    testDatabase = await createTestDatabase();
  });
  afterEach(async () => {
    for (const fixture of fixtures.splice(0)) await fixture.close();
    await testDatabase.drop();
  });

  async function fixture(options: EngineFixtureOptions = {}): Promise<EngineFixture> {
    const made = await createEngineFixture(testDatabase.uri, options);
    fixtures.push(made);
    return made;
  }

  function start(
    { engine }: EngineFixture,
    workflow: Workflow,
    startKey: string | null = null,
    orgId = testOrgId,
  ): Promise<ExecutionState> {
    return engine.start({
      orgId,
      workflowId: workflow.id,
      inputs: {},
      startedBy: { kind: 'person', userId: 'U0ANA', name: 'ana' },
      origin: { kind: 'slack', channelId: 'C0GEN', threadTs: null },
      startKey,
    });
  }

  function decide(execution: ExecutionState, by = bo, outcome = 'approved'): ExecutionCommand {
    return {
      type: 'decide',
      stepExecutionId: currentId(execution),
      outcome,
      comment: 'because',
      output: null,
      by,
    };
  }

  it('runs a task from start to end and keeps its whole log', async () => {
    const bot = await fixture();
    const workflow = await bot.createWorkflow([human('ok'), userMessage('tell')]);
    const execution = await start(bot, workflow);
    const decided = await bot.engine.execute(testOrgId, execution.id, decide(execution));
    await bot.engine.execute(testOrgId, execution.id, {
      type: 'complete',
      stepExecutionId: currentId(decided),
      outcome: null,
      comment: null,
      output: null,
      by: chi,
    });
    const before = await bot.engine.readLog(testOrgId, execution.id);
    await bot.engine.idle();
    const after = await bot.engine.readLog(testOrgId, execution.id);
    const { state, delivery } = await bot.engine.read(testOrgId, execution.id);

    expect(state).toMatchObject({ status: 'COMPLETED', v: 3, pointer: null });
    expect(before).toEqual(after);
    expect(findChainBreak(after)).toBeNull();
    expect(after.at(-1)?.type).toBe('WORKFLOW_EXECUTION_COMPLETED');
    expect(delivery.outbox).toEqual({ events: [], effects: [] });
    expect(delivery.dueAt).toBeNull();
  });

  it('does each effect once, in order, and remembers the messages', async () => {
    const bot = await fixture();
    bot.performer.answer = (effect) => ({
      kind: 'done',
      messages: effect.kind === 'task-card' ? { card: { channelId: 'C0GEN', ts: '1.1' } } : {},
    });
    const workflow = await bot.createWorkflow([human('ok')]);
    const execution = await start(bot, workflow);
    await bot.engine.idle();
    await bot.engine.execute(testOrgId, execution.id, decide(execution));
    await bot.engine.idle();
    const { delivery } = await bot.engine.read(testOrgId, execution.id);

    expect(bot.performer.kinds()).toEqual([
      'task-card',
      'ask',
      'update-asks',
      'step-note',
      'task-card',
      'outcome-note',
    ]);
    expect(new Set(bot.performer.performed.map(({ id }) => id)).size).toBe(6);
    expect(delivery.messages).toEqual({ card: { channelId: 'C0GEN', ts: '1.1' } });
  });

  it.each([1, 2])(
    'lets one of two people win who decide at the same moment, over %i processes',
    async (processes) => {
      const first = await fixture();
      const second = processes === 2 ? await fixture() : first;
      const workflow = await first.createWorkflow([human('ok', { assignees: ['U0BO', 'U0CHI'] })]);
      const execution = await start(first, workflow);
      const results = await Promise.allSettled([
        first.engine.execute(testOrgId, execution.id, decide(execution, bo)),
        second.engine.execute(testOrgId, execution.id, decide(execution, chi, 'rejected')),
      ]);
      const won = results.filter(({ status }) => status === 'fulfilled');
      const lost = results.find((result) => result.status === 'rejected');
      const log = await first.engine.readLog(testOrgId, execution.id);

      expect(won).toHaveLength(1);
      expect(lost?.reason).toMatchObject({ reason: { kind: 'already-done' } });
      expect(log.filter(({ type }) => type === 'WORKFLOW_STEP_EXECUTION_DECIDED')).toHaveLength(1);
    },
  );

  it('accepts one of fifty identical clicks', async () => {
    const bot = await fixture();
    const workflow = await bot.createWorkflow([human('ok'), userMessage('next')]);
    const execution = await start(bot, workflow);
    const clicks = Array.from({ length: 50 }, () =>
      bot.engine.execute(testOrgId, execution.id, decide(execution)),
    );
    const results = await Promise.allSettled(clicks);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await bot.engine.read(testOrgId, execution.id)).state.v).toBe(2);
  });

  it('starts one task for one start key, and says which', async () => {
    const bot = await fixture();
    const workflow = await bot.createWorkflow([human('ok')]);
    const started = await Promise.all(Array.from({ length: 5 }, () => start(bot, workflow, 'view:V1')));
    expect(new Set(started.map(({ id }) => id)).size).toBe(1);
  });

  it('finds a task by its start key also when the workflow was paused since', async () => {
    const bot = await fixture();
    const workflow = await bot.createWorkflow([human('ok')]);
    const first = await start(bot, workflow, 'view:V1');
    await bot.workflows.setStatus(testOrgId, workflow.id, 'PAUSED', { kind: 'system' });
    expect((await start(bot, workflow, 'view:V1')).id).toBe(first.id);
    await expect(start(bot, workflow, 'view:V2')).rejects.toThrow('paused');
  });

  it('runs the revision that a task was started with, whatever is edited meanwhile', async () => {
    const bot = await fixture();
    const workflow = await bot.createWorkflow([human('ok')]);
    const execution = await start(bot, workflow);
    await bot.workflows.change(
      testOrgId,
      workflow.id,
      { steps: [human('ok'), userMessage('added')] },
      { kind: 'system' },
    );
    const ended = await bot.engine.execute(testOrgId, execution.id, decide(execution));
    expect(ended).toMatchObject({ status: 'COMPLETED', revision: 1 });
  });

  it('keeps orgs apart', async () => {
    const bot = await fixture();
    const workflow = await bot.createWorkflow([human('ok')]);
    const execution = await start(bot, workflow);
    const elsewhere = 'a'.repeat(24);
    await expect(bot.engine.execute(elsewhere, execution.id, decide(execution))).rejects.toThrow(
      NotFoundError,
    );
    await expect(bot.engine.read(elsewhere, execution.id)).rejects.toThrow(NotFoundError);
    await expect(bot.workflows.get(elsewhere, workflow.id)).rejects.toThrow(NotFoundError);
  });

  it('refuses inputs that do not fit, with the paths that are wrong', async () => {
    const bot = await fixture();
    const schema = { type: 'object', properties: { assignee: { type: 'string' } }, required: ['assignee'] };
    const workflow = await bot.createWorkflow([human('ok')], schema);
    const refused = await start(bot, workflow).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ValidationError);
    expect((refused as ValidationError).fields).toEqual([{ path: 'assignee', message: 'is required' }]);
  });

  it('fires a timer at its time, and not before', async () => {
    const clock = new ManualClock();
    const bot = await fixture({ clock });
    const workflow = await bot.createWorkflow([wait('pause', { for: '2d' }), userMessage('after')]);
    const execution = await start(bot, workflow);
    await bot.engine.idle();
    clock.advance(2 * 86_400_000 - 1);
    expect(await bot.engine.sweep({ maxMs: 1_000 })).toBe(0);
    clock.advance(1);
    expect(await bot.engine.sweep({ maxMs: 1_000 })).toBe(1);
    expect((await bot.engine.read(testOrgId, execution.id)).state.stack.at(-1)?.stepName).toBe('after');
  });

  it('goes on with what another process left behind, and knows that it may have been sent', async () => {
    const clock = new ManualClock();
    const dead = await fixture({ clock });
    dead.performer.answer = () => new Promise(() => {});
    const workflow = await dead.createWorkflow([human('ok')]);
    const execution = await start(dead, workflow);
    const heir = await fixture({ clock });
    expect(await heir.engine.sweep({ maxMs: 1_000 })).toBe(0);
    clock.advance(20_000);
    expect(await heir.engine.sweep({ maxMs: 1_000 })).toBe(1);
    await heir.engine.idle();

    expect(heir.performer.performed.map(({ kind, maybeSent }) => [kind, maybeSent])).toEqual([
      ['task-card', true],
      ['ask', true],
    ]);
    expect((await heir.engine.read(testOrgId, execution.id)).delivery.outbox.effects).toEqual([]);
    expect(heir.counters.leasesTakenOver).toBe(1);
    fixtures.splice(fixtures.indexOf(dead), 1);
    await dead.database.close();
  });

  it('changes nothing for a worker whose lease was taken over while it worked', async () => {
    const clock = new ManualClock();
    const slow = await fixture({ clock });
    let finishSlowly = (): void => {};
    slow.performer.answer = () =>
      new Promise((resolve) => {
        finishSlowly = () =>
          resolve({ kind: 'done', messages: { card: { channelId: 'C0GEN', ts: 'late' } } });
      });
    const workflow = await slow.createWorkflow([human('ok')]);
    const execution = await start(slow, workflow);
    clock.advance(20_000);
    const heir = await fixture({ clock });
    await heir.engine.sweep({ maxMs: 1_000 });
    await heir.engine.idle();
    finishSlowly();
    await slow.engine.idle();

    expect((await heir.engine.read(testOrgId, execution.id)).delivery.messages).toEqual({});
    expect(slow.counters.effectsFenced).toBe(1);
  });

  it('puts off what cannot be done now, and does it when it is due', async () => {
    const clock = new ManualClock();
    const bot = await fixture({ clock });
    bot.performer.answer = () => ({
      kind: 'retry',
      afterMs: 60_000,
      error: 'rate limited',
      maybeSent: false,
    });
    const workflow = await bot.createWorkflow([human('ok')]);
    const execution = await start(bot, workflow);
    await bot.engine.idle();
    const { delivery } = await bot.engine.read(testOrgId, execution.id);
    expect(delivery.dueAt).toEqual(new Date(clock.now().getTime() + 60_000));
    bot.performer.answer = () => ({ kind: 'done' });
    clock.advance(60_000);
    await bot.engine.sweep({ maxMs: 1_000 });
    await bot.engine.idle();
    expect((await bot.engine.read(testOrgId, execution.id)).delivery.outbox.effects).toEqual([]);
  });

  it('gives up after three days, and keeps what it gave up with the reason', async () => {
    const clock = new ManualClock();
    const bot = await fixture({ clock });
    bot.performer.answer = () => ({
      kind: 'retry',
      afterMs: 86_400_000,
      error: 'Slack is down',
      maybeSent: false,
    });
    const workflow = await bot.createWorkflow([human('ok')]);
    const execution = await start(bot, workflow);
    await bot.engine.idle();
    for (let days = 1; days <= 13; days += 1) {
      clock.advance(86_400_000);
      await bot.engine.sweep({ maxMs: 1_000 });
      await bot.engine.idle();
    }
    const { state, delivery } = await bot.engine.read(testOrgId, execution.id);
    expect(state.stack[0]?.undeliverable).toEqual([{ recipient: 'U0BO', reason: 'Slack is down' }]);
    expect(delivery.outbox.effects).toEqual([]);
    expect(delivery.dead.map(({ error }) => error)).toContain('Slack is down');
  });

  it('waits for its turn for as long as it takes, which is no failure', async () => {
    const clock = new ManualClock();
    const bot = await fixture({ clock });
    bot.performer.answer = () => ({ kind: 'wait', afterMs: 86_400_000, error: 'no Slack yet' });
    const workflow = await bot.createWorkflow([human('ok')]);
    const execution = await start(bot, workflow);
    await bot.engine.idle();
    for (let days = 1; days <= 5; days += 1) {
      clock.advance(86_400_000);
      await bot.engine.sweep({ maxMs: 1_000 });
      await bot.engine.idle();
    }
    const { delivery } = await bot.engine.read(testOrgId, execution.id);
    expect(delivery.dead).toEqual([]);
    expect(delivery.outbox.effects.map(({ kind, attempts }) => [kind, attempts])).toEqual([
      ['task-card', 0],
      ['ask', 0],
    ]);
  });

  it('tells on the task that somebody cannot be reached, and goes on waiting', async () => {
    const bot = await fixture();
    bot.performer.answer = (effect) =>
      effect.kind === 'ask' ? { kind: 'dead', error: 'nobody has this email' } : { kind: 'done' };
    const workflow = await bot.createWorkflow([human('ok')]);
    const execution = await start(bot, workflow);
    await bot.engine.idle();
    const { state } = await bot.engine.read(testOrgId, execution.id);
    expect(state.status).toBe('RUNNING');
    expect(state.stack[0]?.undeliverable).toEqual([{ recipient: 'U0BO', reason: 'nobody has this email' }]);
    expect(bot.performer.performed.at(-1)).toMatchObject({ kind: 'step-note', about: 'undeliverable' });
  });

  it('gives its leases back when it drains, so that another process goes on at once', async () => {
    const clock = new ManualClock();
    const leaving = await fixture({ clock, relay: { lingerMs: 60_000 } });
    const workflow = await leaving.createWorkflow([wait('pause', { signal: 'go' })]);
    const execution = await start(leaving, workflow);
    await leaving.engine.drain(5_000);
    await expect(
      leaving.engine.execute(testOrgId, execution.id, {
        type: 'signal',
        name: 'go',
        payload: null,
        by: programKey,
      }),
    ).rejects.toThrow('restarting');
    const { delivery } = await leaving.engine.read(testOrgId, execution.id);
    expect(delivery.lease.released).toBe(true);
  });

  it('works a backlog off in turns, so that one org does not wait for the other', async () => {
    const clock = new ManualClock();
    const bot = await fixture({ clock });
    const order: string[] = [];
    bot.performer.answer = (_effect, { execution }) => {
      order.push(execution.orgId);
      return { kind: 'done' };
    };
    const busy = await bot.createWorkflow([wait('pause', { for: '1d' }), userMessage('after')]);
    for (let task = 0; task < 120; task += 1) await start(bot, busy);
    clock.advance(60_000);
    const quietOrg = 'c'.repeat(24);
    const quiet = await bot.createWorkflow(
      [wait('pause', { for: '1d' }), userMessage('after')],
      undefined,
      quietOrg,
    );
    await start(bot, quiet, null, quietOrg);
    await bot.engine.idle();
    order.length = 0;
    clock.advance(86_400_000);
    while ((await bot.engine.sweep({ maxMs: 10_000 })) > 0) await bot.engine.idle();
    const turn = [...new Set(order.map((orgId, index) => (orgId === quietOrg ? index : -1)))].find(
      (index) => index >= 0,
    );
    // Two effects each: of those 32 that are claimed before it shows that there is a backlog, and of those 16 that are
    // claimed at once then, the quiet org's among them.
    expect(turn).toBeLessThan(2 * (32 + 16 + 2));
    expect(order.lastIndexOf(testOrgId)).toBeGreaterThan(2 * 110);
  });

  it('finds what waits for a person, and tasks by the reference that people see', async () => {
    const bot = await fixture();
    const workflow = await bot.createWorkflow([human('ok', { assignees: ['U0FIND'] })]);
    const execution = await start(bot, workflow);
    const waiting = await bot.tasks.list(testOrgId, { waitingFor: ['U0FIND'] }, { limit: 5 });
    const found = await bot.tasks.findByRef(testOrgId, `#${execution.id.slice(-6)}`);
    expect([waiting.map(({ id }) => id), found?.id]).toEqual([[execution.id], execution.id]);
  });

  it('refuses a commit on a version that has passed', async () => {
    const bot = await fixture();
    const workflow = await bot.createWorkflow([human('ok')]);
    const execution = await start(bot, workflow);
    await bot.engine.idle();
    const store = new MongoExecutionStore(bot.database);
    const before = await store.load(execution.id);
    if (before === null) throw new Error('the execution is not stored');
    const change = {
      before,
      state: { ...before.state, v: 2 },
      events: [],
      effects: [],
      lease: before.delivery.lease,
      dueAt: null,
    };
    expect(await store.commit(change)).not.toBeNull();
    expect(await store.commit(change)).toBeNull();
  });
});
