import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { human, testOrgId, userMessage, wait } from '../support/builders.ts';
import { createHttpFixture, type HttpFixture } from '../support/http-fixture.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

interface Execution {
  id: string;
  status: string;
  pointer: string | null;
  context: { inputs: unknown; steps: Record<string, unknown> };
}
interface List<Item> {
  items: Item[];
  nextCursor: string | null;
}
interface Problem {
  type: string;
  detail: string;
  errors?: { path: string; message: string }[];
}

const executions = '/api/workflows/executions';

describe.skipIf(isMongoMissing())('executions over the API', () => {
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

  async function start(workflowId: string, inputs = {}): Promise<Execution> {
    const answer = await api.ask<Execution>('POST', `/api/workflows/${workflowId}/executions`, {
      body: { inputs },
    });
    expect(answer).toMatchObject({ status: 201 });
    return answer.body;
  }
  const steer = (id: string, verb: string, body: unknown): ReturnType<typeof api.ask<Execution & Problem>> =>
    api.ask('POST', `${executions}/${id}/${verb}`, { body });

  it('lists by who started, who is waited for, when, and where they are', async () => {
    const { id: workflowId } = await api.createWorkflow([userMessage('one'), human('two')]);
    const first = await start(workflowId);
    await steer(first.id, 'complete-step', { stepName: 'one' });
    api.clock.advance(60_000);
    const between = api.clock.now().toISOString();
    api.clock.advance(60_000);
    const second = await start(workflowId);
    const path = `/api/workflows/${workflowId}/executions`;
    const at = (await api.ask<Execution>('GET', `${executions}/${first.id}`)).body.pointer ?? '';
    const rows: [string, string[]][] = [
      ['', [second.id, first.id]],
      ['startedBy=admin', [second.id, first.id]],
      ['startedBy=U0ANA', []],
      ['waitingFor=U0BO', [first.id]],
      ['waitingFor=U0CHI', [second.id]],
      [`pointer=${at}`, [first.id]],
      [`createdAfter=${between}`, [second.id]],
      [`createdBefore=${between}`, [first.id]],
      [`createdBefore=${encodeURIComponent('2026-03-02T10:02:00+01:00')}&status=RUNNING`, [first.id]],
    ];
    for (const [query, expected] of rows) {
      const answer = await api.ask<List<Execution>>('GET', `${path}?${query}`);
      expect([query, answer.status]).toEqual([query, 200]);
      expect([query, answer.body.items.map(({ id }) => id)]).toEqual([query, expected]);
    }
    for (const query of [
      'createdAfter=yesterday',
      'createdAfter=2026-02-30T00:00:00Z',
      'pointer=',
      'startedBy[$ne]=x',
    ]) {
      expect([query, (await api.ask('GET', `${path}?${query}`)).status]).toEqual([query, 422]);
    }
  });

  it('pages through a stack and a log, each entry once', async () => {
    const { id: workflowId } = await api.createWorkflow([
      userMessage('a'),
      userMessage('b'),
      userMessage('c'),
    ]);
    const { id } = await start(workflowId);
    for (const stepName of ['a', 'b', 'c']) await steer(id, 'complete-step', { stepName });
    for (const [what, count] of [
      ['stack', 3],
      ['logs', 11],
    ] as const) {
      const found: string[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
        const page = await api.ask<List<{ id: string }>>(
          'GET',
          `${executions}/${id}/${what}?limit=2${query}`,
        );
        expect(page.status).toBe(200);
        found.push(...page.body.items.map((item) => item.id));
        cursor = page.body.nextCursor;
      }
      expect(new Set(found).size).toBe(count);
      expect(found).toHaveLength(count);
      expect((await api.ask('GET', `${executions}/${id}/${what}?cursor=x`)).status).toBe(422);
    }
  });

  it('completes at once without steps', async () => {
    const { id: workflowId } = await api.createWorkflow([]);
    expect(await start(workflowId)).toMatchObject({ status: 'COMPLETED', pointer: null });
  });

  it('sends a task to another step, to its end, and says in the log who did and why', async () => {
    const { id: workflowId } = await api.createWorkflow([userMessage('a'), userMessage('b')]);
    const { id } = await start(workflowId);
    const moved = await steer(id, 'reroute', { to: 'b', reason: 'a is not needed' });
    expect(moved).toMatchObject({ status: 200, body: { status: 'RUNNING' } });
    const stack = await api.ask<List<{ stepName: string; status: string }>>(
      'GET',
      `${executions}/${id}/stack`,
    );
    expect(stack.body.items.map(({ stepName, status }) => [stepName, status])).toEqual([
      ['a', 'CANCELLED'],
      ['b', 'STARTED'],
    ]);
    expect((await steer(id, 'reroute', { to: 'nowhere' })).body.detail).toContain('a, b, complete');
    expect(await steer(id, 'reroute', { to: 'complete' })).toMatchObject({ body: { status: 'COMPLETED' } });
    expect(await steer(id, 'reroute', { to: 'a' })).toMatchObject({ status: 409 });
    const logs = await api.ask<List<{ type: string; actor: unknown; data: unknown }>>(
      'GET',
      `${executions}/${id}/logs`,
    );
    expect(logs.body.items.find(({ type }) => type === 'WORKFLOW_EXECUTION_REROUTED')).toMatchObject({
      actor: { kind: 'key', keyId: 'admin' },
      data: { from: 'a', to: 'b', reason: 'a is not needed' },
    });
  });

  it('retries what has stopped from the step, and from the start with the same inputs', async () => {
    const { id: workflowId } = await api.createWorkflow([
      userMessage('a'),
      userMessage('b', { inputsTemplate: { message: '{{steps.a.output.total}}' } }),
    ]);
    const { id } = await start(workflowId, { order: 7 });
    expect(await steer(id, 'complete-step', { stepName: 'a' })).toMatchObject({ body: { status: 'FAILED' } });
    expect(await steer(id, 'retry', {})).toMatchObject({ status: 200, body: { status: 'FAILED' } });
    const again = await steer(id, 'retry', { from: 'start' });
    expect(again).toMatchObject({
      status: 200,
      body: { status: 'RUNNING', context: { inputs: { order: 7 } } },
    });
    expect(Object.keys(again.body.context.steps)).toEqual(['a']);
    const done = await steer(id, 'complete-step', { stepName: 'a', output: { total: 1 } });
    expect(done.body.status).toBe('RUNNING');
    expect(await steer(id, 'retry', { from: 'middle' })).toMatchObject({ status: 422 });
  });

  it('asks others instead', async () => {
    const { id: workflowId } = await api.createWorkflow([human('ok', { assignees: ['U0BO'] })]);
    const { id } = await start(workflowId);
    expect(await steer(id, 'reassign', { to: ['U0DAN'], note: 'Bo is away' })).toMatchObject({ status: 200 });
    const path = `/api/workflows/${workflowId}/executions`;
    const byDan = await api.ask<List<Execution>>('GET', `${path}?waitingFor=U0DAN`);
    expect(byDan.body.items.map((item) => item.id)).toEqual([id]);
    expect((await api.ask<List<Execution>>('GET', `${path}?waitingFor=U0BO`)).body.items).toEqual([]);
    for (const to of [[], ['nobody at all'], 'U0DAN', ['']]) {
      expect((await steer(id, 'reassign', { to })).status).toBe(422);
    }
  });

  const branches = Array.from({ length: 5_000 }, (_, index) => ({ const: index }));
  const hostile: [string, unknown, unknown, number][] = [
    ['a nested repetition', { properties: { a: { pattern: '^(a+)+$' } } }, `${'a'.repeat(28)}!`, 422],
    ['thousands of branches', { properties: { a: { anyOf: branches.slice(0, 3_000) } } }, -1, 422],
    ['a slow format', { properties: { a: { format: 'url' } } }, `http://${'a:@'.repeat(80_000)}`, 422],
    [
      'a reference that doubles',
      {
        properties: { a: { $ref: '#/definitions/d30' } },
        definitions: Object.fromEntries(
          Array.from({ length: 31 }, (_, index) => [
            `d${index}`,
            index === 0
              ? {}
              : { allOf: Array.from({ length: 2 }, () => ({ $ref: `#/definitions/d${index - 1}` })) },
          ]),
        ),
      },
      1,
      422,
    ],
    ['an inherited name', { required: ['constructor'] }, 1, 422],
  ];
  it.each(hostile)('goes on while a schema is hostile: %s', async (_what, schema, value, expected) => {
    const body = { name: `Hostile ${_what}`, inputsSchema: schema };
    const created = await api.ask<{ id: string }>('POST', `/api/orgs/${testOrgId}/workflows`, { body });
    expect(created.status).toBe(201);
    const attack = api.ask<Problem>('POST', `/api/workflows/${created.body.id}/executions`, {
      body: { inputs: { a: value } },
    });
    const others = await Promise.all([1, 2, 3].map(() => api.ask('GET', '/api/orgs')));
    expect(others.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await attack).status).toBe(expected);
  });

  it.each<[string, unknown]>([
    ['too large', { anyOf: branches }],
    ['too deep', Array.from({ length: 30 }).reduce<object>((inner) => ({ allOf: [inner] }), {})],
    ['remote', { $ref: 'https://example.com/schema.json' }],
    ['endless', { $ref: '#' }],
    ['of a newer draft', { $schema: 'https://json-schema.org/draft/2020-12/schema' }],
  ])('refuses a schema that is %s, and says why', async (_what, inputsSchema) => {
    const body = { name: 'Refused', inputsSchema };
    const answer = await api.ask<Problem>('POST', `/api/orgs/${testOrgId}/workflows`, { body });
    expect(answer.status).toBe(422);
    expect(answer.body.errors?.[0]?.path).toMatch(/^inputsSchema/);
  });

  it('keeps a template that loops within bounds', async () => {
    const many = Array.from({ length: 200 }, (_, index) => index);
    const message = `{{#each inputs.many}}{{#each ../inputs.many}}${'x'.repeat(5_000)}{{/each}}{{/each}}`;
    const { id: workflowId } = await api.createWorkflow([
      userMessage('a', { inputsTemplate: { message } }),
      wait('b', { signal: 'go' }),
    ]);
    const task = await start(workflowId, { many });
    expect(task.status).toBe('RUNNING');
    expect(JSON.stringify(task.context.steps['a']).length).toBeLessThan(50_000);
  });
});
