import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BoardStore, createBoardStore } from '../../models/board-store.ts';
import { nativeCollection } from '../../models/database.ts';
import type { ExecutionDocument } from '../../models/execution.ts';
import type { Workflow } from '../../src/domain/workflow.ts';
import { human, testOrgId, userMessage } from '../support/builders.ts';
import { createEngineFixture, type EngineFixture } from '../support/engine-fixture.ts';
import { type Explained, explainSent } from '../support/explain-sent.ts';
import { insertStoredExecutions, storedExecutionId } from '../support/faults-db/stored-executions.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const stored = 20_000;
const perColumn = 51;
/** Of the stored: every tenth has stopped, and of the other halves one has ended. */
const stoppedEvery = 10;

describe.skipIf(isMongoMissing())('the queries of the board among 20,000 stored tasks', () => {
  let testDatabase: TestDatabase;
  let fixture: EngineFixture;
  let store: BoardStore;
  let workflow: Workflow;
  let stepId: string;

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    fixture = await createEngineFixture(testDatabase.uri, { monitorCommands: true });
    store = createBoardStore(fixture.database);
    workflow = await fixture.createWorkflow([userMessage('collect', { assignee: 'U0ANA' }), human('decide')]);
    const { definition } = await fixture.workflows.get(testOrgId, workflow.id);
    stepId = definition.steps[0]?.id ?? '';
    const startedAt = (): Date => new Date('2026-03-01T09:00:00Z');
    await insertStoredExecutions(fixture.database, { definition, count: stored, startedAt, series: 'board' });
    await makeHistory();
  });
  afterAll(async () => {
    await fixture.close();
    await testDatabase.drop();
  });

  /** Half of them have ended, each at a moment of its own; of the others some have stopped. */
  async function makeHistory(): Promise<void> {
    const executions = nativeCollection<ExecutionDocument>(fixture.database, 'executions');
    const writes = Array.from({ length: stored }, (_, index) => {
      const endedAt = new Date(Date.parse('2026-03-02T00:00:00Z') + index * 1_000);
      const ended: Partial<ExecutionDocument> = {
        status: 'COMPLETED',
        pointer: null,
        waitingFor: [],
        endedAt,
      };
      const isStopped = index % (2 * stoppedEvery) === 1;
      const stopped: Partial<ExecutionDocument> = { status: 'FAILED', waitingFor: [] };
      const change = index % 2 === 0 ? ended : isStopped ? stopped : {};
      return {
        updateOne: {
          filter: { _id: storedExecutionId('board', index) },
          update: { $set: { ref: 'x', ...change } },
        },
      };
    });
    await executions.bulkWrite(writes, { ordered: false });
  }

  const explain = (call: () => Promise<unknown>): Promise<Explained[]> => explainSent(fixture.database, call);

  const column = { orgId: testOrgId, limit: perColumn };

  it.each([
    ['all', undefined],
    ['those that go on', 'RUNNING'],
    ['those that have stopped', 'FAILED'],
  ] as const)('read no more of a column than they show, and sort nothing: %s', async (_what, status) => {
    const query = { ...column, workflowId: workflow.id, stepId, status };
    const [explained] = await explain(() => store.listColumn(query));
    expect(explained?.keysExamined).toBeLessThanOrEqual(perColumn);
    expect(explained?.docsExamined).toBeLessThanOrEqual(perColumn);
    expect(explained?.stages).toContain('IXSCAN');
    expect(explained?.stages).not.toContain('SORT');
    expect(explained?.stages).not.toContain('COLLSCAN');
    expect(await store.listColumn(query)).toHaveLength(perColumn);
  });

  it('show those that have stopped first, and then the newest', async () => {
    const all = await store.listColumn({ ...column, workflowId: workflow.id, stepId, limit: stored });
    expect(all).toHaveLength(stored / 2);
    const stopped = all.findIndex(({ status }) => status === 'RUNNING');
    expect(stopped).toBe(stored / 2 / stoppedEvery);
    const isNewestFirst = (ids: string[]): boolean =>
      ids.every((id, index) => index === 0 || id < (ids[index - 1] ?? ''));
    expect(isNewestFirst(all.slice(0, stopped).map(({ id }) => id))).toBe(true);
    expect(isNewestFirst(all.slice(stopped).map(({ id }) => id))).toBe(true);
  });

  it('read twenty keys for the twenty that have ended last', async () => {
    const [explained] = await explain(() => store.listEnded(testOrgId, workflow.id, 20));
    expect(explained).toMatchObject({ keysExamined: 20, docsExamined: 20 });
    expect(explained?.stages).not.toContain('SORT');
    const ends = (await store.listEnded(testOrgId, workflow.id, 20)).map(
      ({ endedAt }) => endedAt?.getTime() ?? 0,
    );
    expect(ends).toEqual(ends.toSorted((left, right) => right - left));
    expect(ends[0]).toBe(Date.parse('2026-03-02T00:00:00Z') + (stored - 2) * 1_000);
  });

  it('find the occupied steps by a key for each, whatever stands there', async () => {
    const [explained] = await explain(() => store.listOccupiedSteps(testOrgId, workflow.id));
    expect(explained?.stages).toContain('DISTINCT_SCAN');
    expect(explained?.keysExamined).toBeLessThanOrEqual(5);
    expect(await store.listOccupiedSteps(testOrgId, workflow.id)).toEqual([stepId]);
  });

  it('look through no more of what somebody has to do with than they are told to', async () => {
    const query = {
      orgId: testOrgId,
      workflowId: workflow.id,
      userId: 'U0ANA',
      spellings: ['U0ANA', '<@U0ANA>'],
      limit: 500,
    };
    const explained = await explain(() => store.listInvolved(query));
    expect(explained).toHaveLength(2);
    for (const { keysExamined, stages } of explained) {
      expect(keysExamined).toBeLessThanOrEqual(502);
      expect(stages).not.toContain('COLLSCAN');
      expect(stages).not.toContain('SORT');
    }
    expect((await store.listInvolved(query)).length).toBeGreaterThan(0);
  });

  it('read of a task what its card shows, and leave out inputs that are large', async () => {
    const { definition } = await fixture.workflows.get(testOrgId, workflow.id);
    const start = (inputs: Record<string, string>): Promise<{ id: string }> =>
      fixture.engine.start({
        orgId: testOrgId,
        workflowId: definition.workflowId,
        inputs,
        startedBy: { kind: 'person', userId: 'U0BO', name: 'Bo' },
        origin: { kind: 'api' },
        startKey: null,
      });
    const small = await start({ customer: 'Acme' });
    const large = await start({ customer: 'x'.repeat(10_000) });
    const query = { orgId: testOrgId, workflowId: workflow.id, userId: 'U0BO', spellings: [], limit: 10 };
    const found = await store.listInvolved(query);
    const whole = (await fixture.engine.read(testOrgId, small.id)).state;
    const card = found.find(({ id }) => id === small.id);
    expect(card).toMatchObject({
      status: 'RUNNING',
      context: { inputs: { customer: 'Acme' } },
      waitingFor: whole.waitingFor,
    });
    expect(card?.stack[0]?.timers).toEqual(whole.stack[0]?.timers);
    expect(card?.stack[0]?.inputs).toEqual({ message: whole.stack[0]?.inputs['message'] });
    expect(found.find(({ id }) => id === large.id)?.context.inputs).toEqual({});
  });
});
