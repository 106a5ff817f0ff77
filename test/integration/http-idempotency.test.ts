import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nativeCollection } from '../../models/database.ts';
import { createIdempotencyStore } from '../../models/idempotency.ts';
import type { IdempotencyStore } from '../../models/idempotency.ts';
import { testOrgId, userMessage, wait } from '../support/builders.ts';
import { type Answer, createHttpFixture, type HttpFixture } from '../support/http-fixture.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

interface Problem {
  id: string;
  type: string;
  detail: string;
}

describe.skipIf(isMongoMissing())('Idempotency-Key', () => {
  let testDatabase: TestDatabase;
  let api: HttpFixture;
  /** Stands between the app and the store, to lose an answer as a killed process would. */
  let losesAnswers = false;

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    let store: IdempotencyStore | undefined;
    const lossy: IdempotencyStore = {
      claim: (request) => real().claim(request),
      pin: (...args) => real().pin(...args),
      forget: (...args) => real().forget(...args),
      release: (...args) => real().release(...args),
      finish: async (...args) => (losesAnswers ? real().release(args[0], args[1]) : real().finish(...args)),
    };
    const real = (): IdempotencyStore => (store ??= createIdempotencyStore(api.database));
    api = await createHttpFixture(testDatabase.uri, { idempotency: lossy });
  });
  afterAll(async () => {
    await api.close();
    await testDatabase.drop();
  });

  const workflows = `/api/orgs/${testOrgId}/workflows`;
  let keys = 0;
  const newKey = (): string => `key-${keys++}`;
  function post(path: string, key: string, body: unknown): Promise<Answer<Problem>> {
    return api.ask<Problem>('POST', path, { body, headers: { 'idempotency-key': key } });
  }
  async function cutOff(path: string, key: string, body: unknown): Promise<Answer<Problem>> {
    losesAnswers = true;
    try {
      return await post(path, key, body);
    } finally {
      losesAnswers = false;
    }
  }

  it('gives the first answer again: status, body and headers', async () => {
    const key = newKey();
    const body = { name: 'Once', steps: [userMessage('one')] };
    const first = await post(workflows, key, body);
    expect(first.status).toBe(201);
    await api.ask('PATCH', `/api/workflows/${first.body.id}`, { body: { description: 'changed since' } });
    const again = await post(workflows, key, { steps: body.steps, name: 'Once' });
    expect(again).toMatchObject({ status: 201, text: first.text });
    for (const header of ['content-type', 'location', 'etag']) {
      expect(again.headers.get(header)).toBe(first.headers.get(header));
    }
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(first.headers.get('idempotency-replayed')).toBeNull();
  });

  it('refuses the same key with another body, and knows it apart on another path', async () => {
    const key = newKey();
    const first = await post(workflows, key, { name: 'Keyed' });
    expect(await post(workflows, key, { name: 'Keyed otherwise' })).toMatchObject({
      status: 409,
      body: { type: 'urn:baton:problem:idempotency-key-reused' },
    });
    const step = await post(`/api/workflows/${first.body.id}/steps`, key, userMessage('one'));
    expect(step.status).toBe(201);
  });

  it('does once what is sent many times at once, and says of the others that it is under way', async () => {
    const { body: workflow } = await post(workflows, newKey(), { name: 'Crowded' });
    const key = newKey();
    const path = `/api/workflows/${workflow.id}/steps`;
    const answers = await Promise.all(Array.from({ length: 6 }, () => post(path, key, userMessage('one'))));
    for (const { status, body, headers } of answers) {
      if (status === 201) continue;
      expect([status, body.type]).toEqual([409, 'urn:baton:problem:idempotency-key-in-use']);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect((await post(path, key, userMessage('one'))).status).toBe(201);
    const { body } = await api.ask<{ items: unknown[] }>('GET', path);
    expect(body.items).toHaveLength(1);
  });

  it('forgets what was refused, so that it can be sent again when it is right', async () => {
    const key = newKey();
    expect(await post(workflows, key, { name: '' })).toMatchObject({ status: 422 });
    expect(await post(workflows, key, { name: 'Right now' })).toMatchObject({ status: 201 });
  });

  it('makes nothing a second time when the process dies before it has kept the answer', async () => {
    const workflowKey = newKey();
    const cut = await cutOff(workflows, workflowKey, { name: 'Cut off' });
    const again = await post(workflows, workflowKey, { name: 'Cut off' });
    expect(again).toMatchObject({ status: 201, body: { id: cut.body.id } });

    const stepKey = newKey();
    const path = `/api/workflows/${cut.body.id}/steps`;
    const step = await cutOff(path, stepKey, userMessage('one'));
    expect(await post(path, stepKey, userMessage('one'))).toMatchObject({
      status: 201,
      body: { id: step.body.id },
    });
    const { body } = await api.ask<{ items: unknown[] }>('GET', path);
    expect(body.items).toHaveLength(1);
  });

  it('finds what an attempt has made that was cut off: a team, a member, who is in the team', async () => {
    const org = `/api/orgs/${testOrgId}`;
    const team = await repeatCutOff(`${org}/teams`, { name: 'Finance' });
    expect(await countOf(`${org}/teams`)).toBe(1);
    const member = await repeatCutOff(`${org}/members`, { userId: 'U0CUTOFF', role: 'admin' });
    const added = await repeatCutOff(`${org}/teams/${team}/members`, { memberId: member }, 200);
    expect(added).toBe(team);
    expect(await countOf(`${org}/teams/${team}/members`)).toBe(1);
  });

  it('does not take for its own a member who is there with another role', async () => {
    const members = `/api/orgs/${testOrgId}/members`;
    const key = newKey();
    const cut = await cutOff(members, key, { userId: 'U0OTHER', role: 'admin' });
    await api.ask('PATCH', `${members}/${cut.body.id}`, { body: { role: 'member' } });
    expect((await post(members, key, { userId: 'U0OTHER', role: 'admin' })).status).toBe(409);
  });

  it('says where the key and the plugin are whose secret was lost, and makes no second one', async () => {
    const org = `/api/orgs/${testOrgId}`;
    const team = await post(`${org}/teams`, newKey(), { name: 'Keys' });
    const bodies = {
      'api-keys': { name: 'CI', kind: 'team', teamId: team.body.id },
      plugins: { name: 'Cut', webhookUrl: 'https://example.com/', events: ['WORKFLOW_STEP_CREATED'] },
    };
    for (const [what, body] of Object.entries(bodies)) {
      const before = await countOf(`${org}/${what}`);
      const key = newKey();
      const cut = await cutOff(`${org}/${what}`, key, body);
      expect(cut.status).toBe(201);
      for (let attempt = 0; attempt < 2; attempt += 1) {
        const again = await post(`${org}/${what}`, key, body);
        expect(again).toMatchObject({ status: 409, body: { type: 'urn:baton:problem:secret-shown-once' } });
        expect(again.headers.get('location')).toBe(cut.headers.get('location'));
        expect(again.headers.get('location')).toContain(cut.body.id);
      }
      expect(await countOf(`${org}/${what}`)).toBe(before + 1);
    }
  });

  async function repeatCutOff(path: string, body: unknown, status = 201): Promise<string> {
    const key = newKey();
    const cut = await cutOff(path, key, body);
    const again = await post(path, key, body);
    expect([cut.status, again.status]).toEqual([status, status]);
    expect(again.text).toBe(cut.text);
    return again.body.id;
  }
  async function countOf(path: string): Promise<number> {
    return (await api.ask<{ items: unknown[] }>('GET', path)).body.items.length;
  }

  it('moves a task no second time when it is not known whether the first was done', async () => {
    const { id: workflowId } = await api.createWorkflow([
      wait('a', { signal: 'go' }),
      wait('b', { signal: 'go' }),
    ]);
    const started = await api.ask<{ id: string }>('POST', `/api/workflows/${workflowId}/executions`, {
      body: {},
    });
    const task = `/api/workflows/executions/${started.body.id}`;
    const key = newKey();
    await cutOff(`${task}/signal`, key, { name: 'go' });
    const again = await post(`${task}/signal`, key, { name: 'go' });
    expect(again).toMatchObject({ status: 409, body: { type: 'urn:baton:problem:outcome-unknown' } });
    expect(await post(`${task}/signal`, key, { name: 'go' })).toMatchObject({ status: 409 });
    const { body } = await api.ask<{ items: { stepName: string; status: string }[] }>('GET', `${task}/stack`);
    expect(body.items.map(({ stepName, status }) => [stepName, status])).toEqual([
      ['a', 'COMPLETED'],
      ['b', 'STARTED'],
    ]);
  });

  it('signals once, however often it is sent', async () => {
    const { id: workflowId } = await api.createWorkflow([
      wait('a', { signal: 'go' }),
      wait('b', { signal: 'go' }),
    ]);
    const started = await api.ask<{ id: string }>('POST', `/api/workflows/${workflowId}/executions`, {
      body: {},
    });
    const path = `/api/workflows/executions/${started.body.id}/signal`;
    const key = newKey();
    const first = await post(path, key, { name: 'go' });
    expect(first.status).toBe(200);
    expect((await post(path, key, { name: 'go' })).text).toBe(first.text);
  });

  it('keeps no secret: it says that it was shown once', async () => {
    const body = {
      name: 'Receiver',
      description: 'x',
      events: ['WORKFLOW_EXECUTION_STARTED'],
      type: 'WORKFLOW_EVENT_HANDLER',
      webhookUrl: 'https://example.com/hook',
    };
    const key = newKey();
    const path = `/api/orgs/${testOrgId}/plugins`;
    const first = await api.ask<{ id: string; secret: string }>('POST', path, {
      body,
      headers: { 'idempotency-key': key },
    });
    expect(first).toMatchObject({ status: 201, body: { secret: expect.stringMatching(/^whsec_/) } });
    const again = await post(path, key, body);
    expect(again).toMatchObject({ status: 409, body: { type: 'urn:baton:problem:secret-shown-once' } });
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    const stored = await nativeCollection(api.database, 'idempotency').find().toArray();
    expect(JSON.stringify(stored)).not.toContain(first.body.secret.slice(8));
  });
});
