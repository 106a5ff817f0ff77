import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testOrgId } from '../support/builders.ts';
import { createAccessStage } from '../support/access-stage.ts';
import { type HttpFixture, createHttpFixture } from '../support/http-fixture.ts';
import { type TestDatabase, createTestDatabase, isMongoMissing } from '../support/test-mongo.ts';

const agents = `/api/orgs/${testOrgId}/agents`;
const checker = { name: 'Checker', instructions: 'You check.', tools: [{ server: 's', tool: 't' }] };

describe.skipIf(isMongoMissing())('agents by the API', () => {
  let test: TestDatabase;
  let api: HttpFixture;

  beforeAll(async () => {
    test = await createTestDatabase();
    const inputSchema = {
      type: 'object',
      properties: { count: { type: 'number' }, a: { type: 'string' } },
      additionalProperties: false,
    };
    const info = { name: 't', title: null, description: 'd', inputSchema, readOnly: null };
    api = await createHttpFixture(test.uri, {
      toolServers: {
        names: () => ['s', 'broken'],
        list: (name) =>
          name === 's'
            ? Promise.resolve([{ ...info, destructive: true, idempotent: null }])
            : Promise.reject(new Error('it does not answer')),
      },
    });
  });
  afterAll(async () => {
    await api.close();
    await test.drop();
  });

  it('are made, read, changed and deleted, and the audit log says who gave them which tools', async () => {
    const made = await api.ask('POST', agents, { body: checker });
    expect(made).toMatchObject({ status: 201, body: { ...checker, maxTurns: 10, model: null } });
    const path = `${agents}/${String(made.body['id'])}`;
    expect((await api.ask('POST', agents, { body: { ...checker, name: 'checker' } })).status).toBe(409);
    const changed = await api.ask('PATCH', path, { body: { maxTurns: 3 } });
    expect(changed).toMatchObject({ status: 200, body: { ...checker, maxTurns: 3 } });
    expect(await api.ask('GET', agents)).toMatchObject({ status: 200, body: { items: [changed.body] } });
    expect((await api.ask('DELETE', path)).status).toBe(204);
    expect((await api.ask('GET', path)).status).toBe(404);
    const log = await api.ask('GET', `/api/orgs/${testOrgId}/events?type=AGENT_CREATED`);
    expect(log.body).toMatchObject({ items: [{ data: { tools: [{ server: 's', tool: 't' }] } }] });
  });

  it('are refused with unknown fields, and a change by who is no admin', async () => {
    expect((await api.ask('POST', agents, { body: { ...checker, apiKey: 'x' } })).status).toBe(422);
    const { body } = await api.ask('POST', agents, { body: { ...checker, name: 'Other' } });
    const stage = await createAccessStage(api);
    await stage.addMember(testOrgId, 'U0BO', 'member', []);
    const bearer = await stage.keyOf(testOrgId, 'U0BO');
    const path = `${agents}/${String(body['id'])}`;
    expect((await stage.ask(bearer, 'GET', path)).status).toBe(200);
    expect((await stage.ask(bearer, 'PATCH', path, { maxTurns: 3 })).status).toBe(403);
    expect((await stage.ask(bearer, 'POST', agents, { ...checker, name: 'Third' })).status).toBe(403);
  });

  it('can be given what the tool servers have, and one that is down says so', async () => {
    const answer = await api.ask('GET', `/api/orgs/${testOrgId}/tool-servers`);
    expect(answer.body).toMatchObject({
      items: [
        { name: 's', error: null, tools: [{ name: 't', destructive: true }] },
        { name: 'broken', error: 'it does not answer', tools: [] },
      ],
    });
  });

  it('are attached to workflows as listeners, changed and detached, and the audit log says by whom', async () => {
    const { body: agent } = await api.ask('POST', agents, { body: { ...checker, name: 'Listener' } });
    const { body: workflow } = await api.ask('POST', '/api/workflows', {
      body: { orgId: testOrgId, name: 'Listened to' },
    });
    const path = `/api/workflows/${String(workflow['id'])}/agent-listeners`;
    const body = { agentId: agent['id'], events: ['WORKFLOW_EXECUTION_FAILED'] };
    const wrong = { ...body, events: ['PLUGIN_INSTALLED'] };
    expect((await api.ask('POST', path, { body: wrong })).status).toBe(422);
    const nobody = { ...body, agentId: 'f'.repeat(24) };
    expect((await api.ask('POST', path, { body: nobody })).status).toBe(422);
    const headers = { 'idempotency-key': 'once' };
    const made = await api.ask('POST', path, { body, headers });
    expect(made, made.text).toMatchObject({ status: 201, body: { ...body, enabled: true, approvers: [] } });
    expect((await api.ask('POST', path, { body, headers })).body).toEqual(made.body);
    expect((await api.ask('POST', path, { body })).status).toBe(409);
    const one = `${path}/${String(made.body['id'])}`;
    const changes = { enabled: false, approvers: ['@finance'] };
    expect(await api.ask('PATCH', one, { body: changes })).toMatchObject({ status: 200, body: changes });
    expect((await api.ask('GET', path)).body).toMatchObject({ items: [{ ...body, ...changes }] });
    expect((await api.ask('GET', `${one}/log`)).body).toEqual({ items: [], nextCursor: null });
    const listed = await api.ask('GET', `/api/orgs/${testOrgId}/workflows`);
    expect(listed.text).not.toContain('on events of');
    const used = await api.ask('DELETE', `${agents}/${String(agent['id'])}`);
    expect(used).toMatchObject({ status: 409, body: { detail: expect.stringContaining('by Listened to.') } });
    expect((await api.ask('DELETE', one)).status).toBe(204);
    expect((await api.ask('GET', one)).status).toBe(404);
    expect((await api.ask('DELETE', `${agents}/${String(agent['id'])}`)).status).toBe(204);
    const log = await api.ask('GET', `/api/orgs/${testOrgId}/events?workflowId=${String(workflow['id'])}`);
    expect(log.text).toContain('AGENT_LISTENER_ATTACHED');
    expect(log.text).toContain('AGENT_LISTENER_DETACHED');
  });

  it('and the steps that use them are made, read and started like any other', async () => {
    const { body: agent } = await api.ask('POST', agents, { body: { ...checker, name: 'Reader' } });
    const steps = [
      {
        name: 'extract',
        type: 'PROMPT',
        inputsTemplate: { prompt: 'Extract: {{inputs.text}}' },
        temperature: 0,
        retry: { maxAttempts: 2 },
        timeoutMs: 60_000,
        outputSchema: { type: 'object' },
      },
      { name: 'check', type: 'AGENT', agentId: String(agent['id']), inputsTemplate: { task: 'Check it' } },
      {
        name: 'call',
        type: 'TOOL',
        toolServer: 's',
        tool: 't',
        inputsTemplate: { arguments: { a: '{{inputs.text}}' } },
      },
    ];
    const body = {
      orgId: testOrgId,
      name: 'Intake',
      description: '',
      inputsSchema: { type: 'object' },
      steps,
    };
    const made = await api.ask('POST', '/api/workflows', { body });
    expect(made.status, made.text).toBe(201);
    // There is no provider in this test: what waits for one is saved, and said.
    expect(made.body['warnings']).toEqual([
      { path: 'steps/0/provider', message: expect.stringContaining('OPENAI_API_KEY') as string },
    ]);
    const path = `/api/workflows/${String(made.body['id'])}`;
    expect((await api.ask('GET', path)).body).toMatchObject({ steps });
    const started = await api.ask('POST', `${path}/executions`, { body: { inputs: { text: 'x' } } });
    expect(started.status, started.text).toBe(201);
    const execution = `/api/workflows/executions/${String(started.body['id'])}`;
    expect((await api.ask('GET', `${execution}/stack`)).body).toMatchObject({
      items: [{ stepName: 'extract', status: 'SCHEDULED', run: { attempt: 1, waiting: null, calls: [] } }],
    });
    const completed = await api.ask('POST', `${execution}/complete-step`, { body: { stepName: 'extract' } });
    expect(completed).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining('done by a model') },
    });
    const wrong = { ...steps[0], inputsTemplate: { prompt: '{{#nonsense}}' } };
    const refused = await api.ask('POST', '/api/workflows', { body: { ...body, steps: [wrong] } });
    expect(refused.status).toBe(422);
    await api.ask('DELETE', path);
  });

  it('name nothing that is not there, and give no arguments that do not fit', async () => {
    const made = await api.ask('POST', '/api/workflows', { body: { orgId: testOrgId, name: 'Checked' } });
    const path = `/api/workflows/${String(made.body['id'])}/steps`;
    const tool = { name: 'call', type: 'TOOL', toolServer: 's', tool: 't' };
    const argumentsOf = (args: object): object => ({ ...tool, inputsTemplate: { arguments: args } });
    const errorsOf = async (body: object): Promise<unknown> =>
      (await api.ask('POST', path, { body })).body['errors'];
    const at = (place: string, says: string): unknown => [
      { path: place, message: expect.stringContaining(says) as string },
    ];
    expect(await errorsOf({ ...tool, toolServer: 'x' })).toEqual(at('toolServer', 'There are: s, broken'));
    expect(await errorsOf({ ...tool, tool: 'u' })).toEqual(at('tool', 'Did you mean "t"?'));
    expect(await errorsOf(argumentsOf({ count: 'many' }))).toEqual(
      at('inputsTemplate/arguments/count', 'must be number'),
    );
    expect(await errorsOf(argumentsOf({ other: '{{inputs.a}}' }))).toEqual(
      at('inputsTemplate/arguments/other', 'is not a known field'),
    );
    const agent = { name: 'check', type: 'AGENT', agentId: 'a'.repeat(24), inputsTemplate: { task: 'x' } };
    expect(await errorsOf(agent)).toEqual(at('agentId', 'is no agent of this org'));
    const silent = await api.ask('POST', path, { body: { ...tool, toolServer: 'broken' } });
    expect(silent).toMatchObject({
      status: 201,
      body: { warnings: at('tool', 'could not be checked: it does not answer') as [] },
    });
    const template = { ...argumentsOf({ count: '{{inputs.a}}' }), name: 'second' };
    expect((await api.ask('POST', path, { body: template })).status).toBe(201);
  });

  it('are refused with tools that are not there, and deleted only when no workflow uses them', async () => {
    const wrong = { ...checker, name: 'Wrong', tools: [{ server: 's', tool: 'tt' }] };
    expect((await api.ask('POST', agents, { body: wrong })).body).toMatchObject({
      status: 422,
      errors: [{ path: 'tools/0/tool', message: expect.stringContaining('Did you mean "t"?') as string }],
    });
    const { body: agent } = await api.ask('POST', agents, { body: { ...checker, name: 'Used', model: 'm' } });
    const path = `${agents}/${String(agent['id'])}`;
    expect((await api.ask('PATCH', path, { body: { model: null } })).body).toMatchObject({ model: null });
    const step = { name: 'check', type: 'AGENT', agentId: agent['id'], inputsTemplate: { task: 'x' } };
    const body = { orgId: testOrgId, name: 'Uses it', steps: [step] };
    const { body: workflow } = await api.ask('POST', '/api/workflows', { body });
    const refused = await api.ask('DELETE', path);
    expect(refused).toMatchObject({ status: 409, body: { detail: expect.stringContaining('Uses it') } });
    await api.ask('DELETE', `/api/workflows/${String(workflow['id'])}`);
    expect((await api.ask('DELETE', path)).status).toBe(204);
  });
});
