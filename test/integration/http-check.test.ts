import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../src/domain/finding.ts';
import { human, testOrgId, userMessage } from '../support/builders.ts';
import { createHttpFixture, type HttpFixture } from '../support/http-fixture.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

interface Check {
  revision: number;
  counts: { error: number; warning: number; undecided: number };
  findings: Finding[];
}
interface Workflow {
  id: string;
  status: string;
  steps: { id: string }[];
}
interface Problem {
  type: string;
  detail: string;
  errors: { path: string; message: string }[];
}

describe.skipIf(isMongoMissing())('the check by the API', () => {
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

  async function create(steps: unknown[]): Promise<Workflow> {
    const body = { name: `Checked ${randomUUID()}`, steps };
    const answer = await api.ask<Workflow>('POST', `/api/orgs/${testOrgId}/workflows`, { body });
    expect(answer).toMatchObject({ status: 201, body: { status: 'ACTIVE' } });
    return answer.body;
  }
  const wrong = (): unknown[] => [
    human('ok', { handoffs: [{ condition: 'approved', to: 'complete' }] }),
    userMessage('never'),
  ];

  it('tells what goes wrong, on which path, and what to do about it', async () => {
    const { id } = await create(wrong());
    const { status, body } = await api.ask<Check>('POST', `/api/workflows/${id}/check`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ revision: 1, counts: { error: 2, warning: 1, undecided: 0 } });
    expect(body.findings.map(({ rule, stepName }) => `${rule} ${stepName}`)).toEqual([
      'unreachable-step never',
      'outcome-without-handoff ok',
      'no-deadline ok',
    ]);
    expect(body.findings[1]).toMatchObject({
      severity: 'error',
      part: 'handoffs',
      path: [{ stepName: 'ok', taken: '"rejected" is chosen' }],
      message: 'When "rejected" is chosen, no handoff of "ok" matches, and the task stops as failed.',
    });
  });

  it('lets what the API makes be active at once, and a paused one be activated only without errors', async () => {
    const workflow = await create(wrong());
    const path = `/api/workflows/${workflow.id}`;
    await api.ask('PATCH', path, { body: { status: 'PAUSED' } });
    const refused = await api.ask<Problem>('PATCH', path, { body: { status: 'ACTIVE' } });
    expect(refused.status).toBe(409);
    expect(refused.body.type).toContain('check-failed');
    expect(refused.body.detail).toContain('2 errors');
    expect(refused.body.errors.map((error) => error.path)).toEqual(['steps/1', 'steps/0/handoffs']);
    expect((await api.ask('GET', path)).body).toMatchObject({ status: 'PAUSED' });

    const handoffs = [
      { condition: 'approved', to: 'never' },
      { condition: 'rejected', to: 'complete' },
    ];
    await api.ask('PATCH', `${path}/steps/${workflow.steps[0]?.id}`, { body: { handoffs } });
    const activated = await api.ask('PATCH', path, { body: { status: 'ACTIVE' } });
    expect(activated).toMatchObject({ status: 200, body: { status: 'ACTIVE' } });
  });

  it('says with each change how much the check finds in the workflow now', async () => {
    const steps = wrong();
    const made = await api.ask<Workflow>('POST', `/api/orgs/${testOrgId}/workflows`, {
      body: { name: `Checked ${randomUUID()}`, steps },
    });
    const said = ({ headers }: { headers: Headers }): string | null => headers.get('baton-check');
    expect(said(made)).toBe('2 errors, 1 warning');
    const path = `/api/workflows/${made.body.id}`;
    const [decision] = made.body.steps;
    expect(said(await api.ask('PATCH', path, { body: { description: 'New' } }))).toBe('2 errors, 1 warning');
    const handoffs = [
      { condition: 'approved', to: 'never' },
      { condition: 'rejected', to: 'complete' },
    ];
    const changed = await api.ask('PATCH', `${path}/steps/${decision?.id}`, { body: { handoffs } });
    expect(said(changed)).toBe('1 warning');
    const late = human('late', { handoffs: [{ condition: 'approved', to: 'complete' }] });
    const added = await api.ask('POST', `${path}/steps`, { body: late });
    expect(said(added)).toBe('1 error, 2 warnings');
    const removed = await api.ask('DELETE', `${path}/steps/${String(added.body['id'])}`);
    expect(said(removed)).toBe('1 warning');
    expect(said(await api.ask('GET', path))).toBeNull();
  });

  it('refuses fields that it does not know, and does not exist for another org', async () => {
    const { id } = await create([userMessage('tell')]);
    const path = `/api/workflows/${id}/check`;
    expect((await api.ask('POST', path, { body: { deep: true } })).status).toBe(422);
    expect((await api.ask('GET', path)).status).toBe(405);
    expect((await api.ask('POST', `/api/workflows/${'0'.repeat(24)}/check`)).status).toBe(404);
  });
});
