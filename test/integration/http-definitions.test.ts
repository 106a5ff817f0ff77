import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { human, testOrgId, userMessage } from '../support/builders.ts';
import { type Answer, createHttpFixture, type HttpFixture } from '../support/http-fixture.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

interface Step {
  id: string;
  name: string;
  isFirstStep: boolean;
  nextId: string | null;
  handoffs?: { condition: string; to: string }[];
  [field: string]: unknown;
}
interface Workflow {
  id: string;
  name: string;
  status: string;
  revision: number;
  postTo: string;
  steps: Step[];
}
interface Problem {
  type: string;
  detail: string;
  errors?: { path: string; message: string }[];
}

describe.skipIf(isMongoMissing())('changing workflows and steps', () => {
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

  let made = 0;
  async function create(steps: unknown[] = [], more = {}): Promise<Answer<Workflow>> {
    const body = { name: `Definition ${made++}`, steps, ...more };
    const answer = await api.ask<Workflow>('POST', `/api/orgs/${testOrgId}/workflows`, { body });
    expect(answer).toMatchObject({ status: 201 });
    return answer;
  }
  const three = (): unknown[] => [
    human('ok', {
      handoffs: [
        { condition: 'approved', to: 'tell' },
        { condition: 'rejected', to: 'complete' },
      ],
    }),
    userMessage('tell'),
    userMessage('archive_it'),
  ];
  async function stepsOf(workflowId: string): Promise<Step[]> {
    return (await api.ask<{ items: Step[] }>('GET', `/api/workflows/${workflowId}/steps`)).body.items;
  }

  it('changes what is sent of a workflow, in one revision, and nothing else', async () => {
    const { body: before } = await create(three());
    const path = `/api/workflows/${before.id}`;
    const body = { name: `Renamed ${before.id}`, description: 'new', status: 'PAUSED', postTo: 'starter' };
    expect(before.postTo).toBe('origin');
    const changed = await api.ask<Workflow>('PATCH', path, { body });
    expect(changed).toMatchObject({
      status: 200,
      body: { ...body, revision: 2, slug: `renamed-${before.id}` },
    });
    expect(changed.body.steps).toEqual(before.steps);
    expect((await api.ask('GET', path)).body).toEqual(changed.body);

    const same = await api.ask<Workflow>('PATCH', path, { body });
    expect(same.body.revision).toBe(2);
    const active = await api.ask<Workflow>('PATCH', path, { body: { status: 'ACTIVE' } });
    expect(active.body).toMatchObject({ status: 'ACTIVE', revision: 2 });
  });

  it('starts nothing while a workflow is paused, and lets what runs go on', async () => {
    const { body: workflow } = await create([userMessage('one')]);
    const path = `/api/workflows/${workflow.id}`;
    const running = await api.ask<{ id: string }>('POST', `${path}/executions`, { body: {} });
    await api.ask('PATCH', path, { body: { status: 'PAUSED' } });
    const refused = await api.ask<Problem>('POST', `${path}/executions`, { body: {} });
    expect(refused).toMatchObject({ status: 409, body: { type: 'urn:baton:problem:workflow-paused' } });
    expect(refused.body.detail).toBe(
      "This workflow is paused. Tasks already running keep going, but new ones won't start until you activate it.",
    );
    const done = await api.ask('POST', `/api/workflows/executions/${running.body.id}/complete-step`, {
      body: { stepName: 'one' },
    });
    expect(done).toMatchObject({ status: 200, body: { status: 'COMPLETED' } });
  });

  it.each([
    ['an unknown field', { color: 1 }, 'color'],
    ['the steps', { steps: [] }, 'steps'],
    ['a place that is none', { postTo: '#general' }, 'postTo'],
    ['an archived status', { status: 'ARCHIVED' }, 'status'],
    ['an empty name', { name: ' ' }, 'name'],
    ['a schema that is none', { inputsSchema: { type: 'thing' } }, 'inputsSchema'],
    ['a team that there is not', { teamId: 'f'.repeat(24) }, 'teamId'],
    ['a list for a name', { name: ['x'] }, 'name'],
  ])('refuses to change a workflow by %s', async (_what, body, path) => {
    const { body: workflow } = await create();
    const answer = await api.ask<Problem>('PATCH', `/api/workflows/${workflow.id}`, { body });
    expect(answer.status).toBe(422);
    expect(answer.body.errors?.map((error) => error.path)).toContain(path);
  });

  it('archives a workflow: it is gone, its name is free, and its tasks can be read', async () => {
    const { body: workflow } = await create([userMessage('one')]);
    const path = `/api/workflows/${workflow.id}`;
    const running = await api.ask<{ id: string }>('POST', `${path}/executions`, { body: {} });
    expect(await api.ask('DELETE', path)).toMatchObject({ status: 204, text: '' });
    for (const method of ['GET', 'DELETE'])
      expect(await api.ask(method, path)).toMatchObject({ status: 404 });
    expect(await api.ask('POST', `${path}/executions`, { body: {} })).toMatchObject({ status: 404 });
    expect(await api.ask('GET', `/api/workflows/executions/${running.body.id}`)).toMatchObject({
      status: 200,
    });
    const again = { body: { name: workflow.name } };
    expect(await api.ask('POST', `/api/orgs/${testOrgId}/workflows`, again)).toMatchObject({ status: 201 });
  });

  it('changes one field of a step, takes one away, and leaves the others', async () => {
    const { body: workflow } = await create([userMessage('one', { description: 'first' })]);
    const [step] = workflow.steps;
    const path = `/api/workflows/${workflow.id}/steps/${step?.id}`;
    expect((await api.ask('GET', path)).body).toEqual(step);
    const body = { description: null, inputsTemplate: { message: 'Anew' } };
    const changed = await api.ask<Step>('PATCH', path, { body });
    const { description: _gone, ...rest } = step ?? { description: null };
    expect(changed).toMatchObject({ status: 200 });
    expect(changed.body).toEqual({ ...rest, inputsTemplate: { message: 'Anew' } });
    expect((await api.ask('GET', path)).body).toEqual(changed.body);
  });

  it('lets the handoffs follow when a step is renamed', async () => {
    const { body: workflow } = await create(three());
    const path = `/api/workflows/${workflow.id}/steps/${workflow.steps[1]?.id}`;
    expect(await api.ask('PATCH', path, { body: { name: 'inform' } })).toMatchObject({ status: 200 });
    const [ok] = await stepsOf(workflow.id);
    expect(ok?.handoffs?.map(({ to }) => to)).toEqual(['inform', 'complete']);
  });

  it.each([
    ['its id', { id: 'f'.repeat(24) }, 'id'],
    ['its place', { isFirstStep: true }, 'isFirstStep'],
    ['what comes next', { nextId: null }, 'nextId'],
    ['an unknown field', { hue: 3 }, 'hue'],
    ['a name that is taken', { name: 'tell' }, 'name'],
    ['another type that lacks what it needs', { type: 'WAIT' }, 'assignees'],
    ['no name', { name: null }, 'name'],
    ['a handoff to nowhere', { handoffs: [{ condition: 'approved', to: 'moon' }] }, 'handoffs/0/to'],
  ])('refuses to change a step by %s, and names the place', async (_what, body, path) => {
    const { body: workflow } = await create(three());
    const stepPath = `/api/workflows/${workflow.id}/steps/${workflow.steps[0]?.id}`;
    const answer = await api.ask<Problem>('PATCH', stepPath, { body });
    expect(answer.status).toBe(422);
    expect(answer.body.errors?.map((error) => error.path)).toContain(path);
    expect((await api.ask<Workflow>('GET', `/api/workflows/${workflow.id}`)).body.revision).toBe(1);
  });

  it.each(['isFirstStep', 'nextId'])('refuses a new step that brings %s', async (field) => {
    const { body: workflow } = await create();
    const body = { ...userMessage('one'), [field]: null };
    const answer = await api.ask<Problem>('POST', `/api/workflows/${workflow.id}/steps`, { body });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: field }] } });
  });

  it('deletes a step that handoffs lead to only with a word on where they shall lead', async () => {
    const { body: workflow } = await create(three());
    const [, tell] = workflow.steps;
    const path = `/api/workflows/${workflow.id}/steps/${tell?.id}`;
    const refused = await api.ask<Problem>('DELETE', path);
    expect(refused).toMatchObject({ status: 409, body: { type: 'urn:baton:problem:step-in-use' } });
    expect(refused.body.detail).toContain('"ok"');
    expect(await api.ask('DELETE', `${path}?redirectTo=moon`)).toMatchObject({ status: 422 });
    expect(await api.ask('DELETE', `${path}?redirectTo=tell`)).toMatchObject({ status: 422 });
    expect(await api.ask('DELETE', `${path}?redirectTo=archive_it`)).toMatchObject({ status: 204 });
    const left = await stepsOf(workflow.id);
    expect(left.map(({ name }) => name)).toEqual(['ok', 'archive_it']);
    expect(left[0]?.handoffs?.map(({ to }) => to)).toEqual(['archive_it', 'complete']);
    expect(await api.ask('DELETE', path)).toMatchObject({ status: 404 });
  });

  it('orders steps anew: the first is the first', async () => {
    const { body: workflow } = await create(three());
    const path = `/api/workflows/${workflow.id}/steps/order`;
    const ids = workflow.steps.map(({ id }) => id);
    const stepIds = [ids[2], ids[0], ids[1]];
    const ordered = await api.ask<{ items: Step[] }>('PUT', path, { body: { stepIds } });
    expect(ordered.status).toBe(200);
    expect(ordered.body.items.map(({ id, isFirstStep, nextId }) => [id, isFirstStep, nextId])).toEqual([
      [ids[2], true, ids[0]],
      [ids[0], false, ids[1]],
      [ids[1], false, null],
    ]);
    for (const wrong of [
      [],
      ids.slice(1),
      [...ids, ids[0]],
      [ids[0], ids[0], ids[1]],
      ['x', ids[0], ids[1]],
    ]) {
      const answer = await api.ask<Problem>('PUT', path, { body: { stepIds: wrong } });
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: 'stepIds' }] } });
    }
  });

  it('lets no editor overwrite what another has changed meanwhile', async () => {
    const created = await create(three());
    const { id, steps } = created.body;
    const etag = created.headers.get('etag') ?? '';
    expect(etag).toBe('"1-active"');
    const workflow = `/api/workflows/${id}`;
    const step = `${workflow}/steps/${steps[0]?.id}`;
    for (const path of [workflow, `${workflow}/steps`, step]) {
      expect((await api.ask('GET', path)).headers.get('etag')).toBe(etag);
    }
    const headers = { 'if-match': etag };
    const first = await api.ask('PATCH', step, { body: { description: 'mine' }, headers });
    expect(first.status).toBe(200);
    expect(first.headers.get('etag')).toBe('"2-active"');

    const late: [string, string, unknown?][] = [
      ['PATCH', workflow, { description: 'theirs' }],
      ['PATCH', workflow, { status: 'PAUSED' }],
      ['DELETE', workflow],
      ['POST', `${workflow}/steps`, userMessage('four')],
      ['PATCH', step, { description: 'theirs' }],
      ['DELETE', step],
      ['PUT', `${workflow}/steps/order`, { stepIds: steps.map((one) => one.id).toReversed() }],
    ];
    for (const [method, path, body] of late) {
      const answer = await api.ask<Problem>(method, path, { body, headers });
      expect([method, path, answer.status]).toEqual([method, path, 412]);
      expect(answer.body.detail).toContain('"2-active"');
    }
    const now = await api.ask<Workflow>('GET', workflow);
    expect(now.body).toMatchObject({
      status: 'ACTIVE',
      revision: 2,
      steps: [{ description: 'mine' }, {}, {}],
    });

    for (const tag of ['*', '"9-x", "2-active"', 'W/"2-active"']) {
      const answer = await api.ask('PATCH', workflow, { body: {}, headers: { 'if-match': tag } });
      expect(answer.status).toBe(200);
    }
    await api.ask('PATCH', workflow, { body: { status: 'PAUSED' }, headers: { 'if-match': '"2-active"' } });
    const stale = await api.ask('PATCH', workflow, {
      body: { status: 'ACTIVE' },
      headers: { 'if-match': '"2-active"' },
    });
    expect(stale.status).toBe(412);
  });

  it('keeps every one of many steps that are added at once', async () => {
    const { body: workflow } = await create();
    const names = ['a', 'b', 'c', 'd'];
    const path = `/api/workflows/${workflow.id}/steps`;
    const answers = await Promise.all(
      names.map((name) => api.ask('POST', path, { body: userMessage(name) })),
    );
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect((await stepsOf(workflow.id)).map(({ name }) => name).sort()).toEqual(names);
  });

  it('lists more workflows than one answer holds, each once', async () => {
    const names = Array.from({ length: 7 }, (_, index) => `Paged ${index % 3} ${index}`);
    for (const name of names) await create([], { name });
    const found: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const page = await api.ask<{ items: Workflow[]; nextCursor: string | null }>(
        'GET',
        `/api/orgs/${testOrgId}/workflows?limit=3${query}`,
      );
      expect(page.status).toBe(200);
      found.push(...page.body.items.map(({ name }) => name));
      cursor = page.body.nextCursor;
    }
    expect(found).toEqual([...new Set(found)]);
    expect(found.filter((name) => name.startsWith('Paged'))).toEqual(names.toSorted());
    for (const query of ['limit=0', 'cursor=x', 'cursor=bnVsbA', 'status=ARCHIVED', 'sort=name']) {
      expect(await api.ask('GET', `/api/orgs/${testOrgId}/workflows?${query}`)).toMatchObject({
        status: 422,
      });
    }
  });
});
