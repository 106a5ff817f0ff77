import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nativeCollection } from '../../models/database.ts';
import type { WorkflowDocument } from '../../models/workflow.ts';
import { createAccessStage } from '../support/access-stage.ts';
import { testOrgId, userMessage } from '../support/builders.ts';
import { type HttpFixture, createHttpFixture } from '../support/http-fixture.ts';
import { createTestTriggers } from '../support/test-triggers.ts';
import { type TestDatabase, createTestDatabase, isMongoMissing } from '../support/test-mongo.ts';

const refund = {
  name: 'Refunds',
  kind: 'message',
  settings: { match: { by: 'keywords', keywords: ['refund'] }, inputsTemplate: { text: '{{message.text}}' } },
};

describe.skipIf(isMongoMissing())('triggers by the API', () => {
  let test: TestDatabase;
  let api: HttpFixture;
  let path: string;
  let workflowId: string;

  beforeAll(async () => {
    test = await createTestDatabase();
    api = await createHttpFixture(test.uri);
    workflowId = (await api.createWorkflow([userMessage('tell')])).id;
    path = `/api/workflows/${workflowId}/triggers`;
  });
  afterAll(async () => {
    await api.close();
    await test.drop();
  });

  it('are made, listed, read, changed, switched off and deleted', async () => {
    const made = await api.ask('POST', path, { body: refund });
    expect(made).toMatchObject({ status: 201, body: { ...refund, enabled: true, workflowId } });
    const one = made.headers.get('location') ?? '';
    expect(await api.ask('GET', one)).toMatchObject({ status: 200, body: made.body });
    expect((await api.ask('GET', path)).body).toMatchObject({ items: [made.body], nextCursor: null });
    const changed = await api.ask('PATCH', one, {
      body: { enabled: false, settings: { includeReplies: true } },
    });
    expect(changed.body).toMatchObject({
      enabled: false,
      settings: { ...refund.settings, includeReplies: true },
    });
    expect((await api.ask('DELETE', one)).status).toBe(204);
    expect((await api.ask('GET', one)).status).toBe(404);
  });

  it('are refused with the path of each thing that is wrong', async () => {
    const match = { by: 'pattern', pattern: 'refund (' };
    const wrong = await api.ask('POST', path, {
      body: { ...refund, settings: { match, channels: ['#x'], extra: 1 } },
    });
    expect(wrong.status).toBe(422);
    expect((wrong.body['errors'] as { path: string }[]).map((error) => error.path).toSorted()).toEqual([
      'settings/channels/0',
      'settings/extra',
      'settings/match/pattern',
    ]);
    expect(wrong.text).toContain('missing closing )');
    const kind = await api.ask('POST', path, { body: { ...refund, kind: 'intake' } });
    expect(kind).toMatchObject({ status: 422 });
    const template = { ...refund, settings: { inputsTemplate: { a: '{{inputs.x}}' } } };
    expect((await api.ask('POST', path, { body: template })).body).toMatchObject({
      errors: [{ path: 'settings/inputsTemplate/a' }],
    });
  });

  it('are made once for one Idempotency-Key', async () => {
    const headers = { 'idempotency-key': 'once' };
    const body = { ...refund, name: 'Once' };
    const first = await api.ask('POST', path, { body, headers });
    expect((await api.ask('POST', path, { body, headers })).body).toEqual(first.body);
    expect((await api.ask('POST', path, { body })).status).toBe(409);
  });

  it('are seen by members, and changed by whoever may change the workflow', async () => {
    const stage = await createAccessStage(api);
    await stage.addMember(testOrgId, 'U0BO', 'member', []);
    const bearer = await stage.keyOf(testOrgId, 'U0BO');
    expect((await stage.ask(bearer, 'GET', path)).status).toBe(200);
    expect((await stage.ask(bearer, 'POST', path, { ...refund, name: 'Other' })).status).toBe(403);
  });

  it('have a log in pages', async () => {
    const { triggerStarts, triggerSource } = createTestTriggers(api, api.org, api.clock);
    const { body } = await api.ask('POST', path, { body: { ...refund, name: 'Logged' } });
    const trigger = await triggerSource.find(String(body['id']));
    if (trigger === null) throw new Error('it was not made');
    for (const source of ['1', '2', '3']) {
      api.clock.advance(1_000);
      await triggerStarts.note(trigger, source, 'skipped', `Because of ${source}.`);
    }
    const log = `${path}/${trigger.id}/log`;
    const first = await api.ask<{ items: { reason: string }[]; nextCursor: string }>('GET', `${log}?limit=2`);
    const second = await api.ask<{ items: { reason: string }[] }>(
      'GET',
      `${log}?cursor=${first.body.nextCursor}`,
    );
    const reasons = [...first.body.items, ...second.body.items].map(({ reason }) => reason);
    expect(reasons).toEqual(['Because of 3.', 'Because of 2.', 'Because of 1.']);
  });

  it('are switched off by the repair when the process died while it deleted their workflow, and no others', async () => {
    const [gone, stays] = [
      await api.createWorkflow([userMessage('tell')]),
      await api.createWorkflow([userMessage('tell')]),
    ];
    for (const { id } of [gone, stays]) {
      const triggers = `/api/workflows/${id}/triggers`;
      expect((await api.ask('POST', triggers, { body: refund })).status).toBe(201);
      const hourly = { when: 'every hour' };
      expect((await api.ask('POST', `/api/workflows/${id}/schedules`, { body: hourly })).status).toBe(201);
    }
    const workflows = nativeCollection<WorkflowDocument>(api.database, 'workflows');
    // As it is between the two writes.
    await workflows.updateOne({ _id: gone.id }, { $set: { status: 'ARCHIVED' } });
    await api.incoming.scheduleRunner.repair(testOrgId);
    const ofBoth = { workflowId: { $in: [gone.id, stays.id] }, enabled: true };
    const listening = await nativeCollection(api.database, 'triggers').find(ofBoth).toArray();
    expect(listening.map((trigger) => trigger['workflowId'])).toEqual([stays.id, stays.id]);
  });
});
