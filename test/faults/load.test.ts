import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExecutionState } from '../../src/domain/execution.ts';
import { testOrgId } from '../support/builders.ts';
import {
  type ClickStation,
  type ClickTarget,
  crowdStep,
  startClickStation,
} from '../support/faults-db/click-station.ts';
import { shortOrLong } from '../support/faults-db/fault-form.ts';
import { findLogProblems } from '../support/faults-db/find-log-problems.ts';
import { retainedHeapBytes } from '../support/faults-db/retained-heap.ts';
import { seededRandom } from '../support/faults-db/seeded-random.ts';
import { type TestDatabase, createTestDatabase, isMongoMissing } from '../support/test-mongo.ts';

const people = shortOrLong(32, 128);
const executionCount = shortOrLong(200, 1_000);
const clickForMs = shortOrLong(6_000, 60_000);
const seed = Number(process.env.FAULTS_SEED ?? Date.now() % 1_000_000);
/** A task goes round and round between two steps, so there is always something to click. */
const roundAndRound = [
  crowdStep('one', { maxVisits: 1_000, handoffs: [{ condition: 'approved', to: 'two' }] }),
  crowdStep('two', { maxVisits: 1_000, handoffs: [{ condition: 'approved', to: 'one' }] }),
];
/** Beyond the documents of the tasks, which grow with each click, nothing may be kept. */
const heapGrowthBytes = 48 * 1_024 * 1_024;

/** Who has to wait long on an overloaded machine is told so, and then what became of it. */
const expected = /^Already approved by <@|^This is taking longer|done after all/;

interface Clicked extends ClickTarget {
  status: number;
  /** What the person was told; nothing when their click was taken at once. */
  told: string[];
}

describe.skipIf(isMongoMissing())(
  `${people} people who click at once (FAULTS_SEED=${seed})`,
  () => {
    let database: TestDatabase;
    let station: ClickStation;

    beforeAll(async () => {
      database = await createTestDatabase();
      station = await startClickStation(database.uri, { people });
    });
    afterAll(async () => {
      await station.close();
      await database.drop();
    });

    it('each get an answer; one wins at each step; none is lost or counted twice; memory stays flat', async () => {
      const tasks = await station.startTasks(roundAndRound, executionCount);
      const clicks: Clicked[] = [];
      const heap: number[] = [];
      for (const round of [1, 2, 3]) {
        await clickAround(tasks, clicks, clickForMs / 3, seed + round);
        await station.fixture.engine.idle();
        heap.push(retainedHeapBytes());
      }

      const unanswered = clicks.filter(({ status }) => status !== 200);
      expect(unanswered).toEqual([]);
      const otherwise = clicks.flatMap(({ told }) => told.filter((text) => !expected.test(text)));
      expect(otherwise).toEqual([]);
      const taken = clicks.filter(wasTaken);
      const refused = clicks.filter(({ told }) => told.some((text) => text.startsWith('Already')));
      expect(taken.length + refused.length).toBe(clicks.length);
      expect(taken.length).toBeGreaterThan(people);
      expect(refused.length).toBeGreaterThan(0);
      expect(await whatWasDone(tasks)).toEqual(taken.map(nameOf).sort());
      expect(await findLogProblems(station.fixture)).toEqual([]);
      expect((heap[2] ?? 0) - (heap[0] ?? 0)).toBeLessThan(heapGrowthBytes);
    });

    /** Everybody clicks on the step that they see; half of the time on a task that many others look at too. */
    async function clickAround(
      tasks: readonly ExecutionState[],
      clicks: Clicked[],
      forMs: number,
      roundSeed: number,
    ): Promise<void> {
      const shown = new Map(tasks.map(({ id }) => [id, newestStep(clicks, id)]));
      const random = seededRandom(roundSeed);
      const endsAt = performance.now() + forMs;
      await Promise.all(
        station.people.map(async (userId) => {
          while (performance.now() < endsAt) {
            const among = random() < 0.5 ? 4 : tasks.length;
            const executionId = tasks[Math.floor(random() * among)]?.id ?? '';
            const stepIndex = shown.get(executionId) ?? 0;
            const click = station.click({ userId, executionId, stepIndex });
            await click.finished;
            const { status } = await click.acknowledged;
            clicks.push({ userId, executionId, stepIndex, status, told: click.told.map(({ text }) => text) });
            shown.set(executionId, Math.max(shown.get(executionId) ?? 0, stepIndex + 1));
          }
        }),
      );
    }

    /** Who completed which step, as the database says. */
    async function whatWasDone(tasks: readonly ExecutionState[]): Promise<string[]> {
      const done: string[] = [];
      for (const { id } of tasks) {
        const { state } = await station.fixture.engine.read(testOrgId, id);
        for (const { actor, index, status } of state.stack) {
          if (status === 'COMPLETED' && actor?.kind === 'person')
            done.push(nameOf({ userId: actor.userId, executionId: id, stepIndex: index }));
        }
        if (state.v !== state.stack.length)
          done.push(`${id} has v ${state.v} and ${state.stack.length} steps`);
      }
      return done.sort();
    }
  },
  shortOrLong(90_000, 300_000),
);

function wasTaken({ told }: Clicked): boolean {
  return told.length === 0 || told.some((text) => /done after all/.test(text));
}

function nameOf({ userId, executionId, stepIndex }: ClickTarget): string {
  return `${executionId}:${stepIndex} by ${userId}`;
}

function newestStep(clicks: readonly Clicked[], executionId: string): number {
  return clicks.reduce(
    (newest, click) => (click.executionId === executionId ? Math.max(newest, click.stepIndex + 1) : newest),
    0,
  );
}
