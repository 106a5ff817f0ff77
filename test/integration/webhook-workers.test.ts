import mongoose from 'mongoose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MongoDeliveryStore } from '../../models/mongo-delivery-store.ts';
import type { Delivery, LaneClaim } from '../../src/domain/delivery.ts';
import type { OutboundEvent } from '../../src/domain/outbound-event.ts';
import type { Webhooks } from '../../src/webhooks/create-webhooks.ts';
import { testOrgId } from '../support/builders.ts';
import { isMongoMissing } from '../support/test-mongo.ts';
import { createTestWebhooks } from '../support/test-webhooks.ts';
import { type Attached, WebhookStage } from '../support/webhook-stage.ts';

const leaseMs = 60_000;
const attempt = { at: new Date(), status: 200, error: null, durationMs: 1, excerpt: null };

/** Several processes on one database, some of which die. */
describe.skipIf(isMongoMissing())('workers that deliver', () => {
  let stage: WebhookStage;
  let attached: Attached;
  let store: MongoDeliveryStore;
  const others: Webhooks[] = [];

  beforeEach(async () => {
    stage = await WebhookStage.create();
    attached = await stage.attach();
    store = new MongoDeliveryStore(stage.api.database);
  });
  afterEach(async () => {
    await Promise.all(others.splice(0).map((other) => other.stop(1_000)));
    await stage.close();
  });

  function anotherProcess(): Webhooks {
    const { database, org, clock } = stage.api;
    const other = createTestWebhooks(database, org, { clock });
    others.push(other);
    return other;
  }

  function eventOf(executionId: string, seq: number): OutboundEvent {
    return {
      id: `${executionId.slice(0, 20)}${String(seq).padStart(4, '0')}`,
      type: 'WORKFLOW_EXECUTION_STARTED',
      createdAt: stage.api.clock.now(),
      orgId: testOrgId,
      workflowId: attached.workflow.id,
      executionId,
      seq,
      stepId: null,
      stepName: null,
      data: { seq },
    };
  }

  const newId = (): string => new mongoose.Types.ObjectId().toHexString();

  /** As a process that dies right after it has noted the event. */
  async function noteAndDie(executionId: string, seqs: number[]): Promise<void> {
    const dead = anotherProcess();
    await dead.worker.drain(1_000);
    await dead.fanOut.offer(seqs.map((seq) => eventOf(executionId, seq)));
  }

  async function claim(): Promise<LaneClaim> {
    const now = stage.api.clock.now();
    const found = await store.claimDue(attached.plugin.id, now, new Date(now.getTime() + leaseMs));
    if (found === null) throw new Error('nothing is due');
    return found;
  }

  async function begin(held: LaneClaim): Promise<Delivery> {
    const delivery = await store.begin(held);
    if (delivery === null || delivery === 'lost') throw new Error('nothing was begun');
    return delivery;
  }

  it('note an event once that is offered twice, also after it was delivered and by several at once', async () => {
    const { fanOut, worker } = stage.api.webhooks;
    const executionId = newId();
    const events = [eventOf(executionId, 1), eventOf(executionId, 2)];
    const processes = [fanOut, anotherProcess().fanOut, anotherProcess().fanOut];

    await Promise.all(processes.map((each) => each.offer(events)));
    await worker.idle();
    await Promise.all(others.map((other) => other.worker.idle()));
    await fanOut.offer(events);
    await worker.idle();

    expect(attached.receiver.received.map(({ json }) => json.data['seq'])).toEqual([1, 2]);
  });

  it('send what a process has noted that died before it could', async () => {
    await noteAndDie(newId(), [1, 2, 3]);
    expect(attached.receiver.received).toEqual([]);

    await stage.passTime(0);

    expect(attached.receiver.received.map(({ json }) => json.data['seq'])).toEqual([1, 2, 3]);
  });

  it('send again what a process had begun that died, once its claim has run out', async () => {
    await noteAndDie(newId(), [1]);
    await begin(await claim());

    await stage.passTime(leaseMs - 1);
    expect(attached.receiver.received).toEqual([]);
    await stage.passTime(2);

    expect(attached.receiver.received).toHaveLength(1);
  });

  it('record nothing once another has taken over', async () => {
    await noteAndDie(newId(), [1, 2]);
    const stale = await claim();
    const delivery = await begin(stale);
    stage.api.clock.advance(leaseMs + 1);
    const fresh = await claim();
    await begin(fresh);
    const now = stage.api.clock.now();

    expect(await store.record(delivery, stale.fence, attempt, { kind: 'delivered' }, now)).toBe(false);
    expect(await store.begin(stale)).toBe('lost');
    expect(await store.renew(stale, now)).toBeNull();
    expect(await store.release(stale, null)).toBe(false);
    expect(await store.bury(stale, 'no', now)).toBe(1);
    expect(await store.record(delivery, fresh.fence, attempt, { kind: 'delivered' }, now)).toBe(true);
  });

  it('do not lose an event that is put into a lane while it is given back as empty', async () => {
    const executionId = newId();
    await noteAndDie(executionId, [1]);
    const held = await claim();
    const delivery = await begin(held);
    const now = stage.api.clock.now();
    await store.record(delivery, held.fence, attempt, { kind: 'delivered' }, now);
    expect(await store.begin(held)).toBeNull();
    await noteAndDie(executionId, [2]);

    expect(await store.release(held, null)).toBe(false);
    await stage.passTime(leaseMs + 1);

    expect(attached.receiver.received.map(({ json }) => json.data['seq'])).toEqual([2]);
  });

  it('do not try again at once because something was put behind an event while it failed', async () => {
    const executionId = newId();
    attached.receiver.answer = async () => {
      await noteAndDie(executionId, [2]);
      return { status: 500 };
    };
    await noteAndDie(executionId, [1]);

    await stage.passTime(0);

    expect(attached.receiver.received.map(({ json }) => json.data['seq'])).toEqual([1]);
  });

  it('share the work, each event sent once', async () => {
    const executions = Array.from({ length: 30 }, newId);
    for (const executionId of executions) await noteAndDie(executionId, [1, 2]);
    const workers = [stage.api.webhooks, anotherProcess(), anotherProcess()].map(({ worker }) => worker);

    await Promise.all(workers.map((worker) => worker.sweep()));
    await Promise.all(workers.map((worker) => worker.idle()));

    const { received } = attached.receiver;
    expect(received).toHaveLength(60);
    for (const executionId of executions) {
      const ofOne = received.filter(({ json }) => json.executionId === executionId);
      expect(ofOne.map(({ json }) => json.data['seq'])).toEqual([1, 2]);
    }
    expect(await stage.api.database.collection('delivery_lanes').countDocuments()).toBe(0);
  });

  it('find what is due by jumping from plugin to plugin in the index, however much waits', async () => {
    for (let lane = 0; lane < 20; lane += 1) await noteAndDie(newId(), [1]);
    const explained = await stage.api.database
      .collection('delivery_lanes')
      .aggregate([
        { $sort: { pluginId: 1, dueAt: 1 } },
        { $group: { _id: '$pluginId', dueAt: { $first: '$dueAt' } } },
      ])
      .explain();

    expect(JSON.stringify(explained)).toContain('DISTINCT_SCAN');
  });

  it('forget what a detached handler was still to get', async () => {
    await noteAndDie(newId(), [1]);
    await stage.ask(204, 'DELETE', attached.path);
    await stage.passTime(0);

    expect(attached.receiver.received).toEqual([]);
    expect(await stage.api.database.collection('event_deliveries').countDocuments()).toBe(0);
  });
});
