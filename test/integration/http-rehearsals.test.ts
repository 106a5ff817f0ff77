import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { JsonObject } from '../../src/domain/json.ts';
import { human, prompt, testOrgId, userMessage } from '../support/builders.ts';
import { type Answer, createHttpFixture, type HttpFixture } from '../support/http-fixture.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

interface ScenarioAnswer {
  name: string;
  result: { passed: boolean; problem: string | null };
}

describe.skipIf(isMongoMissing())('rehearsals over HTTP', () => {
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

  const steps = [
    prompt('extract', {
      outputSchema: { type: 'object', properties: { risk: { enum: ['low', 'high'] } }, required: ['risk'] },
      handoffs: [
        { condition: 'risky', when: { properties: { risk: { const: 'high' } } }, to: 'review' },
        { condition: 'default', to: 'tell' },
      ],
    }),
    human('review', { assignees: ['@legal'], deadline: { after: '2d', then: 'fail' } }),
    userMessage('tell'),
  ];

  async function create(): Promise<string> {
    const body = { name: `Rehearsed ${made++}`, steps };
    const { body: workflow } = await api.ask<{ id: string }>('POST', `/api/orgs/${testOrgId}/workflows`, {
      body,
    });
    return `/api/workflows/${workflow.id}`;
  }

  const rejects: JsonObject = {
    name: 'Legal says no',
    moves: [
      { type: 'answer', output: { risk: 'high' } },
      { type: 'decide', outcome: 'rejected', comment: 'Too risky' },
    ],
    expect: { status: 'COMPLETED', path: ['extract', 'review'] },
  };

  it('tries everything that may happen', async () => {
    const answer = await api.ask('POST', `${await create()}/simulate`, { body: {} });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      kind: 'automatic',
      isComplete: true,
      handoffs: { covered: 5, total: 5 },
    });
  });

  it('plays a task with given moves, and nothing of it is there afterwards', async () => {
    const path = await create();
    const moves = [...(rejects['moves'] as JsonObject[]), { type: 'wait', for: '1d' }];
    const answer = await api.ask('POST', `${path}/simulate`, { body: { moves } });
    expect(answer.body).toMatchObject({
      kind: 'scripted',
      end: { status: 'COMPLETED', at: null, path: ['extract', 'review'] },
      refused: { index: 2 },
    });
    const { body: executions } = await api.ask<{ items: unknown[] }>('GET', `${path}/executions`);
    expect(executions.items).toEqual([]);
    expect(api.performer.performed).toEqual([]);
  });

  it.each([
    [{ moves: [{ type: 'fly' }] }, 'moves/0/type'],
    [{ moves: [{ type: 'decide', outcome: 'approved', colour: 1 }] }, 'moves/0/colour'],
    [{ inputs: 7 }, 'inputs'],
    [{ other: 1 }, 'other'],
    [{ moves: [], inputs: { a: 1 } }, 'inputs'],
  ])('refuses %j, naming the place', async (body, expected) => {
    const { body: workflow } = await api.ask<{ id: string }>('POST', `/api/orgs/${testOrgId}/workflows`, {
      body: { name: `Strict ${made++}`, inputsSchema: { type: 'object', additionalProperties: false } },
    });
    const answer: Answer<{ errors?: { path: string }[] }> = await api.ask(
      'POST',
      `/api/workflows/${workflow.id}/simulate`,
      { body },
    );
    expect(answer.status).toBe(422);
    expect(answer.body.errors?.map(({ path }) => path)).toContain(expected);
  });

  it('keeps scenarios with the workflow, and runs them again when the workflow is changed', async () => {
    const path = await create();
    const added = await api.ask<ScenarioAnswer>('POST', `${path}/scenarios`, { body: rejects });
    expect(added).toMatchObject({ status: 201, body: { result: { passed: true, problem: null } } });
    const again = await api.ask('POST', `${path}/scenarios`, { body: rejects });
    expect(again.status).toBe(409);

    const { body: workflow } = await api.ask<{ revision: number; steps: { id: string }[] }>('GET', path);
    expect(workflow.revision).toBe(1);
    const [, review] = workflow.steps;
    const handoffs = [
      { condition: 'approved', to: 'tell' },
      { condition: 'rejected', to: 'tell' },
    ];
    await api.ask('PATCH', `${path}/steps/${review?.id}`, { body: { handoffs } });
    const list = await api.ask<{ items: ScenarioAnswer[] }>('GET', `${path}/scenarios`);
    expect(list.body.items).toMatchObject([
      {
        name: 'Legal says no',
        result: { passed: false, problem: 'It is to end as COMPLETED, and it is RUNNING at "tell".' },
      },
    ]);

    const gone = await api.ask('DELETE', `${path}/scenarios/${encodeURIComponent('Legal says no')}`);
    expect(gone.status).toBe(204);
    const missing = await api.ask('DELETE', `${path}/scenarios/Legal`);
    expect(missing.status).toBe(404);
    expect((await api.ask<{ items: unknown[] }>('GET', `${path}/scenarios`)).body.items).toEqual([]);
  });

  it('sends scenarios along with the definition file, and takes them from one', async () => {
    const path = await create();
    await api.ask('POST', `${path}/scenarios`, { body: rejects });
    const headers = { accept: 'application/yaml' };
    const { text } = await api.ask('GET', `${path}/definition`, { headers });
    const file = parse(text) as JsonObject & { scenarios: JsonObject[] };
    expect(file.scenarios).toEqual([rejects]);
    const put = (body: object): Promise<Answer> => api.ask('PUT', `${path}/definition`, { body });
    expect(
      (await put({ ...file, scenarios: [...file.scenarios, { ...rejects, name: 'Again' }] })).status,
    ).toBe(200);
    const { scenarios: _none, ...without } = file;
    expect((await put(without)).status).toBe(200);
    const names = async (): Promise<string[]> => {
      const { body } = await api.ask<{ items: ScenarioAnswer[] }>('GET', `${path}/scenarios`);
      return body.items.map(({ name }) => name);
    };
    expect(await names()).toEqual(['Legal says no', 'Again']);
    expect((await put({ ...file, scenarios: [rejects, rejects] })).status).toBe(422);
    expect((await put({ ...file, scenarios: [] })).status).toBe(200);
    expect(await names()).toEqual([]);
  });

  it('loses no scenario of two that are added at the same moment', async () => {
    const path = await create();
    const names = ['a', 'b', 'c', 'd'];
    const answers = await Promise.all(
      names.map((name) => api.ask('POST', `${path}/scenarios`, { body: { ...rejects, name } })),
    );
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    const { body } = await api.ask<{ items: ScenarioAnswer[] }>('GET', `${path}/scenarios`);
    expect(body.items.map(({ name }) => name).sort()).toEqual(names);
  });
});
