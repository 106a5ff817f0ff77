import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, connectDatabase } from '../../models/database.ts';
import { createStepRunStore, stepRunModel } from '../../models/step-run.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import type { RunClaim, StepRunStore } from '../../src/domain/step-run-store.ts';
import { testOrgId } from '../support/builders.ts';
import { anAgentRun } from '../support/llm/agent-stage.ts';
import { type TestDatabase, createTestDatabase, isMongoMissing } from '../support/test-mongo.ts';

const call: JsonObject = { kind: 'tool', tool: 'refund' };
let made = 0;

describe.skipIf(isMongoMissing())('what was logged of a run and is not in the log of its task', () => {
  let test: TestDatabase;
  let database: Database;
  let store: StepRunStore;
  let stepExecutionId: string;

  beforeAll(async () => {
    test = await createTestDatabase();
    database = await connectDatabase(test.uri);
    store = createStepRunStore(database);
  });

  beforeEach(() => {
    stepExecutionId = `run-${(made += 1)}`;
  });

  afterAll(async () => {
    await database.close();
    await test.drop();
  });

  function claimOf(fence: number, openSince: number): RunClaim {
    const executionId = 'task';
    return { stepExecutionId, executionId, orgId: testOrgId, token: `token-${fence}`, fence, openSince };
  }

  /** A claim that has logged a call, and died. */
  async function logAndDie(fence: number, openSince: number): Promise<void> {
    const claim = claimOf(fence, openSince);
    await store.claim(claim);
    expect(await store.save(claim, anAgentRun('check'), [call])).toBe(true);
  }

  it('is there for the claim after one that died', async () => {
    await logAndDie(1, 1);
    await logAndDie(2, 1);

    expect((await store.claim(claimOf(3, 1)))?.log).toEqual([call, call]);
  });

  it('is not what a claim has logged that came to its end, also when two processes died right after that', async () => {
    await logAndDie(1, 1);

    expect((await store.claim(claimOf(2, 2)))?.log).toEqual([]);
    expect(await store.claim(claimOf(3, 2))).toMatchObject({
      log: [],
      state: { agent: { name: 'support' } },
    });
  });

  it('is not there for a claim that comes too late', async () => {
    await logAndDie(2, 2);

    expect(await store.claim(claimOf(1, 1))).toBeNull();
    expect((await store.find(stepExecutionId))?.log).toEqual([call]);
  });

  it.each([
    ['one that died', 1, [call]],
    ['one that came to its end', 2, []],
  ])('is known where an older version wrote it, after %s', async (_which, openSince, log) => {
    await logAndDie(1, 1);
    await stepRunModel(database).collection.updateOne(
      { _id: stepExecutionId as never },
      { $unset: { openSince: 1 } },
    );

    expect((await store.claim(claimOf(2, openSince)))?.log).toEqual(log);
  });
});
