import mongoose from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, connectDatabase } from '../../models/database.ts';
import { ensureIndexes } from '../../models/ensure-indexes.ts';
import type { FindPlace } from '../../models/slack-inbox-former.ts';
import { type InboxItem, type SlackInbox, createSlackInbox } from '../../models/slack-inbox.ts';
import { RetryableError } from '../../src/errors.ts';
import { createLogger } from '../../src/logger.ts';
import { AnswerHasToWait } from '../../src/slack/triggers/answer-has-to-wait.ts';
import { InboxWorker } from '../../src/slack/triggers/inbox-worker.ts';
import { systemTimers } from '../../src/timers.ts';
import { explainSent } from '../support/explain-sent.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { type TestDatabase, createTestDatabase, isMongoMissing } from '../support/test-mongo.ts';

const { mongo } = mongoose;
const noTopology = {} as NonNullable<mongoose.mongo.MongoServerSelectionError['reason']>;
const lane = 'T0:C0';
/** Of what was kept without a lane: by its channel, when it was written. */
const findPlace: FindPlace = ({ slackTeamId, event }) => {
  const { channel, ts } = event as { channel: string; ts: string };
  return { lane: `${slackTeamId}:${channel}`, place: ts };
};

describe.skipIf(isMongoMissing())('what waits in the inbox', () => {
  let testDatabase: TestDatabase;
  let database: Database;
  let inbox: SlackInbox;
  let clock: ManualClock;
  let done: string[];

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    database = await connectDatabase(testDatabase.uri, { monitorCommands: true });
    await ensureIndexes(database);
    inbox = createSlackInbox(database);
  });
  afterAll(async () => {
    await database.close();
    await testDatabase.drop();
  });
  beforeEach(async () => {
    await database.collection('slack_inbox').deleteMany({});
    await database.collection('slack_inbox_lanes').deleteMany({});
    clock = new ManualClock();
    done = [];
  });

  async function add(id: string, of = lane): Promise<void> {
    const item = { id, slackTeamId: 'T0', lane: of, place: id, event: {}, receivedAt: clock.now() };
    await inbox.add(item);
  }
  async function addMany(count: number): Promise<string[]> {
    const ids = Array.from({ length: count }, (_, index) => `m${String(index).padStart(4, '0')}`);
    for (const id of ids) await add(id);
    return ids;
  }
  /** As one process has it. */
  function workerOf(process: string, work: (item: InboxItem) => Promise<void> | void): InboxWorker {
    return new InboxWorker({
      inbox,
      work: async (item) => {
        await work(item);
        done.push(`${process} ${item.id}`);
      },
      findPlace,
      clock,
      timers: systemTimers,
      logger: createLogger('fatal'),
    });
  }
  async function left(): Promise<number> {
    return database.collection('slack_inbox').countDocuments();
  }

  it('is done in the order in which it happened, whatever order it arrived in', async () => {
    const worker = workerOf('a', () => undefined);
    for (const id of ['m3', 'm1', 'm2', 'm1']) await add(id);
    worker.wake(lane);
    await worker.idle();
    expect(done).toEqual(['a m1', 'a m2', 'a m3']);
    expect(await left()).toBe(0);
    expect(await database.collection('slack_inbox_lanes').countDocuments()).toBe(0);
  });

  it('is not taken over while it queues, however much longer than a lease the queue is', async () => {
    const other = workerOf('b', () => undefined);
    const busy = workerOf('a', async () => {
      clock.advance(15_000);
      other.wake(lane);
      await other.idle();
    });
    const ids = await addMany(40);
    busy.wake(lane);
    await busy.idle();
    expect(done).toEqual(ids.map((id) => `a ${id}`));
    expect(await left()).toBe(0);
  });

  it('of somebody who died is taken over in order, and whoever only seemed dead does nothing more', async () => {
    let reachedThird = (): void => undefined;
    let letGo = (): void => undefined;
    const third = new Promise<void>((resolve) => void (reachedThird = resolve));
    const hung = new Promise<void>((resolve) => void (letGo = resolve));
    const slow = workerOf('a', async ({ id }) => {
      if (id !== 'm0002') return;
      reachedThird();
      await hung;
    });
    const other = workerOf('b', ({ attempts }) => void done.push(`attempt ${attempts}`));
    await addMany(5);
    slow.wake(lane);
    await third;
    other.wake(lane);
    await other.idle();
    expect(done).toEqual(['a m0000', 'a m0001']);
    clock.advance(61_000);
    other.start();
    await other.idle();
    letGo();
    await slow.idle();
    await other.stop(1_000);
    const taken = ['attempt 2', 'b m0002', 'attempt 1', 'b m0003', 'attempt 1', 'b m0004'];
    expect(done).toEqual(['a m0000', 'a m0001', ...taken, 'a m0002']);
    expect(await left()).toBe(0);
  });

  it('and cannot be done now is waited for, and what came after it too, and what is in other lanes is not', async () => {
    let isDown = true;
    const worker = workerOf('a', ({ id }) => {
      if (isDown && id === 'm0000') throw new RetryableError('Slack is down', { retryAfterMs: 30_000 });
    });
    await addMany(2);
    await add('elsewhere', 'T0:C1');
    worker.wake(lane);
    worker.wake('T0:C1');
    await worker.idle();
    // What is put in meanwhile does not make it try sooner.
    await add('m0002');
    worker.wake(lane);
    await worker.idle();
    expect(done).toEqual(['a elsewhere']);
    isDown = false;
    clock.advance(30_000);
    worker.wake(lane);
    await worker.idle();
    expect(done).toEqual(['a elsewhere', 'a m0000', 'a m0001', 'a m0002']);
    await worker.stop(1_000);
  });

  it('and only waits until it may be answered lets pass what came after it', async () => {
    let mayAnswer = false;
    const worker = workerOf('a', ({ id }) => {
      if (!mayAnswer && id === 'm0000') throw new AnswerHasToWait(50_000);
    });
    await addMany(3);
    worker.wake(lane);
    await worker.idle();
    expect(done).toEqual(['a m0001', 'a m0002']);
    mayAnswer = true;
    clock.advance(50_000);
    worker.start();
    await worker.idle();
    expect(done).toEqual(['a m0001', 'a m0002', 'a m0000']);
    await worker.stop(1_000);
  });

  it('stays while the database is away, and is done once it is back', async () => {
    let isAway = true;
    const worker = workerOf('a', () => {
      if (isAway) throw new mongo.MongoServerSelectionError('no server in time', noTopology);
    });
    await addMany(2);
    worker.wake(lane);
    await worker.idle();
    expect(done).toEqual([]);
    expect(await left()).toBe(2);
    isAway = false;
    clock.advance(1_000);
    worker.wake(lane);
    await worker.idle();
    expect(done).toEqual(['a m0000', 'a m0001']);
    expect(await left()).toBe(0);
    await worker.stop(1_000);
  });

  it('is given up when it has failed for good, and what came after it is done', async () => {
    const worker = workerOf('a', ({ id }) => {
      if (id === 'm0000') throw new Error('broken');
    });
    await addMany(2);
    worker.wake(lane);
    await worker.idle();
    expect(done).toEqual(['a m0001']);
    expect(await left()).toBe(0);
  });

  it('is all done once when two processes put it in and take it out at the same time', async () => {
    const workers = [workerOf('a', () => undefined), workerOf('b', () => undefined)];
    const ids = Array.from({ length: 120 }, (_, index) => `m${String(index).padStart(4, '0')}`);
    const halves = workers.map(async (worker, half) => {
      for (const [index, id] of ids.entries()) {
        if (index % 2 !== half) continue;
        await add(id);
        worker.wake(lane);
      }
    });
    await Promise.all(halves);
    await Promise.all(workers.map((worker) => worker.idle()));
    await Promise.all(workers.map((worker) => worker.idle()));
    expect(done.map((line) => line.slice(2)).toSorted()).toEqual(ids);
    expect(await left()).toBe(0);
  });

  it('as an earlier version kept it is done once nobody of that version is at it, in order', async () => {
    const worker = workerOf('a', () => undefined);
    const receivedAt = clock.now();
    const former = (ts: string, leaseMs: number): object => ({
      _id: ts,
      slackTeamId: 'T0',
      event: { type: 'message', channel: 'C0', ts },
      receivedAt,
      attempts: 1,
      leaseUntil: new Date(receivedAt.getTime() + leaseMs),
    });
    const kept = [former('m0002', -1), former('m0001', -1), former('m0003', 60_000)];
    await database.collection('slack_inbox').insertMany(kept);
    worker.start();
    await worker.idle();
    expect(done).toEqual(['a m0001', 'a m0002']);
    clock.advance(60_000);
    worker.start();
    await worker.idle();
    expect(done).toEqual(['a m0001', 'a m0002', 'a m0003']);
    expect(await left()).toBe(0);
    await worker.stop(1_000);
  });

  it('is found again when whoever was putting it into its lane, or another, has died', async () => {
    const worker = workerOf('a', () => undefined);
    await addMany(2);
    await add('aside', `${lane}:answers`);
    await add('elsewhere', 'T0:C1');
    await database.collection('slack_inbox_lanes').deleteMany({ _id: { $ne: 'T0:C1' as never } });
    worker.start();
    await worker.idle();
    expect(done.toSorted()).toEqual(['a aside', 'a elsewhere', 'a m0000', 'a m0001']);
    expect(await left()).toBe(0);
    await worker.stop(1_000);
  });

  it('is not read to see whether something was lost, but one key of each lane', async () => {
    await addMany(100);
    await add('elsewhere', 'T0:C1');
    const sent = await explainSent(database, () => inbox.repair(clock.now(), findPlace));
    const keys = sent.map(({ keysExamined }) => keysExamined);
    expect(keys).toHaveLength(3);
    expect(Math.max(...keys)).toBeLessThanOrEqual(4);
    expect(sent.flatMap(({ stages }) => stages)).not.toContain('COLLSCAN');
  });
});
