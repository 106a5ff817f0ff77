import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBoardStore } from '../../models/board-store.ts';
import { nativeCollection } from '../../models/database.ts';
import type { ExecutionDocument } from '../../models/execution.ts';
import { repairOverdue } from '../../models/overdue-repair.ts';
import type { Workflow } from '../../src/domain/workflow.ts';
import { human, person, testOrgId } from '../support/builders.ts';
import { createEngineFixture, type EngineFixture } from '../support/engine-fixture.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const dayMs = 86_400_000;
const deadline = { after: '1d', then: 'escalate', escalateTo: ['U0LEAD'] };

describe.skipIf(isMongoMissing())('what an earlier version has left of overdue tasks', () => {
  let testDatabase: TestDatabase;
  let bot: EngineFixture;
  let clock: ManualClock;
  let workflow: Workflow;

  beforeEach(async () => {
    testDatabase = await createTestDatabase();
    clock = new ManualClock();
    bot = await createEngineFixture(testDatabase.uri, { clock });
    workflow = await bot.createWorkflow([
      human('ok', { assignees: ['U0BO', 'U0CHI'], policy: { required: 2 }, deadline }),
      human('again'),
    ]);
  });
  afterEach(async () => {
    await bot.close();
    await testDatabase.drop();
  });

  const stored = () => nativeCollection<ExecutionDocument>(bot.database, 'executions');
  async function start(): Promise<string> {
    const startedBy = { kind: 'person', userId: 'U0ANA', name: 'ana' } as const;
    const request = { orgId: testOrgId, workflowId: workflow.id, inputs: {}, startedBy, startKey: null };
    const { id } = await bot.engine.start({ ...request, origin: { kind: 'api' } });
    await bot.engine.idle();
    return id;
  }
  async function startLate(): Promise<string> {
    const id = await start();
    clock.advance(dayMs + 60_000);
    await bot.engine.sweep({ maxMs: 5_000 });
    await bot.engine.idle();
    return id;
  }
  /** As it is in a document that an earlier version has written. */
  const forget = (id: string) => stored().updateOne({ _id: id }, { $unset: { overdueSince: 1 } });
  const remember = (id: string, overdueSince: Date | null) =>
    stored().updateOne({ _id: id }, { $set: { overdueSince } });
  async function overdueOf(id: string): Promise<Date | null | undefined> {
    return (await stored().findOne({ _id: id }))?.overdueSince;
  }
  async function approve(id: string, name: string): Promise<void> {
    const { state } = await bot.engine.read(testOrgId, id);
    const stepExecutionId = state.stack.at(-1)?.id ?? '';
    const given = { outcome: 'approved', comment: null, output: null } as const;
    await bot.engine.execute(testOrgId, id, { type: 'decide', stepExecutionId, ...given, by: person(name) });
    await bot.engine.idle();
  }

  it.each([
    ['nothing of it', forget],
    ['null', (id: string) => remember(id, null)],
  ])('that is %s: those that were escalated are found at the next start', async (_what, leave) => {
    const id = await startLate();
    const overdueSince = await overdueOf(id);
    expect(overdueSince).toBeInstanceOf(Date);
    await leave(id);
    const { definition } = await bot.workflows.get(testOrgId, workflow.id);
    const stepId = definition.steps[0]?.id ?? '';
    const column = { orgId: testOrgId, workflowId: workflow.id, stepId, only: 'overdue', limit: 10 } as const;
    const board = createBoardStore(bot.database);
    expect(await board.listColumn(column)).toEqual([]);

    expect(await repairOverdue(bot.database, clock.now())).toBe(1);
    expect((await board.listColumn(column)).map((task) => task.id)).toEqual([id]);
    expect(await overdueOf(id)).toEqual(overdueSince);
    expect(await repairOverdue(bot.database, clock.now())).toBe(0);
  });

  it('that is a time that holds no more: it is cleared at the next start', async () => {
    const id = await startLate();
    const overdueSince = (await overdueOf(id)) ?? null;
    await approve(id, 'bo');
    await approve(id, 'chi');
    await remember(id, overdueSince);
    const inTime = await start();
    expect(await repairOverdue(bot.database, clock.now())).toBe(1);
    expect([await overdueOf(id), await overdueOf(inTime)]).toEqual([null, null]);
  });

  it('is not looked for any more a day after the first start, when no earlier version runs beside this one', async () => {
    expect(await repairOverdue(bot.database, clock.now())).toBe(0);
    const id = await startLate();
    await forget(id);
    expect(await repairOverdue(bot.database, clock.now())).toBe(0);
    expect(await overdueOf(id)).toBeUndefined();
  });

  it('that is a time that holds no more: it is cleared when the task goes on', async () => {
    const id = await start();
    await remember(id, clock.now());
    await approve(id, 'bo');
    expect(await overdueOf(id)).toBeNull();
  });
});
