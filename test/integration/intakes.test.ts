import { Webhook as StandardWebhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AccessStage, createAccessStage } from '../support/access-stage.ts';
import { testOrgId } from '../support/builders.ts';
import type { Answer } from '../support/http-fixture.ts';
import { isMongoMissing } from '../support/test-mongo.ts';
import { type Entity, WebhookStage } from '../support/webhook-stage.ts';

type Intake = Entity & { url: string; callbackSecret: string };
type Work = { work_id: string; status: string; output: unknown; error: string | null };

const order = {
  type: 'object',
  properties: {
    customer: { type: 'string', minLength: 1 },
    amount: { type: 'number' },
    urgent: { type: 'boolean' },
  },
  required: ['customer', 'amount'],
};
const decide = {
  name: 'decide',
  type: 'WAIT',
  signal: 'decided',
};
const minuteMs = 60_000;

describe.skipIf(isMongoMissing())('an intake', () => {
  let stage: WebhookStage;
  let workflow: Entity;
  let made = 0;

  beforeEach(async () => {
    stage = await WebhookStage.create();
    workflow = await makeWorkflow();
  });
  afterEach(async () => {
    await stage.close();
  });

  function makeWorkflow(more: object = {}): Promise<Entity> {
    const body = {
      orgId: testOrgId,
      name: `Orders ${made++}`,
      inputsSchema: order,
      steps: [decide],
      ...more,
    };
    return stage.ask(201, 'POST', '/api/workflows', body);
  }
  function makeIntake(more: object = {}, of = workflow): Promise<Intake> {
    return stage.ask<Intake>(201, 'POST', `/api/workflows/${of.id}/intakes`, more);
  }
  function send<Body = Work>(
    { id }: Entity,
    body: unknown = { customer: 'Acme', amount: 5 },
    headers: Record<string, string> = {},
    query = '',
  ): Promise<Answer<Body>> {
    return stage.api.ask<Body>('POST', `/v1/intake/${id}${query}`, { body, headers });
  }
  async function workOf({ id }: Entity, workId: string): Promise<Work> {
    return (await stage.api.ask<Work>('GET', `/v1/intake/${id}/work/${workId}`)).body;
  }
  async function taskOf(workId: string): Promise<Entity & { context: { inputs: unknown } }> {
    const { items } = await stage.ask<{ items: (Entity & { context: { inputs: unknown } })[] }>(
      200,
      'GET',
      `/api/workflows/${workflow.id}/executions`,
    );
    const item = await stage.api.database.collection('work_items').findOne({ _id: workId as never });
    const found = items.find(({ id }) => id === item?.['executionId']);
    if (found === undefined) throw new Error('no task was started');
    return found;
  }
  async function finish(workId: string, payload: unknown = { approved: true }): Promise<void> {
    const { id } = await taskOf(workId);
    await stage.ask(200, 'POST', `/api/workflows/executions/${id}/signal`, { name: 'decided', payload });
    await stage.settle();
  }

  it('takes a POST at once, and tells how far it has come until it is completed', async () => {
    const intake = await makeIntake({ name: 'Shop' });
    expect(intake.url).toBe(`http://localhost:3000/v1/intake/${intake.id}`);

    const { status, body, headers } = await send(intake);
    expect({ status, body }).toEqual({
      status: 202,
      body: { work_id: expect.stringMatching(/^[0-9a-f]{24}$/) },
    });
    expect(headers.get('location')).toBe(`/v1/intake/${intake.id}/work/${body.work_id}`);
    expect(await workOf(intake, body.work_id)).toEqual({
      ...body,
      status: 'running',
      output: null,
      error: null,
    });

    await finish(body.work_id);
    expect(await workOf(intake, body.work_id)).toEqual({
      ...body,
      status: 'completed',
      output: { approved: true },
      error: null,
    });
  });

  it.each<[string, object, unknown, Record<string, string>, unknown]>([
    [
      'the whole body',
      {},
      { customer: 'Acme', amount: 5, note: 'x' },
      {},
      { customer: 'Acme', amount: 5, note: 'x' },
    ],
    [
      'what stands under inputs',
      {},
      { inputs: { customer: 'Acme', amount: 5 }, row_key: 'a' },
      {},
      { customer: 'Acme', amount: 5 },
    ],
    [
      'what the template makes of the body, in the types that are asked for',
      {
        inputsTemplate: {
          customer: '{{body.who.name}} ({{body.who.id}})',
          amount: '{{body.total}}',
          urgent: '{{body.flag}}',
        },
      },
      { who: { name: 'Acme', id: 7 }, total: '12.50' },
      {},
      { customer: 'Acme (7)', amount: 12.5 },
    ],
    [
      'a form',
      {},
      'customer=Acme+Inc&amount=420&urgent=yes',
      { 'content-type': 'application/x-www-form-urlencoded' },
      { customer: 'Acme Inc', amount: 420, urgent: true },
    ],
  ])('starts a task with %s', async (_what, made, body, headers, inputs) => {
    const intake = await makeIntake(made);
    const answer = await send(intake, body, headers);
    expect(answer.status, answer.text).toBe(202);
    expect((await taskOf(answer.body.work_id)).context.inputs).toEqual(inputs);
  });

  it('refuses what does not fit with the paths, starts nothing, and says so in its log', async () => {
    const intake = await makeIntake();
    const answer = await send<{ errors: unknown; type: string }>(intake, { customer: '', amount: 'many' });
    expect(answer.status).toBe(422);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.body.errors).toEqual([
      { path: 'customer', message: expect.any(String) as string },
      { path: 'amount', message: expect.any(String) as string },
    ]);
    const tasks = await stage.ask<{ items: unknown[] }>(
      200,
      'GET',
      `/api/workflows/${workflow.id}/executions`,
    );
    expect(tasks.items).toEqual([]);
    expect(await stage.api.triggers.triggerLog.list(testOrgId, intake.id, { limit: 5 })).toEqual([
      expect.objectContaining({
        decision: 'refused',
        reason: expect.stringContaining('do not fit') as string,
      }),
    ]);
  });

  it.each<[string, unknown, string, Record<string, string>]>([
    ['row_key in the body', { customer: 'Acme', amount: 5, row_key: 'r-1' }, '', {}],
    ['a number as row_key', { customer: 'Acme', amount: 5, row_key: 17 }, '', {}],
    ['row_key in the address', { customer: 'Acme', amount: 5 }, '?row_key=r-1', {}],
    ['Idempotency-Key', { customer: 'Acme', amount: 5 }, '', { 'idempotency-key': 'r-1' }],
  ])('gives a repetition the same work by %s, and starts one task', async (_what, body, query, headers) => {
    const intake = await makeIntake();
    const answers = await Promise.all([1, 2, 3, 4].map(() => send(intake, body, headers, query)));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202]);
    expect(new Set(answers.map((answer) => answer.body.work_id)).size).toBe(1);
    await stage.ask(200, 'PATCH', `/api/workflows/${workflow.id}`, { status: 'PAUSED' });
    expect((await send(intake, body, headers, query)).body).toEqual(answers[0]?.body);
    const tasks = await stage.ask<{ items: unknown[] }>(
      200,
      'GET',
      `/api/workflows/${workflow.id}/executions`,
    );
    expect(tasks.items).toHaveLength(1);
  });

  it.each([
    ['an empty one', ''],
    ['one of 256 characters', 'x'.repeat(256)],
  ])('refuses %s as row_key in the address, whatever the Idempotency-Key', async (_what, key) => {
    const intake = await makeIntake();
    const headers = { 'idempotency-key': 'r-1' };
    const answer = await send(intake, { customer: 'Acme', amount: 5 }, headers, `?row_key=${key}`);
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: 'row_key' }] } });
  });

  it('refuses the same key with another body', async () => {
    const intake = await makeIntake();
    await send(intake, { customer: 'Acme', amount: 5, row_key: 'r-1' });
    const other = await send<{ type: string }>(intake, { customer: 'Acme', amount: 6, row_key: 'r-1' });
    expect(other.status).toBe(409);
    expect(other.body.type).toBe('urn:baton:problem:idempotency-key-reused');
  });

  it("says that the workflow is paused in the banner's words", async () => {
    const intake = await makeIntake();
    await stage.ask(200, 'PATCH', `/api/workflows/${workflow.id}`, { status: 'PAUSED' });
    const answer = await send<{ detail: string }>(intake);
    expect(answer.status).toBe(409);
    expect(answer.body.detail).toBe(
      "This workflow is paused. Tasks already running keep going, but new ones won't start until you activate it.",
    );
  });

  it('is switched off and on, changed and deleted', async () => {
    const intake = await makeIntake();
    const path = `/api/workflows/${workflow.id}/intakes/${intake.id}`;
    expect(await stage.ask(200, 'PATCH', path, { enabled: false, name: 'Shop' })).toMatchObject({
      enabled: false,
      name: 'Shop',
    });
    expect((await send<{ type: string }>(intake)).body.type).toBe('urn:baton:problem:intake-disabled');
    await stage.ask(200, 'PATCH', path, { enabled: true });
    const { body } = await send(intake);
    expect(await stage.ask(200, 'GET', path)).not.toHaveProperty('callbackSecret');
    const { items } = await stage.ask<{ items: unknown[] }>(
      200,
      'GET',
      `/api/workflows/${workflow.id}/intakes`,
    );
    expect(items).toHaveLength(1);
    await stage.api.ask('DELETE', path);
    expect((await send(intake)).status).toBe(404);
    // What it took in can still be asked for.
    expect((await workOf(intake, body.work_id)).status).toBe('running');
  });

  it.each<[string, object]>([
    ['a template that is not closed', { inputsTemplate: { a: '{{body.x' } }],
    ['a template over something else', { inputsTemplate: { a: '{{inputs.x}}' } }],
    ['a template of the output over the body', { outputTemplate: { a: '{{body.x}}' } }],
    ['an unknown field', { more: 1 }],
    ['an empty name', { name: ' ' }],
  ])('is not made with %s', async (_what, body) => {
    const answer = await stage.api.ask('POST', `/api/workflows/${workflow.id}/intakes`, { body });
    expect(answer.status).toBe(422);
  });

  it('gives back what its output template makes of the task', async () => {
    const intake = await makeIntake({
      outputTemplate: { ok: '{{steps.decide.output.approved}}', for: 'Order of {{inputs.customer}}' },
    });
    const { body } = await send(intake);
    await finish(body.work_id);
    expect((await workOf(intake, body.work_id)).output).toEqual({ ok: true, for: 'Order of Acme' });
  });

  it.each([['cancelled', 'cancel', { reason: 'Not now' }, 'The task was cancelled: Not now']])(
    'tells that a task was %s as failed, and why',
    async (_what, call, body, error) => {
      const intake = await makeIntake();
      const sent = await send(intake);
      const { id } = await taskOf(sent.body.work_id);
      await stage.ask(200, 'POST', `/api/workflows/executions/${id}/${call}`, body);
      expect(await workOf(intake, sent.body.work_id)).toMatchObject({
        status: 'failed',
        output: null,
        error,
      });
    },
  );

  describe('with a callback_url', () => {
    it('shows its secret to one of two requests that make it at the same moment', async () => {
      const path = `/api/workflows/${workflow.id}/intakes`;
      const headers = { 'idempotency-key': 'twice' };
      const make = (): Promise<Answer<Intake>> =>
        stage.api.ask('POST', path, { body: { name: 'Twice' }, headers });
      const answers = await Promise.all([make(), make(), make()]);
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409]);
    });

    it('calls it once when the work ends, signed with the secret that was shown once', async () => {
      const intake = await makeIntake();
      const receiver = await stage.receiver();
      const { body } = await send(intake, { customer: 'Acme', amount: 5, callback_url: receiver.url });
      await stage.settle();
      expect(receiver.received).toEqual([]);
      await finish(body.work_id);
      expect(receiver.received.map(({ json }) => json)).toEqual([
        { work_id: body.work_id, status: 'completed', output: { approved: true }, error: null },
      ]);
      const [webhook] = receiver.received;
      if (webhook !== undefined)
        new StandardWebhook(intake.callbackSecret).verify(webhook.body, webhook.headers);
      await stage.passTime(60 * minuteMs);
      await stage.api.incoming.intakes.sweep({ maxMs: 1_000 });
      await stage.settle();
      expect(receiver.received).toHaveLength(1);
    });

    it('calls it for a task that ends at once, and for one that is cancelled', async () => {
      const short = await makeWorkflow({ steps: [] });
      const intake = await makeIntake({}, short);
      const receiver = await stage.receiver();
      await send(
        intake,
        { customer: 'Acme', amount: 5 },
        {},
        `?callback_url=${encodeURIComponent(receiver.url)}`,
      );
      await receiver.whenReceived(1);
      await stage.settle();
      expect(receiver.received.map(({ json }) => json)).toMatchObject([
        { status: 'completed', output: null },
      ]);
    });

    it('tries again, gives up after days, and sends it again when it is asked to', async () => {
      const intake = await makeIntake();
      const receiver = await stage.receiver();
      receiver.answer = () => ({ status: 500 });
      const { body } = await send(intake, { customer: 'Acme', amount: 5, callback_url: receiver.url });
      await finish(body.work_id);
      for (let day = 0; day < 10; day += 1) await stage.passTime(30 * 60 * minuteMs);
      expect(receiver.received.length).toBeGreaterThan(3);
      expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);

      const path = `/api/workflows/${workflow.id}/intakes/${intake.id}/callbacks`;
      const { items } = await stage.ask<{ items: Entity[] }>(200, 'GET', `${path}?state=DEAD`);
      expect(items).toMatchObject([{ state: 'DEAD', eventType: 'WORKFLOW_EXECUTION_COMPLETED' }]);
      receiver.answer = () => ({ status: 200 });
      await stage.ask(200, 'POST', `${path}/${items[0]?.id ?? ''}/replay`, {});
      await stage.settle();
      expect(await stage.ask(200, 'GET', path)).toMatchObject({ items: [{ state: 'DELIVERED' }] });
    });

    it('signs with both secrets after a rotation, until the overlap is over', async () => {
      const intake = await makeIntake();
      const receiver = await stage.receiver();
      const path = `/api/workflows/${workflow.id}/intakes/${intake.id}/rotate-secret`;
      const { callbackSecret } = await stage.ask<Intake>(200, 'POST', path, { overlapHours: 1 });
      const { body } = await send(intake, { customer: 'Acme', amount: 5, callback_url: receiver.url });
      await finish(body.work_id);
      const [webhook] = receiver.received;
      for (const secret of [intake.callbackSecret, callbackSecret]) {
        if (webhook !== undefined) new StandardWebhook(secret).verify(webhook.body, webhook.headers);
      }
      expect(webhook?.headers['webhook-signature']?.split(' ')).toHaveLength(2);
    });

    it.each([
      ['no URL', 'nonsense'],
      ['another scheme', 'ftp://example.com/'],
      ['a user name in it', 'https://ana@example.com/'],
      ['no text', 7],
    ])('refuses %s with its path', async (_what, callback_url) => {
      const answer = await send<{ errors: { path: string }[] }>(await makeIntake(), {
        customer: 'A',
        amount: 1,
        callback_url,
      });
      expect(answer.status).toBe(422);
      expect(answer.body.errors.map(({ path }) => path)).toEqual(['callback_url']);
    });
  });

  describe('whose process dies after it took work in', () => {
    /** As a process leaves it that stored the item and did nothing else. */
    async function leaveBehind(workId: string): Promise<void> {
      await stage.api.database
        .collection('work_items')
        .updateOne({ _id: workId as never }, { $set: { executionId: null, dueAt: new Date(1) } });
    }

    it('has its task started by a sweep, once', async () => {
      const intake = await makeIntake();
      const { body } = await send(intake);
      const { id } = await taskOf(body.work_id);
      await leaveBehind(body.work_id);
      expect((await workOf(intake, body.work_id)).status).toBe('pending');
      expect(await stage.api.incoming.intakes.sweep({ maxMs: 1_000 })).toBe(1);
      expect((await taskOf(body.work_id)).id).toBe(id);
      expect(await stage.api.incoming.intakes.sweep({ maxMs: 1_000 })).toBe(0);
    });

    it('waits while the workflow is paused, and is started when it is active again', async () => {
      const intake = await makeIntake();
      const { body } = await send(intake);
      const items = stage.api.database.collection('work_items');
      const executions = stage.api.database.collection('executions');
      await executions.deleteOne({ _id: (await taskOf(body.work_id)).id as never });
      await leaveBehind(body.work_id);
      await stage.ask(200, 'PATCH', `/api/workflows/${workflow.id}`, { status: 'PAUSED' });
      await stage.api.incoming.intakes.sweep({ maxMs: 1_000 });
      expect((await workOf(intake, body.work_id)).status).toBe('pending');
      await stage.ask(200, 'PATCH', `/api/workflows/${workflow.id}`, { status: 'ACTIVE' });
      stage.api.clock.advance(minuteMs);
      await stage.api.incoming.intakes.sweep({ maxMs: 1_000 });
      expect((await workOf(intake, body.work_id)).status).toBe('running');
      expect(await items.countDocuments({ dueAt: { $ne: null } })).toBe(0);
    });

    it('has its callback made sure of, when the task ended before it was known whose it is', async () => {
      const intake = await makeIntake();
      const receiver = await stage.receiver();
      const { body } = await send(intake);
      await finish(body.work_id);
      const items = stage.api.database.collection('work_items');
      await items.updateOne({ _id: body.work_id as never }, { $set: { callbackUrl: receiver.url } });
      await leaveBehind(body.work_id);
      await stage.api.incoming.intakes.sweep({ maxMs: 1_000 });
      await stage.settle();
      expect(receiver.received.map(({ json }) => json)).toMatchObject([{ status: 'completed' }]);
    });
  });

  describe('for whom', () => {
    let access: AccessStage;
    beforeEach(async () => {
      access = await createAccessStage(stage.api);
    });

    it('answers 401 without a key that is in force, and 404 to whoever may not see its workflow', async () => {
      const intake = await makeIntake({}, { id: access.workflowIds['team-workflow'] });
      const path = `/v1/intake/${intake.id}`;
      const statusFor = async (key: string): Promise<number> =>
        (await access.ask(key, 'POST', path, {})).status;
      const own = await access.keyOfTeam(testOrgId, access.teamIds.owning);
      expect(await statusFor(own)).toBe(202);
      expect(await statusFor(await access.keyOfTeam(testOrgId, access.teamIds.other))).toBe(404);
      expect(await statusFor('nonsense')).toBe(401);
      const [, keyId = ''] = /^team-([0-9a-f]{24})/.exec(own) ?? [];
      await stage.api.ask('DELETE', `/api/orgs/${testOrgId}/api-keys/${keyId}`);
      expect(await statusFor(own)).toBe(401);
    });

    it('knows a person by their key, who then is the one that started the task', async () => {
      await access.addMember(testOrgId, 'U0ANA', 'member');
      const key = await access.keyOf(testOrgId, 'U0ANA');
      const intake = await makeIntake({}, { id: access.workflowIds['org-workflow'] });
      const answer = await access.ask<Work>(key, 'POST', `/v1/intake/${intake.id}`, {});
      const item = await stage.api.database
        .collection('work_items')
        .findOne({ _id: answer.body.work_id as never });
      expect(item?.['startedBy']).toMatchObject({ kind: 'person', userId: 'U0ANA' });
    });

    it('may not be written to with a token that may only read', async () => {
      const { token } = await stage.attach({ scopes: ['WORKFLOW_READ'] }, {}, workflow);
      const intake = await makeIntake();
      expect((await access.ask(token, 'POST', `/v1/intake/${intake.id}`, {})).status).toBe(403);
    });
  });

  it.each([
    ['no JSON', '{', {}, 400],
    ['another content type', '<a/>', { 'content-type': 'text/xml' }, 415],
    ['a list, when there is no template', [1], {}, 422],
    ['more than 1 MB', JSON.stringify({ customer: 'x'.repeat(1_100_000) }), {}, 413],
    ['a field that no database can keep', { $where: 1 }, {}, 422],
  ])('refuses %s', async (_what, body, headers, status) => {
    expect((await send(await makeIntake(), body, headers)).status).toBe(status);
  });
});
