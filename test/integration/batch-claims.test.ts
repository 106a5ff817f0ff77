import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BatchCounts, noCounts } from '../../src/domain/batch.ts';
import type { BatchTeller } from '../../src/engine/batches/tell-batch.ts';
import {
  type BatchStage,
  setBatchStage,
  SlowFile,
  stageLeaseMs,
  until,
} from '../support/batches/batch-stage.ts';
import { isMongoMissing } from '../support/test-mongo.ts';
import { testOrgId } from '../support/builders.ts';

const head = `customer\n${Array.from({ length: 700 }, (_, index) => `C${index}`).join('\n')}\n`;
const tail = `${Array.from({ length: 700 }, (_, index) => `D${index}`).join('\n')}\n`;

describe.skipIf(isMongoMissing())('a batch that a process works on', { timeout: 30_000 }, () => {
  let stage: BatchStage;

  beforeAll(async () => {
    stage = await setBatchStage();
  });
  afterAll(async () => {
    await stage.close();
  });

  async function leaseUntil(id: string): Promise<number> {
    const found = await stage.database
      .collection<{ _id: string; lease: { until: Date } }>('batches')
      .findOne({ _id: id });
    return found?.lease.until.getTime() ?? 0;
  }

  it('is nobody else’s, however long its file takes to be read', async () => {
    const { store, time } = stage;
    const file = new SlowFile([head, tail]);
    const batch = await stage.addBatch();
    const first = stage.worker({ teller: file.teller });
    const second = stage.worker({ teller: file.teller });
    const checking = first.sweep(1_000);
    await until(() => file.reads === 1);
    file.let(0);
    for (let third = 0; third < 9; third += 1) {
      const before = await leaseUntil(batch.id);
      time.advance(stageLeaseMs / 3);
      await until(async () => (await leaseUntil(batch.id)) > before);
      expect(await second.sweep(1_000)).toBe(0);
    }
    file.let(1);
    await checking;
    await first.idle();
    expect(file.reads).toBe(1);
    const checked = await store.find(testOrgId, batch.id);
    expect(checked).toMatchObject({ status: 'CHECKED', rows: 1_400, counts: { VALID: 1_400 } });
    time.advance(stageLeaseMs * 2);
    expect(await second.sweep(1_000)).toBe(0);
  });

  it('is another’s when its claim could not be renewed; then the first stops reading and changes nothing', async () => {
    const { store, time } = stage;
    const file = new SlowFile([head, tail]);
    const batch = await stage.addBatch();
    const cutOff = new Proxy(store, {
      get(target, name) {
        if (name === 'renew') return () => Promise.reject(new Error('the database is away'));
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value;
      },
    });
    const first = stage.worker({ teller: file.teller, store: cutOff });
    const stalled = first.sweep(1_000);
    await until(() => file.reads === 1);
    file.let(0);
    for (const _third of [1, 2]) {
      time.advance(stageLeaseMs / 3);
      await until(() => time.nextTimerAt() !== null);
    }
    time.advance(stageLeaseMs / 3);
    const second = stage.worker({ teller: file.teller });
    const takenOver = second.sweep(1_000);
    await until(() => file.reads === 2);
    file.let(1);
    await Promise.all([stalled, takenOver, first.idle(), second.idle()]);
    expect(file.ended).toBe(2);
    const checked = await store.find(testOrgId, batch.id);
    expect(checked).toMatchObject({ status: 'CHECKED', rows: 1_400, counts: { VALID: 1_400 } });
    expect(await store.count(batch.id)).toMatchObject({ VALID: 1_400, DUPLICATE: 0 });
    expect((await store.rows(batch.id, { limit: 2_000 })).map(({ row }) => row)).toHaveLength(1_400);
  });

  it('is told of and kept with its rows left out, also when it is claimed while it is being cancelled', async () => {
    const { store } = stage;
    const place = { channelId: 'C1', threadTs: null, ts: '1.0' };
    const counts = { ...noCounts, VALID: 1 };
    const batch = await stage.addBatch({ status: 'RUNNING', rows: 1, counts, place });
    await store.move(batch.id, ['RUNNING'], { status: 'CANCELLED' }, stage.time.now());
    const told: BatchCounts[] = [];
    const tell: BatchTeller['tell'] = async (shown) => {
      told.push(shown.counts);
      // Whoever cancels it goes on meanwhile.
      await store.moveRows(batch.id, ['VALID'], 'SKIPPED');
      const after = { counts: await store.count(batch.id) };
      await store.move(batch.id, ['CANCELLED'], after, stage.time.now());
      return { place: null, retryAfterMs: null, maybeSent: false };
    };
    const worker = stage.worker({ teller: { ...new SlowFile([]).teller, tell } });
    await worker.sweep(1_000);
    await worker.idle();
    const leftOut = { ...noCounts, SKIPPED: 1 };
    expect(told.at(-1)).toEqual(leftOut);
    expect(await store.find(testOrgId, batch.id)).toMatchObject({ status: 'CANCELLED', counts: leftOut });
  });
});
