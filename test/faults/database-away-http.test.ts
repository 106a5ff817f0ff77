import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestReplicaSet, startTestReplicaSet } from '../support/faults-db/test-replica-set.ts';
import { type HttpFixture, createHttpFixture } from '../support/http-fixture.ts';
import { human, testOrgId } from '../support/builders.ts';
import { isMongoMissing } from '../support/test-mongo.ts';

const missing = 'f'.repeat(24);

describe.skipIf(isMongoMissing())('the API while the database cannot be reached', { timeout: 90_000 }, () => {
  let mongo: TestReplicaSet;
  let http: HttpFixture;
  let workflowId: string;

  beforeEach(async () => {
    mongo = await startTestReplicaSet({ members: 1 });
    http = await createHttpFixture(mongo.uri);
    workflowId = (await http.createWorkflow([human('ok')])).id;
  }, 60_000);
  afterEach(async () => {
    mongo.members[0]?.resume();
    await http.close().catch(() => {});
    await mongo.stop();
  }, 60_000);

  it.each([
    ['was killed', 'kill'],
    ['is frozen', 'pause'],
  ] as const)('asks to try again later, whatever is asked for, when the server %s', async (_how, end) => {
    expect((await http.ask('GET', `/api/orgs/${testOrgId}/workflows`)).status).toBe(200);
    mongo.members[0]?.[end]();
    const answers = await Promise.all([
      http.ask('GET', `/api/orgs/${testOrgId}/workflows`),
      http.ask('GET', `/api/workflows/executions/${missing}`),
      http.ask('POST', `/api/workflows/${workflowId}/executions`, { body: { inputs: {} } }),
      http.ask('POST', `/api/orgs/${testOrgId}/workflows`, { body: { name: 'New', steps: [] } }),
    ]);
    expect(http.errorLog).toEqual([]);
    for (const { status, headers, body } of answers) {
      expect({ status, type: body['type'] }).toEqual({
        status: 503,
        type: 'urn:baton:problem:database-unreachable',
      });
      expect(headers.get('retry-after')).toBe('10');
    }
  });
});
