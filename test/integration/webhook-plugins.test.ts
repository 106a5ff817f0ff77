import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deriveId } from '../../src/domain/ids.ts';
import { createSecretBox } from '../../src/secret-box.ts';
import { testOrgId } from '../support/builders.ts';
import { isMongoMissing } from '../support/test-mongo.ts';
import { createTestWebhooks } from '../support/test-webhooks.ts';
import { type Entity, WebhookStage } from '../support/webhook-stage.ts';

const otherOrgId = deriveId('org', 'other');

describe.skipIf(isMongoMissing())('plugins and event handlers', () => {
  let stage: WebhookStage;

  beforeEach(async () => {
    stage = await WebhookStage.create();
  });
  afterEach(async () => {
    await stage.close();
  });

  it('shows the signing secret once, and keeps it encrypted', async () => {
    const { url } = await stage.receiver();
    const { id, secret } = await stage.createPlugin(url);

    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const read = await stage.ask(200, 'GET', `/api/plugins/${id}`);
    expect(read).not.toHaveProperty('secret');
    expect(read).not.toHaveProperty('secrets');
    expect(read).toMatchObject({ webhookUrl: url, isVerified: false, verifiedAt: null });
    const stored = JSON.stringify(await stage.api.database.collection('plugins').find().toArray());
    expect(stored).not.toContain(secret.slice('whsec_'.length));
  });

  it('is verified by a challenge that the receiver sends back', async () => {
    const receiver = await stage.receiver();
    const { id } = await stage.createPlugin(receiver.url);

    expect(await stage.ask(200, 'POST', `/api/plugins/${id}/verify-webhook`, {})).toMatchObject({
      isVerified: true,
    });
    expect(await stage.ask(200, 'GET', `/api/plugins/${id}`)).toMatchObject({ isVerified: true });
  });

  it.each([
    ['another challenge', { status: 200, body: '{"challenge":"x"}' }, /another challenge/],
    ['no JSON', { status: 200, body: 'ok' }, /no challenge/],
    ['another status', { status: 201, body: '{}' }, /status 201/],
    ['a redirect', { status: 307, headers: { location: '/' } }, /status 307/],
  ])('stays unverified when the receiver answers with %s', async (_what, answer, expected) => {
    const receiver = await stage.receiver();
    receiver.prove = () => answer;
    const { id } = await stage.createPlugin(receiver.url);

    const refused = await stage.ask(422, 'POST', `/api/plugins/${id}/verify-webhook`, {});

    expect(refused['detail']).toMatch(expected);
    expect(await stage.ask(200, 'GET', `/api/plugins/${id}`)).toMatchObject({ isVerified: false });
  });

  it('cannot be attached before it is verified, and has to be verified again at another address', async () => {
    const receiver = await stage.receiver();
    const { id } = await stage.createPlugin(receiver.url);
    const workflow = await stage.createWorkflow();
    const handlers = `/api/workflows/${workflow.id}/event-handlers`;

    const refused = await stage.ask(409, 'POST', handlers, { pluginId: id });
    expect(refused['detail']).toContain(`/api/plugins/${id}/verify-webhook`);
    await stage.ask(200, 'POST', `/api/plugins/${id}/verify-webhook`, {});
    await stage.ask(200, 'PATCH', `/api/plugins/${id}`, { webhookUrl: `${receiver.url}/2` });
    await stage.ask(409, 'POST', handlers, { pluginId: id });
    await stage.ask(200, 'POST', `/api/plugins/${id}/verify-webhook`, {});
    await stage.ask(201, 'POST', handlers, { pluginId: id });
    await stage.ask(409, 'POST', handlers, { pluginId: id });
  });

  it('sends nothing to a changed address before it is verified, and then what has waited', async () => {
    const { plugin, receiver, workflow, path } = await stage.attach();
    await stage.ask(200, 'PATCH', `/api/plugins/${plugin.id}`, { webhookUrl: `${receiver.url}/2` });
    await stage.start(workflow);
    await stage.settle();
    expect(receiver.received).toEqual([]);
    expect((await stage.deliveries(path, 'PENDING'))[0]?.attempts[0]?.error).toContain('not verified');

    await stage.ask(200, 'POST', `/api/plugins/${plugin.id}/verify-webhook`, {});
    await stage.settle();

    expect(receiver.types()).toEqual(['WORKFLOW_EXECUTION_STARTED']);
  });

  it('gives a handler no more than it offers, naming what it does not', async () => {
    const receiver = await stage.receiver();
    const plugin = await stage.createPlugin(receiver.url, { scopes: ['WORKFLOW_READ'] });
    await stage.ask(200, 'POST', `/api/plugins/${plugin.id}/verify-webhook`, {});
    const workflow = await stage.createWorkflow();

    const refused = await stage.ask(422, 'POST', `/api/workflows/${workflow.id}/event-handlers`, {
      pluginId: plugin.id,
      events: ['WORKFLOW_EXECUTION_STARTED', 'WORKFLOW_EXECUTION_FAILED'],
      scopes: ['WORKFLOW_WRITE'],
    });

    expect(refused['errors']).toEqual([
      { path: 'events/1', message: "is WORKFLOW_EXECUTION_FAILED, which is not among the plugin's events" },
      { path: 'scopes/0', message: "is WORKFLOW_WRITE, which is not among the plugin's scopes" },
    ]);
  });

  it.each([
    ['an unknown event', { events: ['WORKFLOW_STARTED'] }],
    ['an event that is in the log only', { events: ['WORKFLOW_EXECUTION_REROUTED'] }],
    ['no event', { events: [] }],
    ['an unknown scope', { scopes: ['ADMIN'] }],
    ['an unknown field', { secret: 'mine' }],
    ['another type', { type: 'OTHER' }],
    ['no name', { name: ' ' }],
    ['an address with a password', { webhookUrl: 'https://a:b@example.com/' }],
  ])('is not registered with %s', async (_what, fields) => {
    const body = {
      name: 'x',
      events: ['WORKFLOW_EXECUTION_STARTED'],
      webhookUrl: 'https://e.example/',
      ...fields,
    };

    await stage.ask(422, 'POST', `/api/orgs/${testOrgId}/plugins`, body);
  });

  it('is changed only by whoever knows it as it is', async () => {
    const { url } = await stage.receiver();
    const { id } = await stage.createPlugin(url);
    const read = await stage.api.ask('GET', `/api/plugins/${id}`);
    const headers = { 'if-match': read.headers.get('etag') ?? '' };

    const first = await stage.api.ask('PATCH', `/api/plugins/${id}`, { body: { name: 'A' }, headers });
    const second = await stage.api.ask('PATCH', `/api/plugins/${id}`, { body: { name: 'B' }, headers });

    expect([first.status, second.status]).toEqual([200, 412]);
    expect(await stage.ask(200, 'GET', `/api/plugins/${id}`)).toMatchObject({ name: 'A' });
  });

  it('of another org is seen and attached only when it is public, and without its address', async () => {
    const { webhooks } = stage.api;
    const access = { orgId: otherOrgId, role: 'owner', teamIds: [], userId: null, handler: null } as const;
    const by = { access, actor: { kind: 'system' } as const };
    const receiver = await stage.receiver();
    const fields = {
      name: 'Of others',
      description: '',
      events: ['WORKFLOW_EXECUTION_STARTED' as const],
      scopes: [],
      tags: [],
      webhookUrl: receiver.url,
      isPublic: false,
    };
    const { plugin } = await webhooks.plugins.create(by, fields);
    await webhooks.plugins.verify(by, plugin.id);
    const workflow = await stage.createWorkflow();
    const handlers = `/api/workflows/${workflow.id}/event-handlers`;

    await stage.ask(404, 'GET', `/api/plugins/${plugin.id}`);
    await stage.ask(422, 'POST', handlers, { pluginId: plugin.id });
    await webhooks.plugins.change(by, plugin.id, { isPublic: true });
    const shown = await stage.ask(200, 'GET', `/api/plugins/${plugin.id}`);
    expect(shown).toMatchObject({ name: 'Of others', isVerified: true });
    expect(JSON.stringify(shown)).not.toContain(new URL(receiver.url).port);
    const listed = await stage.ask<{ items: Entity[] }>(
      200,
      'GET',
      `/api/orgs/${testOrgId}/plugins?isPublic=true`,
    );
    expect(listed.items.map(({ id }) => id)).toEqual([plugin.id]);
    await stage.ask(403, 'PATCH', `/api/plugins/${plugin.id}`, { name: 'Mine' });
    await stage.ask(403, 'POST', `/api/plugins/${plugin.id}/rotate-secret`, {});
    const handler = await stage.ask(201, 'POST', handlers, { pluginId: plugin.id });
    receiver.answer = () => ({ status: 500, body: 'inner workings' });
    await stage.start(workflow);
    await stage.settle();
    const [pending] = await stage.deliveries(`${handlers}/${handler.id}`, 'PENDING');
    expect(pending?.attempts[0]).not.toHaveProperty('excerpt');
  });

  it('is attached once by an attempt and its repetition, with one token that opens something', async () => {
    const { webhooks, org, workflows } = stage.api;
    const receiver = await stage.receiver();
    const plugin = await stage.createPlugin(receiver.url);
    await stage.ask(200, 'POST', `/api/plugins/${plugin.id}/verify-webhook`, {});
    const { id: workflowId } = await stage.createWorkflow();
    const { workflow } = await workflows.get(testOrgId, workflowId);
    const handlerId = deriveId('handler', 'reserved');
    const cutOff = await org.apiKeys.issueHandlerKey({
      orgId: testOrgId,
      handlerId,
      name: 'of an attempt that was cut off',
      workflowId,
      canWrite: true,
      createdBy: { kind: 'system' },
    });
    const access = { orgId: testOrgId, role: 'owner', teamIds: [], userId: null, handler: null } as const;
    const by = { access, actor: { kind: 'system' } as const };
    const attach = (): Promise<{ id: string }> =>
      webhooks.handlers.attach(by, workflow, { pluginId: plugin.id }, handlerId);

    const first = await attach();
    const again = await attach();
    await stage.settle();

    expect(first.id).toBe(handlerId);
    expect(again).toEqual(first);
    expect(receiver.types()).toEqual(['PLUGIN_INSTALLED']);
    const token = String(receiver.received[0]?.json.data['token']);
    const path = `/api/workflows/${workflowId}`;
    expect((await stage.askAs(token, 'GET', path)).status).toBe(200);
    expect((await stage.askAs(cutOff.bearer, 'GET', path)).status).toBe(401);
  });

  it('takes its handlers with it when it is deleted', async () => {
    const { plugin, workflow, token } = await stage.attach();

    await stage.ask(204, 'DELETE', `/api/plugins/${plugin.id}`);

    expect(await stage.ask(200, 'GET', `/api/workflows/${workflow.id}/event-handlers`)).toMatchObject({
      items: [],
    });
    expect((await stage.askAs(token, 'GET', `/api/workflows/${workflow.id}`)).status).toBe(401);
    await stage.ask(404, 'GET', `/api/plugins/${plugin.id}`);
  });

  it('is listed page by page', async () => {
    const { url } = await stage.receiver();
    const made = [
      await stage.createPlugin(url),
      await stage.createPlugin(url),
      await stage.createPlugin(url),
    ];
    const path = `/api/orgs/${testOrgId}/plugins?limit=2`;
    interface Page {
      items: Entity[];
      nextCursor: string | null;
    }

    const first = await stage.ask<Page>(200, 'GET', path);
    const second = await stage.ask<Page>(200, 'GET', `${path}&cursor=${first.nextCursor}`);

    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(made.map(({ id }) => id).reverse());
    expect(second.nextCursor).toBeNull();
  });

  it('is logged with all that is done to it, without secrets', async () => {
    const { plugin, path, token } = await stage.attach();
    await stage.ask(200, 'POST', `/api/plugins/${plugin.id}/rotate-secret`, {});
    await stage.ask(200, 'PATCH', path, { enabled: false });
    await stage.ask(204, 'DELETE', path);
    await stage.ask(204, 'DELETE', `/api/plugins/${plugin.id}`);

    const log = await stage.api.org.orgEvents.list(testOrgId);
    const types = log.map(({ type }) => type).filter((type) => /PLUGIN|HANDLER/.test(type));
    expect(types).toEqual([
      'PLUGIN_CREATED',
      'PLUGIN_VERIFIED',
      'EVENT_HANDLER_ATTACHED',
      'PLUGIN_CHANGED',
      'EVENT_HANDLER_CHANGED',
      'EVENT_HANDLER_DETACHED',
      'PLUGIN_DELETED',
    ]);
    expect(JSON.stringify(log)).not.toContain('whsec_');
    expect(JSON.stringify(log)).not.toContain(token.split('.')[1]);
  });

  it('cannot be registered without an encryption key, and the answer says which variable to set', async () => {
    const { database, org, clock } = stage.api;
    const keyless = createTestWebhooks(database, org, { clock, box: createSecretBox([]) });
    const access = { orgId: testOrgId, role: 'owner', teamIds: [], userId: null, handler: null } as const;
    const fields = {
      name: 'x',
      description: '',
      events: ['WORKFLOW_EXECUTION_STARTED' as const],
      scopes: [],
      tags: [],
      webhookUrl: 'https://receiver.example/',
      isPublic: false,
    };

    const refused = keyless.plugins.create({ access, actor: { kind: 'system' } }, fields);

    await expect(refused).rejects.toMatchObject({
      status: 503,
      message: expect.stringContaining('ENCRYPTION_KEYS') as string,
    });
    await keyless.stop(1_000);
  });
});
