import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createExecutionParking } from '../../models/execution-parking.ts';
import type { ExecutionState } from '../../src/domain/execution.ts';
import { deriveId } from '../../src/domain/ids.ts';
import { currentId, human, person, testOrgId, wait } from '../support/builders.ts';
import { type EngineFixture, createEngineFixture } from '../support/engine-fixture.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { type TestDatabase, createTestDatabase, isMongoMissing } from '../support/test-mongo.ts';

const otherOrgId = deriveId('org', 'other');

describe.skipIf(isMongoMissing())('an org that is not served', () => {
  let testDatabase: TestDatabase;
  let fixture: EngineFixture;
  const clock = new ManualClock();
  const parked = new Set<string>();

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    fixture = await createEngineFixture(testDatabase.uri, {
      clock,
      isParked: async (orgId) => parked.has(orgId),
    });
  });
  afterAll(async () => {
    await fixture.close();
    await testDatabase.drop();
  });

  async function start(orgId: string, step = wait('pause', { for: '1h' })): Promise<ExecutionState> {
    const { id: workflowId } = await fixture.createWorkflow([step, human('ok')], undefined, orgId);
    const startedBy = { kind: 'system' } as const;
    const request = {
      orgId,
      workflowId,
      inputs: {},
      startedBy,
      origin: { kind: 'api' },
      startKey: null,
    } as const;
    const task = await fixture.engine.start(request);
    await fixture.engine.idle();
    return task;
  }

  async function sweep(): Promise<void> {
    await fixture.engine.sweep({ maxMs: 5_000 });
    await fixture.engine.idle();
  }

  async function stepOf({ orgId, id }: ExecutionState): Promise<string | undefined> {
    return (await fixture.engine.read(orgId, id)).state.stack.at(-1)?.stepName;
  }

  it('has its work put aside: no timer fires, and others go on', async () => {
    const parking = createExecutionParking(fixture.database);
    const own = await start(testOrgId);
    const other = await start(otherOrgId);
    parked.add(testOrgId);
    expect(await parking.park(testOrgId)).toBe(1);
    clock.advance(2 * 3_600_000);
    await sweep();
    expect(await stepOf(own)).toBe('pause');
    expect(await stepOf(other)).toBe('ok');
    parked.delete(testOrgId);
    expect(await parking.unpark(testOrgId, clock.now())).toBe(1);
    await sweep();
    expect(await stepOf(own)).toBe('ok');
  });

  it('parks what is begun meanwhile when it is claimed, and tries all of it at once afterwards', async () => {
    const parking = createExecutionParking(fixture.database);
    parked.add(testOrgId);
    fixture.performer.answer = () => ({ kind: 'wait', afterMs: 3_600_000, error: 'not installed' });
    const late = await start(testOrgId, human('first'));
    await parking.park(testOrgId);
    clock.advance(4 * 3_600_000);
    await sweep();
    const { performed } = fixture.performer;
    performed.length = 0;
    await sweep();
    expect(performed).toEqual([]);
    fixture.performer.answer = () => ({ kind: 'done' });
    parked.delete(testOrgId);
    await parking.unpark(testOrgId, clock.now());
    await sweep();
    expect(performed.filter(({ kind }) => kind === 'ask')).toHaveLength(1);
    const stepExecutionId = currentId((await fixture.engine.read(testOrgId, late.id)).state);
    const by = person('bo');
    const decision = {
      type: 'decide',
      stepExecutionId,
      outcome: 'approved',
      comment: null,
      output: null,
      by,
    } as const;
    await fixture.engine.execute(testOrgId, late.id, decision);
    expect(await stepOf(late)).toBe('ok');
  });

  it('keeps the doubt about what a lost worker may have sent', async () => {
    const lost = await createEngineFixture(testDatabase.uri, { clock });
    lost.performer.answer = () => new Promise(() => undefined);
    const { id: workflowId } = await lost.createWorkflow([human('ok')]);
    const origin = { kind: 'api' } as const;
    const startedBy = { kind: 'system' } as const;
    const task = await lost.engine.start({
      orgId: testOrgId,
      workflowId,
      inputs: {},
      startedBy,
      origin,
      startKey: null,
    });
    clock.advance(60_000);
    parked.add(testOrgId);
    await sweep();
    const { delivery } = await fixture.engine.read(testOrgId, task.id);
    expect(delivery.lease.released).toBe(true);
    expect(delivery.outbox.effects.map(({ maybeSent }) => maybeSent)).toContain(true);
    await lost.database.close();
  });
});
