import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nativeDb } from '../../models/database.ts';
import { deriveId } from '../../src/domain/ids.ts';
import { human, person, startTime, testOrgId, wait } from '../support/builders.ts';
import { type EngineFixture, createEngineFixture } from '../support/engine-fixture.ts';
import { shortOrLong } from '../support/faults-db/fault-form.ts';
import { createStoredDefinition } from '../support/faults-db/stored-definition.ts';
import { insertStoredExecutions, storedExecutionId } from '../support/faults-db/stored-executions.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { type TestDatabase, createTestDatabase, isMongoMissing } from '../support/test-mongo.ts';

const total = shortOrLong(20_000, 1_000_000);
/** What the profiler says of one command. */
interface Profiled {
  command: { findAndModify?: string; find?: string };
  keysExamined?: number;
  docsExamined?: number;
  planSummary?: string;
}

describe.skipIf(isMongoMissing())(
  `${total} parked executions`,
  () => {
    const clock = new ManualClock();
    let testDatabase: TestDatabase;
    let bot: EngineFixture;

    beforeEach(async () => {
      testDatabase = await createTestDatabase();
      bot = await createEngineFixture(testDatabase.uri, { clock });
    });
    afterEach(async () => {
      await bot.close();
      await testDatabase.drop();
    });

    it('cost an idle sweep no key, and a decision one document', async () => {
      for (const [series, step] of Object.entries({
        asked: human('ok'),
        waiting: wait('pause', { for: '30d' }),
      })) {
        const definition = await createStoredDefinition(bot, [step], testOrgId);
        const startedAt = (index: number): Date => new Date(startTime.getTime() + index);
        await insertStoredExecutions(bot.database, { definition, count: total / 2, startedAt, series });
      }
      clock.advance(86_400_000);

      const sweeps = await profile(async () => {
        expect(await bot.engine.sweep({ maxMs: 10_000 })).toBe(0);
        await bot.engine.idle();
      });
      expect(sweeps.map(examined)).toEqual([{ keys: 0, documents: 0 }]);

      const executionId = storedExecutionId('asked', Math.floor(total / 4));
      const decisions = await profile(async () => {
        await bot.engine.execute(testOrgId, executionId, {
          type: 'decide',
          stepExecutionId: deriveId('step', executionId, 0),
          outcome: 'approved',
          comment: null,
          output: null,
          by: person('bo'),
        });
        await bot.engine.idle();
      });
      expect(decisions.filter(({ command }) => command.findAndModify !== undefined)).toHaveLength(1);
      expect(Math.max(...decisions.map((each) => examined(each).documents))).toBe(1);
      expect(Math.max(...decisions.map((each) => examined(each).keys))).toBe(1);
    });

    /** What the database did with the executions meanwhile. */
    async function profile(work: () => Promise<void>): Promise<Profiled[]> {
      const db = nativeDb(bot.database);
      await db.command({ profile: 2 });
      await work();
      await db.command({ profile: 0 });
      const profiled = await db
        .collection<Profiled>('system.profile')
        .find({ ns: `${db.databaseName}.executions` })
        .toArray();
      await db.collection('system.profile').drop();
      return profiled;
    }
  },
  shortOrLong(90_000, 900_000),
);

/** A look-up by `_id` alone takes a way of its own, and the profiler counts no key for it. */
function examined({ keysExamined = 0, docsExamined = 0 }: Profiled): { keys: number; documents: number } {
  return { keys: keysExamined, documents: docsExamined };
}
