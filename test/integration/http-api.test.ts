import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExecutionEvent, findChainBreak } from '../../src/domain/event.ts';
import { deriveId } from '../../src/domain/ids.ts';
import { human, person, testOrgId, userMessage, wait } from '../support/builders.ts';
import { adminKey, createHttpFixture, type HttpFixture, request } from '../support/http-fixture.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

interface Entity {
  id: string;
  [field: string]: unknown;
}
interface List<Item = Entity> {
  items: Item[];
  nextCursor: string | null;
}
interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  errors?: { path: string; message: string }[];
}

const onboardingSchema = {
  type: 'object',
  properties: {
    assignee: {
      type: 'object',
      properties: { name: { type: 'string' }, email: { type: 'string', format: 'email' } },
      required: ['name', 'email'],
      additionalProperties: false,
    },
    created_by: { type: 'string' },
  },
  required: ['assignee', 'created_by'],
  additionalProperties: false,
};
const onboardingInputs = {
  assignee: { name: 'Chi', email: 'chi@example.com' },
  created_by: 'Ana',
};
const executions = '/api/workflows/executions';

describe.skipIf(isMongoMissing())('the API', () => {
  let testDatabase: TestDatabase;
  let api: HttpFixture;

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    api = await createHttpFixture(testDatabase.uri);
  });
  afterAll(async () => {
    await api.close();
    await testDatabase.drop();
  });

  let made = 0;
  async function createWorkflow(more: Record<string, unknown> = {}): Promise<Entity> {
    const body = { orgId: testOrgId, name: `Workflow ${made++}`, ...more };
    const answer = await api.ask<Entity>('POST', '/api/workflows', { body });
    expect(answer).toMatchObject({ status: 201 });
    return answer.body;
  }
  async function startExecution(workflow: Entity, inputs: unknown = {}): Promise<Entity> {
    const answer = await api.ask<Entity>('POST', `/api/workflows/${workflow.id}/executions`, {
      body: { inputs },
    });
    expect(answer).toMatchObject({ status: 201 });
    return answer.body;
  }
  const completeStep = (executionId: string, body: unknown): ReturnType<typeof api.ask<Entity & Problem>> =>
    api.ask('POST', `${executions}/${executionId}/complete-step`, { body });

  it('takes an onboarding from its definition to its end', async () => {
    const created = await api.ask<Entity>('POST', '/api/workflows', {
      body: {
        orgId: testOrgId,
        name: 'Onboarding checklist',
        description: 'For new colleagues',
        inputsSchema: onboardingSchema,
      },
    });
    expect(created.status).toBe(201);
    expect(created.headers.get('location')).toBe(`/api/workflows/${created.body.id}`);
    expect(created.body).toMatchObject({
      orgId: testOrgId,
      teamId: null,
      name: 'Onboarding checklist',
      slug: 'onboarding-checklist',
      status: 'ACTIVE',
      revision: 1,
      inputsSchema: onboardingSchema,
      steps: [],
      createdAt: '2026-03-02T09:00:00.000Z',
    });
    expect(created.body.id).toMatch(/^[0-9a-f]{24}$/);
    const workflow = `/api/workflows/${created.body.id}`;

    const steps: Entity[] = [];
    for (const name of ['laptop', 'accounts', 'welcome']) {
      const step = {
        name,
        description: `Step ${name}`,
        type: 'USER_MESSAGE',
        inputsTemplate: { message: `{{inputs.assignee.name}}: ${name}` },
      };
      const added = await api.ask<Entity>('POST', `${workflow}/steps`, { body: step });
      expect(added.status).toBe(201);
      expect(added.body).toEqual({
        ...step,
        id: expect.any(String),
        isFirstStep: name === 'laptop',
        nextId: null,
      });
      steps.push(added.body);
    }
    const listed = await api.ask<List>('GET', `${workflow}/steps`);
    expect(listed.body).toEqual({
      items: steps.map((step, index) => ({ ...step, nextId: steps[index + 1]?.id ?? null })),
      nextCursor: null,
    });
    const read = await api.ask<Entity>('GET', workflow);
    expect(read.body).toMatchObject({ id: created.body.id, revision: 4, steps: listed.body.items });

    const refused = await api.ask<Problem>('POST', `${workflow}/executions`, {
      body: { inputs: { created_by: 'Ana' } },
    });
    expect(refused.status).toBe(422);
    expect(refused.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(refused.body).toMatchObject({
      type: 'urn:baton:problem:inputs-invalid',
      title: 'Inputs invalid',
      status: 422,
      detail: expect.stringContaining('assignee'),
      errors: [{ path: 'assignee', message: 'is required' }],
    });

    const started = await api.ask<Entity>('POST', `${workflow}/executions`, {
      body: { inputs: onboardingInputs },
    });
    expect(started.status).toBe(201);
    expect(started.headers.get('location')).toBe(`${executions}/${started.body.id}`);
    expect(started.body).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      workflowId: created.body.id,
      orgId: testOrgId,
      revision: 4,
      status: 'RUNNING',
      pointer: steps[0]?.id,
      context: { inputs: onboardingInputs, steps: expect.any(Object) },
      startedBy: { kind: 'key', keyId: 'admin', name: 'admin key' },
      failure: null,
      createdAt: '2026-03-02T09:00:00.000Z',
      updatedAt: '2026-03-02T09:00:00.000Z',
      endedAt: null,
      expiresAt: '2027-03-02T09:00:00.000Z',
    });
    const execution = `${executions}/${started.body.id}`;
    expect((await api.ask('GET', execution)).body).toEqual(started.body);

    await completeStep(started.body.id, { stepName: 'laptop' });
    const afterTwo = await completeStep(started.body.id, {
      stepName: 'accounts',
      output: { login: 'chi' },
      comment: 'all set',
    });
    expect(afterTwo.status).toBe(200);
    expect(afterTwo.body).toMatchObject({
      status: 'RUNNING',
      pointer: steps[2]?.id,
      context: {
        steps: {
          laptop: { inputs: { message: 'Chi: laptop' } },
          accounts: { output: { login: 'chi' }, comment: 'all set' },
        },
      },
    });
    const last = await completeStep(started.body.id, { stepName: 'welcome' });
    expect(last.body).toMatchObject({ status: 'COMPLETED', pointer: null, endedAt: expect.any(String) });

    const stack = await api.ask<List>('GET', `${execution}/stack`);
    expect(stack.body.nextCursor).toBeNull();
    expect(stack.body.items.map(({ stepName, status }) => [stepName, status])).toEqual([
      ['laptop', 'COMPLETED'],
      ['accounts', 'COMPLETED'],
      ['welcome', 'COMPLETED'],
    ]);
    expect(Object.keys(stack.body.items[1] ?? {}).sort()).toEqual(
      `id index stepId stepName type visit status inputs assignees asks votes prefilled decisionDigest
       delegations unanswerable outcome condition output actor comment failure run undeliverable
       scheduledAt startedAt endedAt dueAt`
        .split(/\s+/)
        .sort(),
    );
    expect(stack.body.items[1]).toMatchObject({
      index: 1,
      visit: 1,
      assignees: ['chi@example.com'],
      output: { login: 'chi' },
      actor: { kind: 'key', keyId: 'admin' },
      comment: 'all set',
    });

    const logs = await api.ask<List<ExecutionEvent & { createdAt: string }>>('GET', `${execution}/logs`);
    expect(logs.body.items.map(({ type }) => type)).toEqual([
      'WORKFLOW_EXECUTION_STARTED',
      ...Array.from({ length: 3 }, () => [
        'WORKFLOW_STEP_EXECUTION_SCHEDULED',
        'WORKFLOW_STEP_EXECUTION_STARTED',
        'WORKFLOW_STEP_EXECUTION_COMPLETED',
      ]).flat(),
      'WORKFLOW_EXECUTION_COMPLETED',
    ]);
    const events = logs.body.items.map((event) => ({ ...event, createdAt: new Date(event.createdAt) }));
    expect(findChainBreak(events)).toBeNull();
  });

  it('creates a workflow with its steps under an org, and lists it', async () => {
    const body = { name: 'Refund', steps: [human('manager_ok'), userMessage('tell')] };
    const created = await api.ask<Entity & { steps: Entity[] }>('POST', `/api/orgs/${testOrgId}/workflows`, {
      body,
    });
    expect(created.status).toBe(201);
    const [first, second] = created.body.steps;
    expect(created.body.steps).toMatchObject([
      { name: 'manager_ok', isFirstStep: true, nextId: second?.id },
      { name: 'tell', isFirstStep: false, nextId: null },
    ]);
    expect(first?.id).not.toBe(second?.id);

    const list = await api.ask<List>('GET', `/api/orgs/${testOrgId}/workflows`);
    const { steps: _steps, ...withoutSteps } = created.body;
    expect(list.body.items).toContainEqual(withoutSteps);
    expect(list.body.nextCursor).toBeNull();
  });

  it.each([
    [
      'an org in the body where the path has it',
      `/api/orgs/${testOrgId}/workflows`,
      { orgId: testOrgId, name: 'x' },
      'orgId',
    ],
    ['no org at all', '/api/workflows', { name: 'x' }, 'orgId'],
    ['a team', '/api/workflows', { orgId: testOrgId, name: 'x', teamId: testOrgId }, 'teamId'],
    ['an unknown field', '/api/workflows', { orgId: testOrgId, name: 'x', color: 'red' }, 'color'],
    ['no name', '/api/workflows', { orgId: testOrgId }, 'name'],
    ['an empty name', '/api/workflows', { orgId: testOrgId, name: ' ' }, 'name'],
    ['a name that is no text', '/api/workflows', { orgId: testOrgId, name: 5 }, 'name'],
    [
      'an unknown type of step',
      '/api/workflows',
      { orgId: testOrgId, name: 'x', steps: [{ name: 'a', type: 'DANCE' }] },
      'steps/0/type',
    ],
    [
      'an unknown field of a step',
      '/api/workflows',
      { orgId: testOrgId, name: 'x', steps: [{ ...userMessage('a'), hue: 1 }] },
      'steps/0/hue',
    ],
    [
      'a step that brings an id',
      '/api/workflows',
      { orgId: testOrgId, name: 'x', steps: [{ ...userMessage('a'), id: testOrgId }] },
      'steps/0/id',
    ],
    [
      'two steps of one name',
      '/api/workflows',
      { orgId: testOrgId, name: 'x', steps: [userMessage('a'), userMessage('a')] },
      'steps/1/name',
    ],
    [
      'a schema that is none',
      '/api/workflows',
      { orgId: testOrgId, name: 'x', inputsSchema: { type: 'thing' } },
      'inputsSchema',
    ],
    [
      'a list for a schema',
      '/api/workflows',
      { orgId: testOrgId, name: 'x', inputsSchema: [] },
      'inputsSchema',
    ],
  ])('refuses a workflow with %s', async (_what, path, body, wrongPath) => {
    const answer = await api.ask<Problem>('POST', path, { body });
    expect(answer.status).toBe(422);
    expect(answer.body.errors?.map((error) => error.path)).toContain(wrongPath);
    expect(answer.body.detail).toContain(wrongPath);
  });

  it('refuses a workflow whose name is taken', async () => {
    await createWorkflow({ name: 'Only one' });
    const body = { orgId: testOrgId, name: 'only ONE' };
    const answer = await api.ask<Problem>('POST', '/api/workflows', { body });
    expect(answer).toMatchObject({ status: 409, body: { type: 'urn:baton:problem:name-taken' } });
  });

  it('names what is wrong in a new step by its path in the body', async () => {
    const workflow = await createWorkflow({ steps: [userMessage('first')] });
    const body = userMessage('second', { handoffs: [{ condition: 'default', to: 'nowhere' }] });
    const answer = await api.ask<Problem>('POST', `/api/workflows/${workflow.id}/steps`, { body });
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toMatchObject([{ path: 'handoffs/0/to' }]);
    expect(answer.body.detail).not.toContain('steps/1');
  });

  it('asks for all inputs that are required when none are sent', async () => {
    const workflow = await createWorkflow({ inputsSchema: onboardingSchema });
    for (const body of [undefined, {}, { inputs: {} }]) {
      const answer = await api.ask<Problem>('POST', `/api/workflows/${workflow.id}/executions`, { body });
      expect(answer.status).toBe(422);
      expect(answer.body.errors?.map(({ path }) => path)).toEqual(['assignee', 'created_by']);
    }
  });

  it('names the place inside an input that is wrong', async () => {
    const workflow = await createWorkflow({ inputsSchema: onboardingSchema });
    const inputs = { assignee: { name: 'Chi', email: 'chi' }, created_by: 'Ana', hue: 1 };
    const answer = await api.ask<Problem>('POST', `/api/workflows/${workflow.id}/executions`, {
      body: { inputs },
    });
    expect(answer.body.errors?.map(({ path }) => path).sort()).toEqual(['assignee/email', 'hue']);
  });

  it('pages through executions, newest first', async () => {
    const workflow = await createWorkflow({ steps: [userMessage('ask')] });
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) ids.unshift((await startExecution(workflow)).id);
    const path = `/api/workflows/${workflow.id}/executions`;
    const pages: string[][] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? '' : `&cursor=${cursor}`;
      const page = await api.ask<List>('GET', `${path}?limit=2${query}`);
      pages.push(page.body.items.map(({ id }) => id));
      cursor = page.body.nextCursor;
    } while (cursor !== null);
    expect(pages).toEqual([ids.slice(0, 2), ids.slice(2, 4), ids.slice(4)]);

    await api.ask('POST', `${executions}/${ids[1]}/cancel`, { body: { reason: 'no longer' } });
    const cancelled = await api.ask<List>('GET', `${path}?status=CANCELLED`);
    expect(cancelled.body.items.map(({ id }) => id)).toEqual([ids[1]]);
  });

  it.each([
    'limit=0',
    'limit=51',
    'limit=many',
    'limit=1.5',
    'cursor=next',
    'status=LATE',
    'limit=1&limit=2',
    'page=2',
  ])('refuses a list with ?%s', async (query) => {
    const workflow = await createWorkflow();
    const answer = await api.ask('GET', `/api/workflows/${workflow.id}/executions?${query}`);
    expect(answer.status).toBe(422);
  });

  it('says who was first when a step is completed twice', async () => {
    const workflow = await createWorkflow({ steps: [userMessage('one'), userMessage('two')] });
    const { id } = await startExecution(workflow);
    await completeStep(id, { stepName: 'one' });
    const again = await completeStep(id, { stepName: 'one' });
    expect(again.status).toBe(409);
    expect(again.body).toMatchObject({ type: 'urn:baton:problem:already-done', title: 'Already done' });
    expect(again.body.detail).toContain('already completed by admin key at 2026-03-02T09:00:00.000Z');
  });

  it('says where a task is when another step of it is completed', async () => {
    const workflow = await createWorkflow({ steps: [userMessage('one'), userMessage('two')] });
    const { id } = await startExecution(workflow);
    const early = await completeStep(id, { stepName: 'two' });
    expect(early.status).toBe(409);
    expect(early.body.detail).toContain('"one"');
    const unknown = await completeStep(id, { stepName: 'three' });
    expect(unknown.status).toBe(422);
    expect(unknown.body.errors).toMatchObject([{ path: 'stepName' }]);
    expect(unknown.body.detail).toContain('one, two');
  });

  it('lets no key decide, whatever it sends', async () => {
    const workflow = await createWorkflow({ steps: [human('manager_ok')] });
    const { id } = await startExecution(workflow);
    for (const more of [{ outcome: 'approved' }, { outcome: 'no such' }, { output: { a: 1 } }, {}]) {
      const answer = await completeStep(id, { stepName: 'manager_ok', ...more });
      expect(answer).toMatchObject({ status: 403, body: { type: 'urn:baton:problem:person-required' } });
    }
    const { body } = await api.ask('GET', `${executions}/${id}`);
    expect(body).toMatchObject({ status: 'RUNNING' });
  });

  it('takes the handoff that an outcome names, and refuses one that is unknown', async () => {
    const handoffs = [
      { condition: 'later', to: 'complete' },
      { condition: 'default', to: 'two' },
    ];
    const workflow = await createWorkflow({ steps: [userMessage('one', { handoffs }), userMessage('two')] });
    const { id } = await startExecution(workflow);
    const wrong = await completeStep(id, { stepName: 'one', outcome: 'never' });
    expect(wrong).toMatchObject({ status: 422, body: { type: 'urn:baton:problem:unknown-outcome' } });
    const right = await completeStep(id, { stepName: 'one', outcome: 'later' });
    expect(right.body).toMatchObject({ status: 'COMPLETED' });
  });

  it('refuses an output that does not fit the step, with its paths', async () => {
    const outputSchema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] };
    const workflow = await createWorkflow({ steps: [userMessage('one', { outputSchema })] });
    const { id } = await startExecution(workflow);
    const wrong = await completeStep(id, { stepName: 'one', output: { n: 'x' } });
    expect(wrong.status).toBe(422);
    expect(wrong.body.errors).toMatchObject([{ path: 'output/n' }]);
    expect((await completeStep(id, { stepName: 'one', output: { n: 1 } })).status).toBe(200);
  });

  it('ends a wait with its signal', async () => {
    const workflow = await createWorkflow({ steps: [wait('hold', { signal: 'paid' })] });
    const { id } = await startExecution(workflow);
    const other = await api.ask('POST', `${executions}/${id}/signal`, { body: { name: 'shipped' } });
    expect(other).toMatchObject({ status: 200, body: { status: 'RUNNING' } });
    const body = { name: 'paid', payload: { amount: 5 } };
    const paid = await api.ask('POST', `${executions}/${id}/signal`, { body });
    expect(paid.body).toMatchObject({
      status: 'COMPLETED',
      context: { steps: { hold: { output: { amount: 5 } } } },
    });
    const late = await api.ask('POST', `${executions}/${id}/signal`, { body });
    expect(late.status).toBe(409);
  });

  it('cancels a task, once', async () => {
    const workflow = await createWorkflow({ steps: [userMessage('one'), userMessage('two')] });
    const { id } = await startExecution(workflow);
    const cancelled = await api.ask('POST', `${executions}/${id}/cancel`);
    expect(cancelled).toMatchObject({ status: 200, body: { status: 'CANCELLED', pointer: null } });
    const again = await api.ask('POST', `${executions}/${id}/cancel`, { body: {} });
    expect(again).toMatchObject({ status: 409, body: { type: 'urn:baton:problem:execution-ended' } });
    expect(await completeStep(id, { stepName: 'two' })).toMatchObject({ status: 409 });
  });

  it('retries only what has stopped', async () => {
    const workflow = await createWorkflow({
      steps: [userMessage('one', { inputsTemplate: { message: '{{inputs.who}}' } })],
      inputsSchema: { type: 'object' },
    });
    const stopped = await startExecution(workflow, {});
    expect(stopped).toMatchObject({ status: 'FAILED', failure: { code: 'template-value-missing' } });
    const refused = await completeStep(stopped.id, { stepName: 'one' });
    expect(refused).toMatchObject({ status: 409, body: { type: 'urn:baton:problem:execution-failed' } });
    const retried = await api.ask('POST', `${executions}/${stopped.id}/retry`, { body: {} });
    expect(retried).toMatchObject({ status: 200, body: { status: 'FAILED' } });

    const running = await startExecution(workflow, { who: 'Bo' });
    const early = await api.ask('POST', `${executions}/${running.id}/retry`, { body: {} });
    expect(early).toMatchObject({ status: 409, body: { type: 'urn:baton:problem:not-failed' } });
  });

  it('starts one task for one idempotency key, however often and from wherever it is sent', async () => {
    const workflow = await createWorkflow({ inputsSchema: { type: 'object' }, steps: [userMessage('one')] });
    const path = `/api/workflows/${workflow.id}/executions`;
    const send = (inputs: unknown): ReturnType<typeof api.ask<Entity>> =>
      api.ask('POST', path, { body: { inputs }, headers: { 'idempotency-key': 'order-17' } });
    const answers = await Promise.all([send({ a: 1, b: 2 }), send({ a: 1, b: 2 }), send({ b: 2, a: 1 })]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers[1]?.body).toEqual(answers[0]?.body);

    expect(await send({ a: 2 })).toMatchObject({
      status: 409,
      body: { type: 'urn:baton:problem:idempotency-key-reused' },
    });
    const elsewhere = await createWorkflow({ inputsSchema: { type: 'object' } });
    const other = await api.ask('POST', `/api/workflows/${elsewhere.id}/executions`, {
      body: { inputs: { a: 1, b: 2 } },
      headers: { 'idempotency-key': 'order-17' },
    });
    expect(other.status).toBe(409);
    const list = await api.ask<List>('GET', path);
    expect(list.body.items).toHaveLength(1);
  });

  it('lists and reads the org of the key', async () => {
    const org = {
      id: testOrgId,
      name: 'Acme',
      slackTeamId: 'T01ACME',
      createdAt: '2026-03-02T09:00:00.000Z',
      parkedBecause: null,
    };
    expect((await api.ask('GET', '/api/orgs')).body).toEqual({ items: [org], nextCursor: null });
    expect((await api.ask('GET', `/api/orgs/${testOrgId}`)).body).toEqual(org);
  });

  it('lets nobody in without the right key', async () => {
    const url = `${api.url}/api/orgs`;
    const missing = await request<Problem>(url, 'GET');
    expect(missing).toMatchObject({ status: 401, body: { type: 'urn:baton:problem:unauthenticated' } });
    expect(missing.headers.get('www-authenticate')).toBe('Bearer realm="baton"');
    expect(missing.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    const wrong = [
      'Bearer nope',
      `Bearer ${adminKey}x`,
      `Bearer ${adminKey.slice(1)}`,
      `Basic ${adminKey}`,
      'Bearer',
    ];
    for (const authorization of wrong) {
      const answer = await request(url, 'GET', { headers: { authorization } });
      expect(answer.status).toBe(401);
    }
    const right = await request(url, 'GET', { headers: { authorization: `bearer ${adminKey}` } });
    expect(right.status).toBe(200);
  });

  it('tells strangers nothing: neither which routes nor which ids exist', async () => {
    const workflow = await createWorkflow();
    for (const path of [`/api/workflows/${workflow.id}`, '/api/no/such/route', '/api']) {
      expect((await request(`${api.url}${path}`, 'GET')).status).toBe(401);
    }
  });

  it('knows nothing of another org', async () => {
    const otherOrg = deriveId('org', 'other');
    const theirs = await api.workflows.create({
      orgId: otherOrg,
      teamId: null,
      name: 'Theirs',
      description: '',
      inputsSchema: { type: 'object' },
      steps: [userMessage('one')],
      status: 'ACTIVE',
      createdBy: { kind: 'system' },
    });
    const workflowId = theirs.workflow.id;
    const task = await api.engine.start({
      orgId: otherOrg,
      workflowId,
      inputs: {},
      startedBy: { kind: 'person', userId: person('zoe').userId, name: 'zoe' },
      origin: { kind: 'api' },
      startKey: null,
    });
    const requests: [string, string, unknown?][] = [
      ['GET', `/api/workflows/${workflowId}`],
      ['GET', `/api/workflows/${workflowId}/steps`],
      ['POST', `/api/workflows/${workflowId}/steps`, userMessage('two')],
      ['GET', `/api/workflows/${workflowId}/executions`],
      ['POST', `/api/workflows/${workflowId}/executions`, { inputs: {} }],
      ['GET', `${executions}/${task.id}`],
      ['GET', `${executions}/${task.id}/stack`],
      ['GET', `${executions}/${task.id}/logs`],
      ['POST', `${executions}/${task.id}/complete-step`, { stepName: 'one' }],
      ['POST', `${executions}/${task.id}/cancel`, {}],
      ['POST', `${executions}/${task.id}/retry`, {}],
      ['POST', `${executions}/${task.id}/signal`, { name: 'go' }],
      ['GET', `/api/orgs/${otherOrg}`],
      ['GET', `/api/orgs/${otherOrg}/workflows`],
      ['POST', `/api/orgs/${otherOrg}/workflows`, { name: 'Mine' }],
      ['POST', '/api/workflows', { orgId: otherOrg, name: 'Mine' }],
    ];
    for (const [method, path, body] of requests) {
      const answer = await api.ask(method, path, { body });
      expect([method, path, answer.status]).toEqual([method, path, 404]);
    }
    const { state } = await api.engine.read(otherOrg, task.id);
    expect(state).toMatchObject({ v: task.v, status: 'RUNNING' });
  });
});
