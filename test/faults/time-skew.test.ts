import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EffectResult } from '../../src/engine/effect-performer.ts';
import type { ExecutionState } from '../../src/domain/execution.ts';
import type { StepInput } from '../../src/domain/definition.ts';
import { currentId, human, person, startTime, testOrgId, userMessage, wait } from '../support/builders.ts';
import { type EngineFixture, createEngineFixture } from '../support/engine-fixture.ts';
import { findLogProblems } from '../support/faults-db/find-log-problems.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { type TestDatabase, createTestDatabase, isMongoMissing } from '../support/test-mongo.ts';

const hourMs = 3_600_000;
const leaseMs = 20_000;
const bo = person('bo');

interface Bot extends EngineFixture {
  clock: ManualClock;
}

/** `exact` has the true time; the clock of `skewed` is an hour off. */
describe.skipIf(isMongoMissing()).each([
  { name: 'ahead', skewMs: hourMs },
  { name: 'behind', skewMs: -hourMs },
])('two bots, one of them with its clock an hour $name', ({ skewMs }) => {
  let testDatabase: TestDatabase;
  let exact: Bot;
  let skewed: Bot;

  beforeEach(async () => {
    testDatabase = await createTestDatabase();
    exact = await makeBot(startTime);
    skewed = await makeBot(new Date(startTime.getTime() + skewMs));
  });
  afterEach(async () => {
    await exact.close();
    await skewed.close();
    await testDatabase.drop();
  });

  async function makeBot(start: Date): Promise<Bot> {
    const clock = new ManualClock(start.toISOString());
    return { ...(await createEngineFixture(testDatabase.uri, { clock, leaseMs })), clock };
  }

  function pass(ms: number): void {
    exact.clock.advance(ms);
    skewed.clock.advance(ms);
  }

  async function start(bot: Bot, steps: StepInput[]): Promise<ExecutionState> {
    const workflow = await bot.createWorkflow(steps);
    return bot.engine.start({
      orgId: testOrgId,
      workflowId: workflow.id,
      inputs: {},
      startedBy: { kind: 'person', userId: 'U0ANA', name: 'ana' },
      origin: { kind: 'api' },
      startKey: null,
    });
  }

  async function sweepBoth(): Promise<number> {
    const claimed =
      (await exact.engine.sweep({ maxMs: 5_000 })) + (await skewed.engine.sweep({ maxMs: 5_000 }));
    await exact.engine.idle();
    await skewed.engine.idle();
    return claimed;
  }

  async function settle(): Promise<void> {
    for (let round = 0; round < 8; round += 1) {
      pass(leaseMs + 1_000);
      await sweepBoth();
    }
  }

  it('fire no timer before its time by more than the skew, and none twice', async () => {
    const { id } = await start(exact, [wait('pause', { for: '4h' }), wait('more', { for: '4h' })]);
    await exact.engine.idle();
    const minuteMs = 60_000;
    let firedAfterMs: number | null = null;
    for (let passedMs = 0; passedMs <= 4 * hourMs; passedMs += 5 * minuteMs) {
      await sweepBoth();
      const { state } = await exact.engine.read(testOrgId, id);
      if (firedAfterMs === null && state.stack.length === 2) firedAfterMs = passedMs;
      expect(state.stack.length).toBeLessThanOrEqual(2);
      pass(5 * minuteMs);
    }
    // The bot that is ahead fires an hour early; with one behind, the exact one fires in time.
    expect(firedAfterMs).toBe(4 * hourMs - Math.max(skewMs, 0));
    const { state } = await exact.engine.read(testOrgId, id);
    expect(state.stack[0]).toMatchObject({ status: 'COMPLETED' });
    expect(state).toMatchObject({ v: 2, status: 'RUNNING' });
    await settle();
    expect(await findLogProblems(exact)).toEqual([]);
  });

  it('fence each other: who lost the lease changes nothing, and the log has every fact once', async () => {
    let finish = (): void => {};
    const sent = new Promise<void>((begun) => {
      exact.performer.answer = () =>
        new Promise<EffectResult>((resolve) => {
          finish = () => resolve({ kind: 'done' });
          begun();
        });
    });
    const task = await start(exact, [human('ok'), userMessage('tell')]);
    await sent;
    // The exact bot is in the middle of an effect. For the one ahead its lease ran out long ago.
    await skewed.engine.sweep({ maxMs: 5_000 });
    await skewed.engine.idle();
    exact.performer.answer = () => ({ kind: 'done' });
    finish();
    await exact.engine.idle();
    const tookOver = skewed.counters.leasesTakenOver;
    expect(tookOver).toBe(skewMs > 0 ? 1 : 0);
    if (tookOver > 0) expect(skewed.performer.performed.every(({ maybeSent }) => maybeSent)).toBe(true);
    await decideOnBoth(task);
    await settle();
    const { state } = await exact.engine.read(testOrgId, task.id);
    expect(state.stack.map(({ stepName, status }) => `${stepName} ${status}`)).toEqual([
      'ok COMPLETED',
      'tell STARTED',
    ]);
    expect(await findLogProblems(exact)).toEqual([]);
  });

  /** Two people at once, one at each bot: one of them wins. */
  async function decideOnBoth(task: ExecutionState): Promise<void> {
    const decided = await Promise.allSettled(
      [exact, skewed].map((bot) =>
        bot.engine.execute(testOrgId, task.id, {
          type: 'decide',
          stepExecutionId: currentId(task),
          outcome: 'approved',
          comment: null,
          output: null,
          by: bo,
        }),
      ),
    );
    expect(decided.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  }

  it('take over from a bot that died, at the latest when the skew has passed', async () => {
    exact.performer.answer = () => new Promise<EffectResult>(() => {});
    const task = await start(exact, [human('ok')]);
    // The exact bot is gone from here on, with the lease; only the other one is left.
    let passedMs = 0;
    while (skewed.performer.performed.length === 0 && passedMs <= 2 * hourMs) {
      await skewed.engine.sweep({ maxMs: 5_000 });
      await skewed.engine.idle();
      pass(leaseMs);
      passedMs += leaseMs;
    }
    expect(skewed.performer.kinds()).toContain('ask');
    expect(passedMs).toBeLessThanOrEqual(Math.max(0, -skewMs) + 2 * leaseMs);
    const { state } = await skewed.engine.read(testOrgId, task.id);
    expect(state).toMatchObject({ status: 'RUNNING', v: 1 });
    expect(await findLogProblems(skewed)).toEqual([]);
    exact = Object.assign(exact, { close: () => exact.database.close() });
  });
});
