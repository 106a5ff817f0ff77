import type { mongo } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BoardStore, type ColumnQuery, createBoardStore } from '../../models/board-store.ts';
import { nativeCollection } from '../../models/database.ts';
import type { ExecutionDocument } from '../../models/execution.ts';
import type { ExecutionState } from '../../src/domain/execution.ts';
import type { Workflow } from '../../src/domain/workflow.ts';
import { human, testOrgId, userMessage } from '../support/builders.ts';
import { createEngineFixture, type EngineFixture } from '../support/engine-fixture.ts';
import { type Explained, explainSent } from '../support/explain-sent.ts';
import { isLongForm, shortOrLong } from '../support/faults-db/fault-form.ts';
import { insertStoredExecutions, storedExecutionId } from '../support/faults-db/stored-executions.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const stored = shortOrLong(20_000, 1_000_000);
const setUpMs = shortOrLong(60_000, 1_800_000);
const writesAtOnce = 10_000;
const perColumn = 51;
/** Of the stored half have ended; of the others every tenth has stopped, and every tenth is overdue. */
const stoppedEvery = 10;

describe.skipIf(isMongoMissing())(
  `the queries of the board among ${stored.toLocaleString('en')} stored tasks`,
  () => {
    let testDatabase: TestDatabase;
    let fixture: EngineFixture;
    let store: BoardStore;
    let workflow: Workflow;
    let stepId: string;

    beforeAll(async () => {
      testDatabase = await createTestDatabase();
      fixture = await createEngineFixture(testDatabase.uri, { monitorCommands: true });
      store = createBoardStore(fixture.database);
      workflow = await fixture.createWorkflow([
        userMessage('collect', { assignee: 'U0ANA' }),
        human('decide'),
      ]);
      const { definition } = await fixture.workflows.get(testOrgId, workflow.id);
      stepId = definition.steps[0]?.id ?? '';
      const startedAt = (): Date => new Date('2026-03-01T09:00:00Z');
      await insertStoredExecutions(fixture.database, {
        definition,
        count: stored,
        startedAt,
        series: 'board',
      });
      await makeHistory();
    }, setUpMs);
    afterAll(async () => {
      await fixture.close();
      await testDatabase.drop();
    });

    /** Half of them have ended, each at a moment of its own; of the others some have stopped. */
    async function makeHistory(): Promise<void> {
      const executions = nativeCollection<ExecutionDocument>(fixture.database, 'executions');
      for (let from = 0; from < stored; from += writesAtOnce) {
        const writes = Array.from({ length: writesAtOnce }, (_, index) => pastOf(from + index));
        await executions.bulkWrite(writes, { ordered: false });
      }
    }

    function pastOf(index: number): mongo.AnyBulkWriteOperation<ExecutionDocument> {
      const endedAt = new Date(Date.parse('2026-03-02T00:00:00Z') + index * 1_000);
      const ended: Partial<ExecutionDocument> = {
        status: 'COMPLETED',
        pointer: null,
        waitingFor: [],
        endedAt,
      };
      const isStopped = index % (2 * stoppedEvery) === 1;
      const stopped: Partial<ExecutionDocument> = { status: 'FAILED', waitingFor: [] };
      const isOverdue = index % (2 * stoppedEvery) === 11;
      const overdue = { overdueSince: endedAt, 'stack.0.escalatedAt': endedAt };
      const change = index % 2 === 0 ? ended : isStopped ? stopped : isOverdue ? overdue : {};
      const filter = { _id: storedExecutionId('board', index) };
      return { updateOne: { filter, update: { $set: { ref: 'x', ...change } } } };
    }

    const lateSince = ({ stack }: ExecutionState): number => stack.at(-1)?.escalatedAt?.getTime() ?? 0;
    const isFalling = (values: (string | number)[]): boolean =>
      values.every((value, index) => index === 0 || value < (values[index - 1] ?? ''));

    const explain = (call: () => Promise<unknown>): Promise<Explained[]> =>
      explainSent(fixture.database, call);

    const column = { orgId: testOrgId, limit: perColumn };

    it.each([
      ['all', undefined],
      ['those that go on', 'waiting'],
      ['those that are overdue', 'overdue'],
      ['those that have stopped', 'stopped'],
    ] as const)('read no more of a column than they show, and sort nothing: %s', async (_what, only) => {
      const query = { ...column, workflowId: workflow.id, stepId, only };
      const [explained] = await explain(() => store.listColumn(query));
      expect(explained?.keysExamined).toBeLessThanOrEqual(perColumn);
      expect(explained?.docsExamined).toBeLessThanOrEqual(perColumn);
      expect(explained?.stages).toContain('IXSCAN');
      expect(explained?.stages).not.toContain('SORT');
      expect(explained?.stages).not.toContain('COLLSCAN');
      expect(await store.listColumn(query)).toHaveLength(perColumn);
    });

    // Reads them all.
    it.skipIf(isLongForm)(
      'show those that have stopped first, then those that are overdue, and then the newest',
      async () => {
        const query = { ...column, workflowId: workflow.id, stepId, limit: stored };
        const all = await store.listColumn(query);
        expect(all).toHaveLength(stored / 2);
        const [perStopped, perOverdue] = [stored / 2 / stoppedEvery, stored / 2 / stoppedEvery];
        const [stopped, overdue, others] = [
          all.slice(0, perStopped),
          all.slice(perStopped, perStopped + perOverdue),
          all.slice(perStopped + perOverdue),
        ];
        expect(new Set(stopped.map(({ status }) => status))).toEqual(new Set(['FAILED']));
        expect(overdue.map(lateSince).every((since) => since > 0)).toBe(true);
        expect(new Set(others.map(lateSince))).toEqual(new Set([0]));
        expect(isFalling(stopped.map(({ id }) => id))).toBe(true);
        expect(isFalling(overdue.map(lateSince))).toBe(true);
        expect(isFalling(others.map(({ id }) => id))).toBe(true);
        const longestFirst = await store.listColumn({ ...query, only: 'overdue' });
        expect(longestFirst.map(({ id }) => id)).toEqual(overdue.map(({ id }) => id).toReversed());
      },
    );

    it('read twenty keys for the twenty that have ended last', async () => {
      const query = { orgId: testOrgId, workflowId: workflow.id, lookThrough: 20 };
      const [explained] = await explain(() => store.listEnded(query));
      expect(explained).toMatchObject({ keysExamined: 20, docsExamined: 20 });
      expect(explained?.stages).not.toContain('SORT');
      const ends = (await store.listEnded(query)).map(({ endedAt }) => endedAt?.getTime() ?? 0);
      expect(ends).toEqual(ends.toSorted((left, right) => right - left));
      expect(ends[0]).toBe(Date.parse('2026-03-02T00:00:00Z') + (stored - 2) * 1_000);
    });

    it('look through no more of those that have ended for one person', async () => {
      const person = { userId: 'U0RARE', spellings: ['@rare'] };
      const query = { orgId: testOrgId, workflowId: workflow.id, lookThrough: 20, person };
      const [explained] = await explain(() => store.listEnded(query));
      expect(explained).toMatchObject({ keysExamined: 20, docsExamined: 20 });
      expect(explained?.stages).not.toContain('SORT');
      expect(await store.listEnded(query)).toEqual([]);
      expect(await store.listEnded({ ...query, person: { userId: 'U0ANA', spellings: [] } })).toHaveLength(
        20,
      );
    });

    it('find the occupied steps by a key for each, whatever stands there', async () => {
      const [explained] = await explain(() => store.listOccupiedSteps(testOrgId, workflow.id));
      expect(explained?.stages).toContain('DISTINCT_SCAN');
      expect(explained?.keysExamined).toBeLessThanOrEqual(5);
      expect(await store.listOccupiedSteps(testOrgId, workflow.id)).toEqual([stepId]);
    });

    describe('of one person', () => {
      const ana = { userId: 'U0ANA', spellings: ['U0ANA', '<@U0ANA>', 'ana@example.com', '@finance'] };
      const rare = { userId: 'U0RARE', spellings: ['U0RARE', '@rare'] };
      const query = (): Omit<ColumnQuery, 'person'> => ({ ...column, workflowId: workflow.id, stepId });

      it.each([
        ['somebody who has to do with all of them', ana],
        ['somebody who has to do with none', rare],
      ])('read no more of a column than they show, and a key for each spelling: %s', async (_who, person) => {
        for (const only of [undefined, 'waiting', 'overdue', 'stopped'] as const) {
          const explained = await explain(() => store.listColumn({ ...query(), only, person }));
          expect(explained).toHaveLength(2);
          for (const { keysExamined, docsExamined, stages } of explained) {
            expect(keysExamined).toBeLessThanOrEqual(perColumn + person.spellings.length);
            expect(docsExamined).toBeLessThanOrEqual(perColumn);
            expect(stages).not.toContain('SORT');
            expect(stages).not.toContain('COLLSCAN');
          }
        }
      });

      it('find what waits for them or was started by them, however many newer ones there are', async () => {
        const executions = nativeCollection<ExecutionDocument>(fixture.database, 'executions');
        const [waits, both, stopped, ended] = [3, 5, 21, 2].map((index) => storedExecutionId('board', index));
        const own = { startedBy: { kind: 'person', userId: 'U0RARE', name: 'rare' } } as const;
        const change = async (id: string | undefined, $set: Partial<ExecutionDocument>): Promise<void> =>
          void (await executions.updateOne({ _id: id ?? '' }, { $set }));
        await change(waits, { waitingFor: ['U0BO', '@rare'] });
        await change(both, { waitingFor: ['U0RARE', '@rare'], ...own });
        await change(stopped, own);
        await change(ended, own);
        const [late, longLate] = [7, 9].map((index) => storedExecutionId('board', index));
        await change(late, { ...own, overdueSince: new Date('2026-03-05T09:00:00Z') });
        await change(longLate, { waitingFor: ['@rare'], overdueSince: new Date('2026-03-04T09:00:00Z') });
        const found = async (only?: ColumnQuery['only'], limit = 10): Promise<string[]> =>
          (await store.listColumn({ ...query(), person: rare, only, limit })).map(({ id }) => id);
        const running = (both ?? '') > (waits ?? '') ? [both, waits] : [waits, both];
        expect(await found()).toEqual([stopped, late, longLate, ...running]);
        expect(await found('stopped')).toEqual([stopped]);
        expect(await found('waiting')).toEqual([late, longLate, ...running]);
        expect(await found('overdue')).toEqual([longLate, late]);
        expect(await found(undefined, 2)).toEqual([stopped, late]);
      });
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
      const person = { userId: 'U0BO', spellings: [] };
      const found = await store.listColumn({ ...column, workflowId: workflow.id, stepId, person });
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
  },
);
