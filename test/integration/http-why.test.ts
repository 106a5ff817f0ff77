import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { human, testOrgId } from '../support/builders.ts';
import { createHttpFixture, type HttpFixture } from '../support/http-fixture.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

describe.skipIf(isMongoMissing())('why, by the API', () => {
  let testDatabase: TestDatabase;
  let api: HttpFixture;

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    api = await createHttpFixture(testDatabase.uri);
  });
  afterAll(async () => {
    expect(api.errorLog).toEqual([]);
    await api.close();
    await testDatabase.drop();
  });

  it('tells the cause, the events that prove it, and what to do next', async () => {
    const body = { name: 'Why', steps: [human('ok', { assignees: ['U0BO', 'U0CHI'] })] };
    const made = await api.ask<{ id: string }>('POST', `/api/orgs/${testOrgId}/workflows`, { body });
    const started = await api.ask<{ id: string }>('POST', `/api/workflows/${made.body.id}/executions`, {
      body: { inputs: {} },
    });
    await api.engine.idle();
    api.clock.advance(3_600_000);
    const path = `/api/workflows/executions/${started.body.id}`;
    const answer = await api.ask('GET', `${path}/why`);
    expect(answer).toMatchObject({
      status: 200,
      body: {
        executionId: started.body.id,
        cause: 'waiting-for-people',
        sentence: '"ok" waits for U0BO or U0CHI, asked 1 hour ago.',
        events: [{ seq: 3, type: 'WORKFLOW_STEP_EXECUTION_STARTED', stepName: 'ok' }],
        next: { kind: 'reassign' },
      },
    });
    await api.ask('POST', `${path}/cancel`, { body: {} });
    expect((await api.ask('GET', `${path}/why`)).body).toMatchObject({ cause: 'ended' });
    expect((await api.ask('POST', `${path}/why`)).status).toBe(405);
    expect((await api.ask('GET', `/api/workflows/executions/${'0'.repeat(24)}/why`)).status).toBe(404);
  });
});
