import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testOrgId } from '../support/builders.ts';
import {
  type ClickStation,
  type SentClick,
  crowdStep,
  fixtureLeaseMs,
  startClickStation,
} from '../support/faults-db/click-station.ts';
import { shortOrLong } from '../support/faults-db/fault-form.ts';
import { findLogProblems } from '../support/faults-db/find-log-problems.ts';
import { type TestReplicaSet, startTestReplicaSet } from '../support/faults-db/test-replica-set.ts';
import { isMongoMissing } from '../support/test-mongo.ts';

const stoppedForMs = shortOrLong(6_000, 30_000);
/** Slack shows an error to whoever got no answer by then. */
const slackPatienceMs = 3_000;
const peopleCount = 8;
const tasksPerPerson = 40;
const again = /try again/;

describe.skipIf(isMongoMissing())(
  'a database that stops answering in the middle of clicks',
  () => {
    let mongo: TestReplicaSet;
    let station: ClickStation;

    beforeAll(async () => {
      mongo = await startTestReplicaSet({ members: 1 });
      station = await startClickStation(mongo.uri, { people: peopleCount, jobs: true });
    });
    afterAll(async () => {
      mongo.members[0]?.resume();
      await station.close();
      await mongo.stop();
    });

    it('loses nothing that was acknowledged, tells everybody else to try again, and goes on by itself', async () => {
      const tasks = await station.startTasks(
        [crowdStep('ok'), crowdStep('again')],
        peopleCount * tasksPerPerson,
      );
      const clicks: SentClick[] = [];
      let isOver = false;
      const clicking = station.people.map(async (userId, person) => {
        for (let turn = 0; !isOver && turn < tasksPerPerson; turn += 1) {
          const task = tasks[person * tasksPerPerson + turn];
          if (task === undefined) return;
          const click = station.click({ userId, executionId: task.id, stepIndex: 0 });
          clicks.push(click);
          await Promise.race([click.finished, delay(slackPatienceMs)]);
          await delay(200);
        }
      });
      await delay(1_000);
      mongo.members[0]?.pause();
      const clicksBefore = clicks.length;
      await delay(stoppedForMs);
      mongo.members[0]?.resume();
      const clicksUntilResumed = clicks.length;
      await delay(2_000);
      isOver = true;
      await Promise.all(clicking);
      await Promise.all(clicks.map(({ finished }) => finished));

      expect(clicksUntilResumed - clicksBefore).toBeGreaterThanOrEqual(peopleCount);
      await expectAnswered(clicks);
      await expectWhoWasNotToldIsWritten(clicks);
      await clickAgain(clicks.filter(({ told }) => told.length > 0));
      await expectEverythingSettles();
    });

    /** Acknowledged in time; and who was told anything was told in time to try again. */
    async function expectAnswered(clicks: readonly SentClick[]): Promise<void> {
      const late: string[] = [];
      for (const { acknowledged, told } of clicks) {
        const { status, afterMs } = await acknowledged;
        const [first] = told;
        if (status !== 200 || afterMs > slackPatienceMs)
          late.push(`acknowledged ${status} after ${afterMs} ms`);
        if (first === undefined) continue;
        if (first.afterMs > slackPatienceMs) late.push(`told after ${first.afterMs} ms`);
        if (!again.test(first.text)) late.push(first.text);
      }
      expect(late).toEqual([]);
      expect(clicks.filter(({ told }) => told.length > 0).length).toBeGreaterThanOrEqual(peopleCount);
      expect(clicks.some(({ told }) => told.length === 0)).toBe(true);
    }

    async function expectWhoWasNotToldIsWritten(clicks: readonly SentClick[]): Promise<void> {
      const lost: string[] = [];
      for (const { executionId, userId, told } of clicks) {
        if (told.length > 0) continue;
        const { state } = await station.fixture.engine.read(testOrgId, executionId);
        const actor = state.stack[0]?.actor;
        if (actor?.kind !== 'person' || actor.userId !== userId) lost.push(executionId);
      }
      expect(lost).toEqual([]);
    }

    /** Whoever was told to try again does so: it is done now, or was done by themselves the first time. */
    async function clickAgain(clicks: readonly SentClick[]): Promise<void> {
      const wrong: string[] = [];
      for (const { userId, executionId, stepIndex } of clicks) {
        const second = station.click({ userId, executionId, stepIndex });
        await second.finished;
        const [notice] = second.told;
        const { state } = await station.fixture.engine.read(testOrgId, executionId);
        if (state.stack[0]?.votes.length !== 1) wrong.push(`${executionId} has not one vote`);
        if (notice !== undefined && !notice.text.startsWith(`Already approved by <@${userId}>`))
          wrong.push(notice.text);
      }
      expect(wrong).toEqual([]);
    }

    /** Nobody sweeps or asks here: the bot's own jobs must do it. Only the leases are made to end sooner. */
    async function expectEverythingSettles(): Promise<void> {
      station.clock.advance(fixtureLeaseMs + 1_000);
      await expect
        .poll(() => findLogProblems(station.fixture), { timeout: 30_000, interval: 500 })
        .toEqual([]);
    }
  },
  shortOrLong(90_000, 180_000),
);
