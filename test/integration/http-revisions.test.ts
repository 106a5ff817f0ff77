import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChainBreak } from '../../src/domain/event.ts';
import { human, testOrgId, userMessage } from '../support/builders.ts';
import { createHttpFixture, type HttpFixture } from '../support/http-fixture.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

interface Moves {
  items: { executionId: string; revision: number; at: string | null; problem: string | null }[];
}
interface Made {
  id: string;
  steps: { id: string; name: string }[];
}

describe.skipIf(isMongoMissing())('the revisions of a workflow, over HTTP', () => {
  let testDatabase: TestDatabase;
  let api: HttpFixture;
  let made = 0;

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    api = await createHttpFixture(testDatabase.uri);
  });
  afterAll(async () => {
    expect(api.errorLog).toEqual([]);
    await api.close();
    await testDatabase.drop();
  });

  async function create(): Promise<{ path: string; workflow: Made }> {
    const steps = [userMessage('prepare'), human('ok'), userMessage('tell')];
    const body = { name: `Revised ${made++}`, steps };
    const { body: workflow } = await api.ask<Made>('POST', `/api/orgs/${testOrgId}/workflows`, { body });
    return { path: `/api/workflows/${workflow.id}`, workflow };
  }

  async function start(path: string): Promise<string> {
    const { body } = await api.ask<{ id: string }>('POST', `${path}/executions`, { body: { inputs: {} } });
    return body.id;
  }

  async function finish(task: string, stepName: string): Promise<void> {
    const body = { stepName };
    const { status } = await api.ask('POST', `/api/workflows/executions/${task}/complete-step`, { body });
    expect(status).toBe(200);
  }

  it('says what differs between two of them, in words and as a graph', async () => {
    const { path, workflow } = await create();
    const body = {
      handoffs: [
        { condition: 'approved', to: 'tell' },
        { condition: 'rejected', to: 'prepare' },
      ],
    };
    await api.ask('PATCH', `${path}/steps/${workflow.steps[1]?.id}`, { body });
    const { body: diff } = await api.ask('GET', `${path}/diff`);
    expect(diff).toMatchObject({
      from: 1,
      to: 2,
      changes: [{ path: 'steps/ok/handoffs', kind: 'added' }],
      graph: {
        steps: [
          { name: 'prepare', change: 'same' },
          { name: 'ok', change: 'changed' },
          { name: 'tell', change: 'same' },
        ],
      },
    });
    const { handoffs } = (diff as { graph: { handoffs: object[] } }).graph;
    expect(handoffs).toContainEqual({ step: 'ok', condition: 'rejected', to: 'prepare', change: 'added' });
    expect(handoffs).toContainEqual({ step: 'ok', condition: 'rejected', to: 'complete', change: 'removed' });
    expect((await api.ask('GET', `${path}/diff?from=2&to=2`)).body).toMatchObject({ changes: [] });
    expect((await api.ask('GET', `${path}/diff?from=7`)).status).toBe(404);
    expect((await api.ask('GET', `${path}/diff?from=x`)).status).toBe(422);
  });

  it('replays recorded tasks by the newest revision, and by a definition that is not saved', async () => {
    const { path } = await create();
    const tasks = [await start(path), await start(path), await start(path)];
    await finish(tasks[0] ?? '', 'prepare');
    await finish(tasks[1] ?? '', 'prepare');
    const backtest = (body: object): Promise<{ body: object }> =>
      api.ask('POST', `${path}/backtest`, { body });
    expect((await backtest({})).body).toEqual({ revision: 1, tasks: 3, otherwise: 0, parted: [] });
    const { body: file } = await api.ask<{ steps: object[] }>('GET', `${path}/definition`);
    const [prepare, ...rest] = file.steps;
    const definition = { ...file, steps: [prepare, userMessage('log'), ...rest] };
    const { body } = await backtest({ definition });
    expect(body).toMatchObject({ revision: null, tasks: 3, otherwise: 2 });
    expect(JSON.stringify(body)).toContain('It goes to \\"log\\" and not to \\"ok\\".');
    expect((await api.ask<{ revision: number }>('GET', path)).body.revision).toBe(1);
  });

  it('moves running tasks to the newest, each with an event in its log, and says why others stay', async () => {
    const { path, workflow } = await create();
    const [first, second, third] = [await start(path), await start(path), await start(path)];
    await finish(second, 'prepare');
    expect((await api.ask<Moves>('GET', `${path}/moves`)).body.items).toEqual([]);
    await api.ask('DELETE', `${path}/steps/${workflow.steps[0]?.id}`);
    const newest = await start(path);

    const preview = (await api.ask<Moves>('GET', `${path}/moves`)).body.items;
    expect(preview.map(({ executionId }) => executionId)).not.toContain(newest);
    expect(preview.find(({ executionId }) => executionId === second)).toMatchObject({
      at: 'ok',
      problem: null,
    });
    expect(preview.find(({ executionId }) => executionId === first)?.problem).toMatch(
      /at "prepare", which revision 2 does not have/,
    );
    const named = await api.ask<Moves>('POST', `${path}/moves`, { body: { executionIds: [third] } });
    expect(named.body.items[0]?.problem).toMatch(/does not have/);
    const moved = await api.ask<Moves>('POST', `${path}/moves`, { body: {} });
    expect(moved.body.items).toEqual([
      { executionId: second, revision: 2, status: 'RUNNING', at: 'ok', problem: null },
    ]);
    const log = await api.engine.readLog(testOrgId, second);
    expect(log.map(({ type }) => type)).toContain('WORKFLOW_EXECUTION_MOVED');
    expect(findChainBreak(log)).toBeNull();
    await api.engine.idle();
    expect((await api.ask<Moves>('GET', `${path}/moves`)).body.items).toHaveLength(2);
  });

  it('answers for each task that is named, also for one that there is not, and moves the others', async () => {
    const { path, workflow } = await create();
    const [first, second] = [await start(path), await start(path)];
    for (const id of [first, second]) await finish(id, 'prepare');
    await api.ask('DELETE', `${path}/steps/${workflow.steps[0]?.id}`);
    const unknown = 'f'.repeat(24);
    const executionIds = [first, unknown, second];
    const { status, body } = await api.ask<Moves>('POST', `${path}/moves`, { body: { executionIds } });
    expect(status).toBe(200);
    const moved = { revision: 2, status: 'RUNNING', at: 'ok', problem: null };
    expect(body.items).toEqual([
      { executionId: first, ...moved },
      {
        executionId: unknown,
        revision: null,
        status: null,
        at: null,
        problem: 'There is no such task.',
      },
      { executionId: second, ...moved },
    ]);
    const again = await api.ask<Moves>('POST', `${path}/moves`, { body: { executionIds } });
    expect(again.body.items.map(({ problem }) => problem)).toEqual([
      expect.stringContaining('revision 2'),
      'There is no such task.',
      expect.stringContaining('revision 2'),
    ]);
  });
});
