import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { human, testOrgId, userMessage, wait } from '../support/builders.ts';
import { adminKey, type Answer, createHttpFixture, type HttpFixture } from '../support/http-fixture.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

interface Workflow {
  id: string;
  name: string;
  revision: number;
  steps: { id: string; name: string }[];
}
interface Problem {
  type: string;
  detail: string;
  errors?: { path: string; message: string }[];
}

const yaml = { 'content-type': 'application/yaml' };

describe.skipIf(isMongoMissing())('a workflow as a file, over HTTP', () => {
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
  async function create(): Promise<{ path: string; workflow: Workflow }> {
    const steps = [
      human('ok', {
        inputsTemplate: { message: 'First line\n  "second": #3, {{inputs.amount}} ' },
        handoffs: [
          { condition: 'approved', to: 'tell' },
          { condition: 'rejected', to: 'complete' },
        ],
      }),
      userMessage('tell'),
      wait('hold', { signal: 'go' }),
    ];
    const inputsSchema = { type: 'object', properties: { amount: { type: 'number', default: 1e21 } } };
    const body = { name: `File ${made++}: yes`, description: 'on', inputsSchema, steps };
    const answer = await api.ask<Workflow>('POST', `/api/orgs/${testOrgId}/workflows`, { body });
    expect(answer).toMatchObject({ status: 201 });
    return { path: `/api/workflows/${answer.body.id}/definition`, workflow: answer.body };
  }
  const get = (path: string, accept: string): Promise<Answer> =>
    api.ask('GET', path, { headers: { accept } });

  it.each([
    ['application/yaml', 'application/yaml; charset=utf-8'],
    ['application/json', 'application/json; charset=utf-8'],
  ])('comes back exactly as it went, as %s', async (type, contentType) => {
    const { path, workflow } = await create();
    const read = await get(path, type);
    expect(read.status).toBe(200);
    expect(read.headers.get('content-type')).toBe(contentType);
    expect(read.text).not.toContain(workflow.steps[0]?.id);

    const options = { body: read.text, headers: { 'content-type': type } };
    const written = await api.ask<Workflow>('PUT', path, options);
    expect(written).toMatchObject({ status: 200, body: { id: workflow.id, revision: 1 } });
    expect(written.body.steps).toEqual(workflow.steps);
    expect((await get(path, type)).text).toBe(read.text);
  });

  it('says the same in both forms, and chooses by Accept or by format', async () => {
    const { path } = await create();
    const asJson = await get(path, '*/*');
    const asYaml = await get(`${path}?format=yaml`, '*/*');
    expect(parse(asYaml.text)).toEqual(asJson.body);
    expect((await get(path, 'text/yaml')).text).toBe(asYaml.text);
    expect((await get(path, 'image/png')).status).toBe(406);
    expect((await get(`${path}?format=xml`, '*/*')).status).toBe(422);
  });

  it('makes another workflow the same, and keeps the steps whose names stay', async () => {
    const { path: from } = await create();
    const { path: to, workflow } = await create();
    const text = (await get(from, 'application/yaml')).text.replace('name: tell', 'name: tell_all');
    const body = text.replace('to: tell', 'to: tell_all').replace(/^name: .*/, 'name: Another one');
    const written = await api.ask<Workflow>('PUT', to, { body, headers: yaml });
    expect(written).toMatchObject({ status: 200, body: { name: 'Another one', revision: 2 } });
    expect(written.body.steps.map(({ name }) => name)).toEqual(['ok', 'tell_all', 'hold']);
    const [ok, tell, hold] = workflow.steps;
    expect(written.body.steps[0]?.id).toBe(ok?.id);
    expect(written.body.steps[1]?.id).not.toBe(tell?.id);
    expect(written.body.steps[2]?.id).toBe(hold?.id);
    expect(written.headers.get('etag')).toBe('"2-active"');
  });

  it('is written by one of two editors only, each with what they have read', async () => {
    const { path } = await create();
    const read = await get(path, 'application/yaml');
    const etag = read.headers.get('etag') ?? '';
    const bodies = ['one', 'two'].map((text) =>
      read.text.replace(/^description: .*$/m, `description: ${text}`),
    );
    const headers = { ...yaml, 'if-match': etag };
    const answers = await Promise.all(bodies.map((body) => api.ask('PUT', path, { body, headers })));
    expect(answers.map(({ status }) => status).toSorted((left, right) => left - right)).toEqual([200, 412]);
  });

  it.each([
    ['no YAML', 'name: a\nsteps: [', 'line 2'],
    ['a tab that indents', 'name: a\nsteps:\n\t- x', 'line 3'],
    ['the same key twice', 'name: a\nname: b', 'line 2'],
    ['a tag that makes something', 'name: !!js/function "x"', 'definition'],
    ['nothing', '', 'the file must be of type object'],
    ['a wrong field', 'name: a\ninputsSchema: {}\nsteps: [{ name: s, type: NONE }]', 'steps/0/type'],
    ['an id', 'name: a\ninputsSchema: {}\nsteps: [{ id: x, name: s, type: WAIT, for: 1d }]', 'steps/0/id'],
    [
      'a handoff to nowhere',
      'name: a\ninputsSchema: {}\nsteps: [{ name: s, type: WAIT, for: 1d, handoffs: [{ condition: default, to: gone }] }]',
      'steps/0/handoffs/0/to',
    ],
    [
      'more aliases than anybody writes',
      `a: &a [1,1]\nb: &b [${'*a,'.repeat(50)}1]\nc: [${'*b,'.repeat(90)}1]`,
      'definition',
    ],
    ['lists in lists on one line', '- '.repeat(100_000), 'nests too deep'],
    ['brackets without end', '['.repeat(200_000), 'nests too deep'],
    ['nothing but quotes', '"'.repeat(200_000), 'too many parts'],
    ['fields without end', 'a: 1\n'.repeat(40_000), 'too many parts'],
    ['a megabyte', `a: ${'x'.repeat(900_000)}`, 'send it as JSON'],
  ])('is refused with the place for %s, and nothing changes', async (_name, body, place) => {
    const { path } = await create();
    const before = await get(path, 'application/json');
    const answer = await api.ask<Problem>('PUT', path, { body, headers: yaml });
    expect(answer.status).toBe(422);
    expect(`${answer.body.detail} ${JSON.stringify(answer.body.errors)}`).toContain(place);
    expect((await get(path, 'application/json')).body).toEqual(before.body);
  });

  it('is refused in another type, another charset, another encoding, and when it is too large', async () => {
    const { path } = await create();
    const statusFor = async (contentType: string, body: string): Promise<number> =>
      (await api.ask('PUT', path, { body, headers: { 'content-type': contentType } })).status;
    expect(await statusFor('text/plain', 'name: a')).toBe(415);
    expect(await statusFor('application/yaml; charset=latin1', 'name: a')).toBe(415);
    expect(await statusFor('application/yaml', `# ${'x'.repeat(1_100_000)}`)).toBe(413);
    expect(await statusFor('application/json', '{"name":')).toBe(422);
    const bytes = await fetch(`${api.url}${path}`, {
      method: 'PUT',
      headers: { ...yaml, authorization: `Bearer ${adminKey}` },
      body: new Uint8Array([0x6e, 0x3a, 0x20, 0xff]),
    });
    expect(bytes.status).toBe(400);
  });

  it('does not exist for who may not see the workflow, and is not changed by who may only read', async () => {
    const { path } = await create();
    expect((await api.ask('GET', `/api/workflows/${'f'.repeat(24)}/definition`)).status).toBe(404);
    expect((await api.ask('DELETE', path)).status).toBe(405);
    const member = await api.org.apiKeys.createAsOperator(testOrgId, {
      name: 'member',
      owner: { kind: 'user', userId: await memberId() },
      expiresAt: null,
    });
    const headers = { ...yaml, authorization: `Bearer ${member.bearer}` };
    expect((await api.ask('GET', path, { headers })).status).toBe(200);
    const text = (await get(path, 'application/yaml')).text;
    expect((await api.ask('PUT', path, { body: text, headers })).status).toBe(403);
  });

  async function memberId(): Promise<string> {
    return (await api.org.members.see(testOrgId, 'U0MEMBER', 'mem')).userId;
  }
});
