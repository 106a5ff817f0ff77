import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { purgeExpired } from '../../jobs/purge.ts';
import { nativeCollection } from '../../models/database.ts';
import type { ExecutionDocument } from '../../models/execution.ts';
import { createExecutionPurge } from '../../models/execution-purge.ts';
import { createMongoEventStore } from '../../models/mongo-event-store.ts';
import { programKey, testOrgId, userMessage } from '../support/builders.ts';
import { createEngineFixture, type EngineFixture } from '../support/engine-fixture.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const dayMs = 86_400_000;

describe.skipIf(isMongoMissing())('tasks that are a year old', () => {
  let testDatabase: TestDatabase;
  let fixture: EngineFixture;
  const clock = new ManualClock();

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    fixture = await createEngineFixture(testDatabase.uri, { clock });
  });
  afterAll(async () => {
    await fixture.close();
    await testDatabase.drop();
  });

  async function start(workflowId: string): Promise<string> {
    const state = await fixture.engine.start({
      orgId: testOrgId,
      workflowId,
      inputs: {},
      startedBy: { kind: 'key', keyId: 'admin', name: null },
      origin: { kind: 'api' },
      startKey: null,
    });
    return state.id;
  }

  it('expire, stay a month, and are removed in batches; their events and other tasks stay', async () => {
    const { id: workflowId } = await fixture.createWorkflow([userMessage('one')]);
    const expiring = [await start(workflowId), await start(workflowId), await start(workflowId)];
    const cancelled = await start(workflowId);
    await fixture.engine.execute(testOrgId, cancelled, { type: 'cancel', reason: null, by: programKey });
    await fixture.engine.idle();
    const purge = createExecutionPurge(fixture.database);

    clock.advance(366 * dayMs);
    await fixture.engine.sweep({ maxMs: 10_000 });
    await fixture.engine.idle();
    for (const id of expiring) {
      expect((await fixture.engine.read(testOrgId, id)).state.status).toBe('EXPIRED');
    }
    clock.advance(27 * dayMs);
    expect(await purgeExpired(purge, clock)).toBe(0);
    clock.advance(5 * dayMs);
    expect(await purge.removeExpired(clock.now(), 2)).toBe(2);
    expect(await purgeExpired(purge, clock)).toBe(1);
    expect(await purgeExpired(purge, clock)).toBe(0);

    const left = await nativeCollection<ExecutionDocument>(fixture.database, 'executions').find().toArray();
    expect(left.map(({ _id }) => _id)).toEqual([cancelled]);
    const events = await createMongoEventStore(fixture.database).list(expiring[0] ?? '');
    expect(events.map(({ type }) => type)).toContain('WORKFLOW_EXECUTION_EXPIRED');
    await expect(fixture.engine.read(testOrgId, expiring[0] ?? '')).rejects.toThrow('no such task');
  });
});
