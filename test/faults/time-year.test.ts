import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StepInput } from '../../src/domain/definition.ts';
import type { ExecutionState } from '../../src/domain/execution.ts';
import { human, startTime, testOrgId, userMessage, wait } from '../support/builders.ts';
import { type EngineFixture, createEngineFixture } from '../support/engine-fixture.ts';
import { findLogProblems } from '../support/faults-db/find-log-problems.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { type TestDatabase, createTestDatabase, isMongoMissing } from '../support/test-mongo.ts';

const dayMs = 86_400_000;

describe.skipIf(isMongoMissing())('a year of waiting', () => {
  let testDatabase: TestDatabase;
  let clock: ManualClock;
  let bot: EngineFixture;

  beforeEach(async () => {
    testDatabase = await createTestDatabase();
    clock = new ManualClock(startTime.toISOString());
    bot = await createEngineFixture(testDatabase.uri, { clock });
  });
  afterEach(async () => {
    await bot.close();
    await testDatabase.drop();
  });

  async function start(steps: StepInput[]): Promise<ExecutionState> {
    const workflow = await bot.createWorkflow(steps);
    const execution = await bot.engine.start({
      orgId: testOrgId,
      workflowId: workflow.id,
      inputs: {},
      startedBy: { kind: 'person', userId: 'U0ANA', name: 'ana' },
      origin: { kind: 'api' },
      startKey: null,
    });
    await bot.engine.idle();
    return execution;
  }

  /** Each day another process starts, sweeps and ends. @returns the days on which anything was due */
  async function restartDaily(days: number): Promise<number[]> {
    const busy: number[] = [];
    for (let day = 1; day <= days; day += 1) {
      clock.advance(dayMs);
      if (day % 28 === 0) {
        await bot.close();
        bot = await createEngineFixture(testDatabase.uri, { clock });
      }
      if ((await bot.engine.sweep({ maxMs: 5_000 })) > 0) busy.push(day);
      await bot.engine.idle();
    }
    return busy;
  }

  it('ends a wait of 52 weeks on its day, and wakes nobody before', async () => {
    const { id } = await start([wait('long', { for: '52w' }), userMessage('tell')]);
    expect(await restartDaily(364)).toEqual([364]);
    const { state } = await bot.engine.read(testOrgId, id);
    expect(state.stack.map(({ stepName, status }) => `${stepName} ${status}`)).toEqual([
      'long COMPLETED',
      'tell STARTED',
    ]);
    expect(await findLogProblems(bot)).toEqual([]);
  });

  it('expires a question that nobody answers on the day of the next year, and not before', async () => {
    const { id } = await start([human('ok')]);
    expect(await restartDaily(366)).toEqual([365]);
    const { state } = await bot.engine.read(testOrgId, id);
    expect(state).toMatchObject({ status: 'EXPIRED', pointer: null, v: 2 });
    expect(state.stack[0]).toMatchObject({ status: 'CANCELLED' });
    expect(await findLogProblems(bot)).toEqual([]);
  });

  it('reminds as often as the workflow says, and then leaves people alone for the rest of the year', async () => {
    const { id } = await start([human('ok', { reminder: { every: '12w', max: 3 } })]);
    expect(await restartDaily(364)).toEqual([84, 168, 252]);
    const reminders = (await bot.engine.readLog(testOrgId, id)).filter(
      ({ type }) => type === 'WORKFLOW_STEP_EXECUTION_REMINDER',
    );
    expect(reminders.map(({ createdAt }) => (createdAt.getTime() - startTime.getTime()) / dayMs)).toEqual([
      84, 168, 252,
    ]);
  });
});
