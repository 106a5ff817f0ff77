import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listGoldenNames, readGoldenFile, storeCollections } from '../golden/golden-file.ts';
import { resumes } from '../golden/resumes.ts';
import { scenarios } from '../golden/scenarios.ts';
import { Stage } from '../golden/stage.ts';
import { type EngineFixture, createEngineFixture } from '../support/engine-fixture.ts';
import { findLogProblems } from '../support/faults-db/find-log-problems.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { type TestDatabase, createTestDatabase, isMongoMissing } from '../support/test-mongo.ts';

const names = Object.keys(resumes);

describe('golden files', () => {
  it('are there for every state that is tested, and each of them is tested', async () => {
    expect((await listGoldenNames()).sort(), 'a file without a test, or a test without its file').toEqual(
      [...names].sort(),
    );
    expect(Object.keys(scenarios).filter((name) => !names.includes(name))).toEqual([]);
  });
});

describe.skipIf(isMongoMissing())('a task that an earlier revision of Baton left in the database', () => {
  let testDatabase: TestDatabase;
  let clock: ManualClock;
  let bot: EngineFixture;

  beforeEach(async () => {
    testDatabase = await createTestDatabase();
    clock = new ManualClock();
    bot = await createEngineFixture(testDatabase.uri, { clock });
  });
  afterEach(async () => {
    await bot.close();
    await testDatabase.drop();
  });

  it.each(names)('goes on and ends rightly: %s', async (name) => {
    const golden = await readGoldenFile(name);
    const resume = resumes[name];
    if (resume === undefined) throw new Error(`nothing is known of ${name}`);
    await storeCollections(bot.database, golden.collections);
    clock.set(golden.writtenAt);
    clock.advance(1_000);
    const stage = new Stage(bot, clock, golden.executionId);

    await resume.play(stage).catch((cause: unknown) => {
      throw new Error(`The golden file ${name} (a task that ${golden.about}) can no longer be resumed`, {
        cause,
      });
    });
    await stage.settle();

    const { state, delivery } = await stage.read();
    const stack = state.stack.map((step) => `${step.stepName} ${step.visit} ${step.status} ${step.outcome}`);
    expect({ status: state.status, pointer: state.pointer, stack }).toEqual({
      status: resume.status,
      pointer: null,
      stack: resume.stack,
    });
    expect(delivery.dead).toHaveLength(resume.dead ?? 0);
    const found = await findLogProblems(bot);
    expect(found.filter((problem) => !/effects were given up/.test(problem))).toEqual([]);
    expect(bot.performer.kinds()).toEqual(expect.arrayContaining(resume.performed));
    if (resume.performed.length === 0) expect(bot.performer.kinds()).toEqual([]);
    const inDoubt = bot.performer.performed.flatMap(({ kind, maybeSent }) => (maybeSent ? [kind] : []));
    expect(inDoubt).toEqual(expect.arrayContaining(resume.inDoubt ?? []));
  });
});
