import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nativeDb } from '../../models/database.ts';
import type { ExecutionState } from '../../src/domain/execution.ts';
import { currentId, person, testOrgId } from '../support/builders.ts';
import { createEngineFixture } from '../support/engine-fixture.ts';
import { type ClickStation, crowdStep, startClickStation } from '../support/faults-db/click-station.ts';
import { type TestDatabase, createTestDatabase, isMongoMissing } from '../support/test-mongo.ts';

/** A step that is assigned to a channel: whoever clicks must be looked up as one of its members. */
const steps = [crowdStep('ok'), crowdStep('again')];

describe.skipIf(isMongoMissing())('a click', () => {
  let testDatabase: TestDatabase;
  let station: ClickStation;

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    station = await startClickStation(testDatabase.uri, { people: 2 });
  });
  afterAll(async () => {
    await station.close();
    await testDatabase.drop();
  });

  async function startTask(): Promise<ExecutionState> {
    const [task] = await station.startTasks(steps, 1);
    if (task === undefined) throw new Error('nothing was started');
    return task;
  }

  /** @returns what the person was told */
  async function click(executionId: string, stepIndex: number): Promise<string[]> {
    const sent = station.click({ userId: station.people[0] ?? '', executionId, stepIndex });
    await sent.finished;
    return sent.told.map(({ text }) => text);
  }

  it('does not read a task that this process knows', async () => {
    const { id } = await startTask();
    const db = nativeDb(station.fixture.database);
    await db.command({ profile: 2 });
    expect(await click(id, 0)).toEqual([]);
    await db.command({ profile: 0 });
    const ns = `${db.databaseName}.executions`;
    const profiled = await db.collection('system.profile').find({ ns }).sort({ ts: 1 }).toArray();
    expect(profiled.map(({ command }) => Object.keys(command)[0])[0]).toBe('findAndModify');
    expect(profiled.filter(({ op }) => op === 'query')).toEqual([]);
    expect((await station.fixture.engine.read(testOrgId, id)).state.stack).toHaveLength(2);
  });

  it('counts also when what this process knows is behind, because another one was there since', async () => {
    const task = await startTask();
    const other = await createEngineFixture(testDatabase.uri);
    const by = { ...person('cat'), channels: ['C0CROWD'] };
    const stepExecutionId = currentId(task);
    await other.engine.execute(testOrgId, task.id, {
      type: 'decide',
      stepExecutionId,
      outcome: 'approved',
      comment: null,
      output: null,
      by,
    });
    await other.close();
    expect(await click(task.id, 1)).toEqual([]);
    expect((await station.fixture.engine.read(testOrgId, task.id)).state.status).toBe('COMPLETED');
  });

  it('is refused by what is stored, not by what this process knows', async () => {
    const { id } = await startTask();
    await click(id, 0);
    const [told] = await click(id, 0);
    expect(told).toMatch(/^Already approved by/);
  });
});
