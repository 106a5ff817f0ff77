import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { outboundEventTypes } from '../../src/domain/outbound-event-type.ts';
import { isMongoMissing } from '../support/test-mongo.ts';
import type { ReceivedWebhook } from '../support/webhook-receiver.ts';
import { WebhookStage } from '../support/webhook-stage.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Longer than any delay between two attempts. */
const longestDelayMs = 30 * hourMs;

/** Both packages, as a receiver would use them. */
function verify(secret: string, { body, headers }: ReceivedWebhook): void {
  new StandardWebhook(secret).verify(body, headers);
  new SvixWebhook(secret).verify(body, headers);
}

describe.skipIf(isMongoMissing())('delivery of events', () => {
  let stage: WebhookStage;

  beforeEach(async () => {
    stage = await WebhookStage.create();
  });
  afterEach(async () => {
    await stage.close();
  });

  it('brings every event of a task in order, with signatures that both packages accept', async () => {
    const { receiver, plugin, workflow } = await stage.attach({ events: outboundEventTypes });

    const { id } = await stage.start(workflow);
    await stage.complete(id);
    await stage.settle();

    expect(receiver.types()).toEqual([
      'WORKFLOW_EXECUTION_STARTED',
      'WORKFLOW_STEP_EXECUTION_SCHEDULED',
      'WORKFLOW_STEP_EXECUTION_STARTED',
      'WORKFLOW_STEP_EXECUTION_COMPLETED',
      'WORKFLOW_EXECUTION_COMPLETED',
    ]);
    for (const webhook of receiver.received) {
      verify(plugin.secret, webhook);
      expect(webhook.headers['webhook-id']).toBe(webhook.json.id);
      expect(Object.keys(webhook.json)).toEqual([
        'id',
        'type',
        'createdAt',
        'orgId',
        'workflowId',
        'executionId',
        'stepId',
        'stepName',
        'data',
      ]);
    }
    expect(receiver.received.map(({ json }) => json.data['seq'])).toEqual([1, 2, 3, 4, 5]);
  });

  it('brings only the events that the handler subscribed to', async () => {
    const attachment = { events: ['WORKFLOW_EXECUTION_COMPLETED'] };
    const { receiver, workflow } = await stage.attach({}, attachment);

    const { id } = await stage.start(workflow);
    await stage.complete(id);
    await stage.settle();

    expect(receiver.types()).toEqual(['WORKFLOW_EXECUTION_COMPLETED']);
  });

  it('writes nothing for a workflow without handlers', async () => {
    const workflow = await stage.createWorkflow();

    await stage.start(workflow);
    await stage.settle();

    const { database } = stage.api;
    expect(await database.collection('event_deliveries').countDocuments()).toBe(0);
    expect(await database.collection('delivery_lanes').countDocuments()).toBe(0);
  });

  it('keeps the token encrypted while it waits, and not at all once it is delivered', async () => {
    const receiver = await stage.receiver();
    receiver.answer = () => ({ status: 500 });
    const plugin = await stage.createPlugin(receiver.url);
    await stage.ask(200, 'POST', `/api/plugins/${plugin.id}/verify-webhook`, {});
    const workflow = await stage.createWorkflow();
    await stage.ask(201, 'POST', `/api/workflows/${workflow.id}/event-handlers`, { pluginId: plugin.id });
    await stage.settle();
    const stored = async (): Promise<string> =>
      JSON.stringify(await stage.api.database.collection('event_deliveries').find().toArray());
    const token = String(receiver.received[0]?.json.data['token']);

    expect(token).toMatch(/^handler-[0-9a-f]{24}\./);
    expect(await stored()).toContain('"kind":"sealed"');
    expect(await stored()).not.toContain(token.split('.')[1]);
    receiver.answer = () => ({ status: 200 });
    await stage.passTime(minuteMs);
    expect(receiver.received.at(-1)?.json.data['token']).toBe(token);
    expect(await stored()).toContain('"body":null');
  });

  it('signs with both secrets after a rotation, and with the new one alone when the overlap is over', async () => {
    const { receiver, plugin, workflow } = await stage.attach();
    const rotated = await stage.ask<{ secret: string }>(
      200,
      'POST',
      `/api/plugins/${plugin.id}/rotate-secret`,
      {},
    );
    await stage.start(workflow);
    await stage.settle();
    const [during] = receiver.received.splice(0);
    if (during === undefined) throw new Error('nothing was received');

    expect(during.headers['webhook-signature']?.split(' ')).toHaveLength(2);
    verify(plugin.secret, during);
    verify(rotated.secret, during);

    stage.api.clock.advance(25 * hourMs);
    await stage.start(workflow);
    await stage.settle();
    const [after] = receiver.received;
    const { id, at } = { id: after?.json.id ?? '', at: stage.api.clock.now() };
    const signature = new StandardWebhook(rotated.secret).sign(id, at, after?.body ?? '');
    expect(after?.headers['webhook-signature']).toBe(signature);
  });

  it('tries again later, the same event under the same id, and lets no later event of the task overtake it', async () => {
    const { receiver, workflow, path } = await stage.attach();
    receiver.answer = () => ({ status: 503, body: 'busy' });
    const { id } = await stage.start(workflow);
    await stage.complete(id);
    await stage.settle();
    await stage.passTime(6_000);
    receiver.answer = () => ({ status: 200 });
    await stage.passTime(6 * minuteMs);

    expect(receiver.types()).toEqual([
      'WORKFLOW_EXECUTION_STARTED',
      'WORKFLOW_EXECUTION_STARTED',
      'WORKFLOW_EXECUTION_STARTED',
      'WORKFLOW_EXECUTION_COMPLETED',
    ]);
    const [first, second, third] = receiver.received;
    expect([second?.body, third?.body]).toEqual([first?.body, first?.body]);
    const deliveries = await stage.deliveries(path);
    const started = deliveries.find(({ eventType }) => eventType === 'WORKFLOW_EXECUTION_STARTED');
    expect(started?.state).toBe('DELIVERED');
    expect(started?.attempts.map(({ status, excerpt }) => [status, excerpt])).toEqual([
      [503, 'busy'],
      [503, 'busy'],
      [200, null],
    ]);
  });

  it('does not try again before the time that the receiver asks for', async () => {
    const { receiver, workflow, path } = await stage.attach();
    receiver.answer = () => ({ status: 429, headers: { 'retry-after': '3600' } });
    await stage.start(workflow);
    await stage.settle();

    await stage.passTime(59 * minuteMs);
    expect(receiver.received).toHaveLength(1);
    const [pending] = await stage.deliveries(path, 'PENDING');
    expect(pending?.nextAttemptAt).not.toBeNull();
    receiver.answer = () => ({ status: 200 });
    await stage.passTime(2 * minuteMs);
    expect(receiver.received).toHaveLength(2);
  });

  it('gives an event up that has waited for days, and sends it when it is replayed', async () => {
    const { receiver, workflow, path } = await stage.attach();
    receiver.answer = () => ({ status: 500 });
    await stage.start(workflow);
    await stage.settle();
    for (let attempt = 0; attempt < 12; attempt += 1) await stage.passTime(longestDelayMs);

    const [dead] = await stage.deliveries(path, 'DEAD');
    expect(dead?.eventType).toBe('WORKFLOW_EXECUTION_STARTED');
    expect(dead?.attempts.length).toBe(receiver.received.length);
    expect(dead?.attempts.length).toBeGreaterThan(2);
    receiver.answer = () => ({ status: 200 });
    const replayed = await stage.ask(200, 'POST', `${path}/deliveries/${dead?.id}/replay`, {});
    expect(replayed['id']).toBe(dead?.id);
    await stage.settle();
    const [delivered] = await stage.deliveries(path, 'DELIVERED');
    expect(delivered?.id).toBe(dead?.id);
    expect(await stage.deliveries(path, 'DEAD')).toEqual([]);
  });

  it('makes ten attempts when each comes as soon as it is due', async () => {
    const { receiver, workflow, path } = await stage.attach();
    receiver.answer = () => ({ status: 500 });
    await stage.start(workflow);
    await stage.settle();
    for (;;) {
      const [pending] = await stage.deliveries(path, 'PENDING');
      if (pending === undefined) break;
      const dueInMs = Date.parse(pending.nextAttemptAt ?? '') - stage.api.clock.now().getTime();
      await stage.passTime(dueInMs);
    }

    const [dead] = await stage.deliveries(path, 'DEAD');
    expect(dead?.attempts).toHaveLength(10);
  });

  it('replays all that was given up, in order', async () => {
    const { receiver, workflow, path } = await stage.attach();
    receiver.answer = () => ({ status: 500 });
    const { id } = await stage.start(workflow);
    await stage.complete(id);
    await stage.settle();
    for (let attempt = 0; attempt < 15; attempt += 1) await stage.passTime(longestDelayMs);
    expect(await stage.deliveries(path, 'DEAD')).toHaveLength(2);
    receiver.received.splice(0);
    receiver.answer = () => ({ status: 200 });

    expect(await stage.ask(200, 'POST', `${path}/deliveries/replay`, {})).toEqual({ replayed: 2 });
    await stage.settle();

    expect(receiver.types()).toEqual(['WORKFLOW_EXECUTION_STARTED', 'WORKFLOW_EXECUTION_COMPLETED']);
  });

  it('disables a handler whose receiver answers 410, with its token, until it is enabled again', async () => {
    const { receiver, workflow, path, token } = await stage.attach();
    receiver.answer = () => ({ status: 410 });
    const { id } = await stage.start(workflow);
    await stage.complete(id);
    await stage.settle();

    expect(receiver.received).toHaveLength(1);
    const disabled = await stage.ask(200, 'GET', path);
    expect(disabled).toMatchObject({ enabled: false, disabledReason: 'The receiver answered 410 Gone.' });
    expect(await stage.deliveries(path, 'DEAD')).toHaveLength(2);
    expect((await stage.askAs(token, 'GET', `/api/workflows/${workflow.id}`)).status).toBe(401);
    await stage.start(workflow);
    await stage.settle();
    expect(receiver.received).toHaveLength(1);

    receiver.answer = () => ({ status: 200 });
    await stage.ask(200, 'PATCH', path, { enabled: true });
    await stage.start(workflow);
    await stage.settle();
    expect(receiver.received).toHaveLength(2);
  });

  it('does not follow redirects, and says so', async () => {
    const elsewhere = await stage.receiver();
    const { receiver, workflow, path } = await stage.attach();
    receiver.answer = () => ({ status: 302, headers: { location: elsewhere.url } });
    await stage.start(workflow);
    await stage.settle();

    const [pending] = await stage.deliveries(path, 'PENDING');
    expect(pending?.attempts[0]).toMatchObject({
      status: 302,
      error: expect.stringContaining('redirect') as string,
    });
    expect(elsewhere.received).toEqual([]);
  });

  it('reads no more of an answer than it needs, and keeps only its start', async () => {
    const { receiver, workflow, path } = await stage.attach();
    receiver.answer = () => ({ status: 500, body: 'x'.repeat(5_000_000) });
    await stage.start(workflow);
    await stage.settle();

    const [pending] = await stage.deliveries(path, 'PENDING');
    expect(pending?.attempts[0]?.excerpt).toBe('x'.repeat(200));
  });

  it('lets a receiver that never answers delay no other', async () => {
    const silent = await stage.attach();
    const other = await stage.attach({}, {}, silent.workflow);
    silent.receiver.answer = () => 'never';
    const executionIds: string[] = [];
    for (let task = 0; task < 40; task += 1) {
      const { id } = await stage.start(silent.workflow);
      executionIds.push(id);
    }

    await other.receiver.whenReceived(40);

    expect(new Set(other.receiver.received.map(({ json }) => json.executionId))).toEqual(
      new Set(executionIds),
    );
    expect(silent.receiver.received.length).toBeLessThanOrEqual(8);
    expect(await stage.deliveries(silent.path, 'DELIVERED')).toHaveLength(1);
  });

  it('shows the token only what it was made for', async () => {
    const { workflow, token, path } = await stage.attach({ scopes: ['WORKFLOW_READ'] });
    const other = await stage.createWorkflow();
    const { id } = await stage.start(workflow);

    const statuses = await Promise.all([
      stage.askAs(token, 'GET', `/api/workflows/${workflow.id}`),
      stage.askAs(token, 'GET', `/api/workflows/executions/${id}`),
      stage.askAs(token, 'GET', `/api/workflows/${other.id}`),
      stage.askAs(token, 'POST', `/api/workflows/executions/${id}/cancel`, {}),
      stage.askAs(token, 'DELETE', path),
    ]);

    expect(statuses.map(({ status }) => status)).toEqual([200, 200, 404, 403, 403]);
    await stage.ask(204, 'DELETE', path);
    expect((await stage.askAs(token, 'GET', `/api/workflows/${workflow.id}`)).status).toBe(401);
  });
});
