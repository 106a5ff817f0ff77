import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testOrgId } from '../support/builders.ts';
import {
  type ClickStation,
  type SentClick,
  crowdStep,
  fixtureLeaseMs,
  startClickStation,
} from '../support/faults-db/click-station.ts';
import { type FaultyProxy, startFaultyProxy } from '../support/faults-db/faulty-proxy.ts';
import { shortOrLong } from '../support/faults-db/fault-form.ts';
import { findLogProblems } from '../support/faults-db/find-log-problems.ts';
import { seededRandom } from '../support/faults-db/seeded-random.ts';
import { type TestReplicaSet, startTestReplicaSet } from '../support/faults-db/test-replica-set.ts';
import { isMongoMissing } from '../support/test-mongo.ts';

const clickCount = shortOrLong(100, 2_000);
const peopleCount = 10;
/** So many of the driver's messages end in a reset; each resets all that the connection had under way. */
const resetShare = 0.08;
const seed = Number(process.env.FAULTS_SEED ?? Date.now() % 1_000_000);

describe.skipIf(isMongoMissing())(
  `connections that are reset in mid-command (FAULTS_SEED=${seed})`,
  () => {
    let mongo: TestReplicaSet;
    let proxy: FaultyProxy;
    let station: ClickStation;

    beforeAll(async () => {
      mongo = await startTestReplicaSet({ members: 1 });
      proxy = await startFaultyProxy(mongo.members[0]?.port ?? 0, seededRandom(seed));
      const uri = `mongodb://127.0.0.1:${proxy.port}/baton?directConnection=true`;
      station = await startClickStation(uri, { people: peopleCount, jobs: true });
    });
    afterAll(async () => {
      proxy.resetShare(0);
      await station.close();
      await proxy.close();
      await mongo.stop();
    });

    it('leave every click that was acknowledged in the log exactly once', async () => {
      const tasks = await station.startTasks([crowdStep('ok')], clickCount);
      const clicks: SentClick[] = [];
      proxy.resetShare(resetShare);
      await Promise.all(
        station.people.map(async (userId, person) => {
          for (let index = person; index < clickCount; index += peopleCount) {
            const click = station.click({ userId, executionId: tasks[index]?.id ?? '', stepIndex: 0 });
            clicks.push(click);
            await click.finished;
          }
        }),
      );
      proxy.resetShare(0);

      expect(proxy.resets()).toBeGreaterThan(clickCount / 20);
      const statuses = await Promise.all(clicks.map(async ({ acknowledged }) => (await acknowledged).status));
      expect(statuses.filter((status) => status !== 200)).toEqual([]);
      expect(await notInTheLogOnce(clicks.filter(({ told }) => told.length === 0))).toEqual([]);
      // Everybody else was told that it is not certain, clicks again, and is in the log then.
      const unsure = clicks.filter(({ told }) => told.length > 0);
      expect(unsure.filter(({ told }) => !told.every(({ text }) => isHonest(text)))).toEqual([]);
      for (const { userId, executionId, stepIndex } of unsure) {
        await station.click({ userId, executionId, stepIndex }).finished;
      }
      expect(await notInTheLogOnce(clicks)).toEqual([]);
      station.clock.advance(fixtureLeaseMs + 1_000);
      await expect
        .poll(() => findLogProblems(station.fixture), { timeout: 30_000, interval: 500 })
        .toEqual([]);
    });

    /** Not certain, or decided already: by the very click, whose answer had been lost. */
    function isHonest(text: string): boolean {
      return /try again|^Already approved by|done after all/.test(text);
    }

    async function notInTheLogOnce(clicks: readonly SentClick[]): Promise<string[]> {
      const wrong: string[] = [];
      for (const { executionId, userId } of clicks) {
        const log = await station.fixture.engine.readLog(testOrgId, executionId);
        const decided = log.filter(({ type }) => type === 'WORKFLOW_STEP_EXECUTION_COMPLETED');
        const actors = decided.map(({ actor }) => (actor.kind === 'person' ? actor.userId : actor.kind));
        if (actors.join() !== userId) wrong.push(`${executionId}: ${actors.join()} instead of ${userId}`);
      }
      return wrong;
    }
  },
  shortOrLong(90_000, 300_000),
);
