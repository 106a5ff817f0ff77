import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Jobs } from '../../jobs/start-jobs.ts';
import { nativeCollection } from '../../models/database.ts';
import type { ExecutionDocument } from '../../models/execution.ts';
import { Refusal } from '../../src/domain/refusal.ts';
import type { ExecutionState } from '../../src/domain/execution.ts';
import { currentId, human, person, testOrgId } from '../support/builders.ts';
import { type EngineFixture, createEngineFixture } from '../support/engine-fixture.ts';
import { fixtureLeaseMs, startFixtureJobs } from '../support/faults-db/click-station.ts';
import { shortOrLong } from '../support/faults-db/fault-form.ts';
import { findLogProblems } from '../support/faults-db/find-log-problems.ts';
import { type TestReplicaSet, startTestReplicaSet } from '../support/faults-db/test-replica-set.ts';
import { ShiftedClock } from '../support/shifted-clock.ts';
import { isMongoMissing } from '../support/test-mongo.ts';

const executionCount = 200;
const workersPerBot = 8;
/** MongoDB's own default, and a shorter one where time is short. */
const electionTimeoutMs = shortOrLong(2_000, 10_000);
const bo = person('bo');

/** Waits for nobody in the test: what was acknowledged, and how often something had to be tried again. */
interface Moved {
  /** `<task>:<step>` as acknowledged, with the id of the execution. */
  acknowledged: Map<string, string>;
  retries: number;
}

describe.skipIf(isMongoMissing())(
  'a replica set that loses its primary while 200 executions move',
  () => {
    const clock = new ShiftedClock();
    let mongo: TestReplicaSet;
    let bots: EngineFixture[];
    let jobs: Jobs[];

    beforeEach(async () => {
      mongo = await startTestReplicaSet({ members: 3, electionTimeoutMs });
      bots = [
        await createEngineFixture(mongo.uri, { clock }),
        await createEngineFixture(mongo.uri, { clock }),
      ];
      jobs = await Promise.all(bots.map((bot) => startFixtureJobs(bot, clock)));
    }, 60_000);
    afterEach(async () => {
      for (const member of mongo.members) member.resume();
      for (const running of jobs) await running.stop();
      for (const bot of bots) await bot.close();
      await mongo.stop();
    });

    it.each(['killed', 'frozen'] as const)('goes on by itself when the primary is %s', async (how) => {
      const workflow = await bots[0]?.createWorkflow([human('ok'), human('again')]);
      const moved: Moved = { acknowledged: new Map(), retries: 0 };
      const moving = bots.flatMap((bot, botIndex) =>
        Array.from({ length: workersPerBot }, async (_, worker) => {
          const stride = bots.length * workersPerBot;
          for (let task = worker * bots.length + botIndex; task < executionCount; task += stride) {
            await moveThrough(bot, workflow?.id ?? '', task, moved);
          }
        }),
      );
      while (moved.acknowledged.size < executionCount) await delay(5);
      const old = await mongo.primary();
      if (how === 'killed') old.kill();
      else old.pause();
      await Promise.all(moving);

      if (how === 'killed') expect(moved.retries).toBeGreaterThan(0);
      expect((await mongo.primary()).port).not.toBe(old.port);
      expect(moved.acknowledged.size).toBe(executionCount * 3);
      expect(await notWritten(moved)).toEqual([]);
      old.resume();
      clock.advance(fixtureLeaseMs + 1_000);
      await expect.poll(problems, { timeout: 30_000, interval: 500 }).toEqual([]);
    });

    /** Start, decide, decide; whatever fails is sent again, as a person or a program would. */
    async function moveThrough(
      bot: EngineFixture,
      workflowId: string,
      task: number,
      moved: Moved,
    ): Promise<void> {
      let state = await untilAcknowledged(moved, () =>
        bot.engine.start({
          orgId: testOrgId,
          workflowId,
          inputs: {},
          startedBy: { kind: 'person', userId: 'U0ANA', name: 'ana' },
          origin: { kind: 'api' },
          startKey: `task-${task}`,
        }),
      );
      moved.acknowledged.set(`${task}:start`, state.id);
      for (const step of ['ok', 'again']) {
        const before = state;
        state = await untilAcknowledged(moved, () => decide(bot, before));
        moved.acknowledged.set(`${task}:${step}`, state.id);
      }
    }

    async function decide(bot: EngineFixture, state: ExecutionState): Promise<ExecutionState> {
      try {
        return await bot.engine.execute(testOrgId, state.id, {
          type: 'decide',
          stepExecutionId: currentId(state),
          outcome: 'approved',
          comment: null,
          output: null,
          by: bo,
        });
      } catch (error) {
        // An earlier attempt was written after all: the refusal says that it was this very person.
        if (!(error instanceof Refusal) || !/already (done|ended)/.test(error.reason.kind.replace('-', ' ')))
          throw error;
        return (await bot.engine.read(testOrgId, state.id)).state;
      }
    }

    async function untilAcknowledged<T>(moved: Moved, work: () => Promise<T>): Promise<T> {
      for (;;) {
        try {
          return await work();
        } catch (error) {
          if (error instanceof Refusal) throw error;
          moved.retries += 1;
          await delay(50);
        }
      }
    }

    async function notWritten({ acknowledged }: Moved): Promise<string[]> {
      const [bot] = bots;
      if (bot === undefined) return ['no bot'];
      const lost: string[] = [];
      const stored = await nativeCollection<ExecutionDocument>(bot.database, 'executions').countDocuments({});
      if (stored !== executionCount) lost.push(`${stored} executions are stored`);
      for (const executionId of new Set(acknowledged.values())) {
        const { state } = await bot.engine.read(testOrgId, executionId);
        const votes = state.stack.map((step) => step.votes.length).join();
        if (state.status !== 'COMPLETED' || votes !== '1,1')
          lost.push(`${state.id}: ${state.status}, ${votes}`);
      }
      return lost;
    }

    async function problems(): Promise<string[]> {
      return bots[0] === undefined ? ['no bot'] : findLogProblems(bots[0]);
    }
  },
  shortOrLong(120_000, 240_000),
);
