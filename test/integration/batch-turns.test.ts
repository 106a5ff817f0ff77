import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StartRequest } from '../../src/engine/engine.ts';
import {
  type BatchStage,
  begunTask,
  setBatchStage,
  SlowFile,
  until,
} from '../support/batches/batch-stage.ts';
import { isMongoMissing } from '../support/test-mongo.ts';

const orgs = ['5f0000000000000000000001', '5f0000000000000000000002', '5f0000000000000000000003'] as const;
const [large, small, third] = orgs;

describe.skipIf(isMongoMissing())('the batches of many orgs', { timeout: 30_000 }, () => {
  let stage: BatchStage;
  /** Whose tasks were started, in order. */
  let started: string[];

  beforeEach(async () => {
    stage = await setBatchStage();
    started = [];
  });
  afterEach(async () => {
    await stage.close();
  });

  const engine = {
    start: (request: StartRequest) => {
      started.push(request.orgId);
      return Promise.resolve(begunTask(request));
    },
  };

  async function addRunning(orgId: string, count: number): Promise<void> {
    for (let made = 0; made < count; made += 1) {
      await stage.addBatch({ orgId, status: 'RUNNING', rows: 1, startedAt: stage.time.now() });
      // The next one has been due for less long.
      stage.time.advance(1_000);
    }
  }

  it('take turns org by org, however many one of them has, also when one turn is taken at a time', async () => {
    await addRunning(large, 8);
    await addRunning(small, 2);
    await addRunning(third, 2);
    const worker = stage.worker({ engine }, { checks: 1, work: 1 });
    await worker.sweep(60_000);
    expect(started.slice(0, 6)).toEqual([large, small, third, large, small, third]);
    expect(started).toHaveLength(12);
  });

  it('go on while the file of another org is being read, and theirs are read beside it', async () => {
    const endless = new SlowFile(['customer\n']);
    const short = new SlowFile(['customer\nAcme\n']);
    short.let(0);
    await stage.addBatch({ orgId: large });
    await stage.addBatch({ orgId: large });
    const own = await stage.addBatch({ orgId: small });
    await addRunning(large, 1);
    await addRunning(small, 1);
    const teller = {
      ...endless.teller,
      readFile: (...[batch, source, signal]: Parameters<typeof endless.teller.readFile>) =>
        (batch.orgId === large ? endless : short).teller.readFile(batch, source, signal),
    };
    const worker = stage.worker({ engine, teller });
    await worker.sweep(60_000);
    expect(started.toSorted()).toEqual([large, small]);
    await until(async () => (await stage.store.find(small, own.id))?.status === 'CHECKED');
    // Of one org one file at a time.
    expect(endless.reads).toBe(1);
    const stopped = worker.stop();
    endless.let(0);
    await stopped;
    expect(await stage.store.listDue(stage.time.now(), 'checks')).toHaveLength(1);
  });
});
