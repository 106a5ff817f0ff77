import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BatchStore, createBatchStore } from '../../models/batch-store.ts';
import { BatchWorker } from '../../src/engine/batches/batch-worker.ts';
import type { JsonSchema } from '../../src/domain/json-schema.ts';
import { createLogger } from '../../src/logger.ts';
import { systemTimers } from '../../src/timers.ts';
import { testOrgId, wait } from '../support/builders.ts';
import { retainedHeapBytes } from '../support/faults-db/retained-heap.ts';
import { adminKey, type Answer, createHttpFixture, type HttpFixture } from '../support/http-fixture.ts';
import { type TestDatabase, createTestDatabase, isMongoMissing } from '../support/test-mongo.ts';

const inputsSchema: JsonSchema = {
  type: 'object',
  properties: {
    customer: { type: 'string', title: 'Customer name' },
    amount: { type: 'number' },
    address: { type: 'object', properties: { city: { type: 'string' } } },
  },
  required: ['customer', 'amount'],
  additionalProperties: false,
};

interface BatchBody extends Record<string, unknown> {
  id: string;
  status: string;
  counts: Record<string, number>;
  problems: { row: number; errors: { path: string; message: string }[] }[];
}

describe.skipIf(isMongoMissing())('batches by the API', { timeout: 60_000 }, () => {
  let test: TestDatabase;
  let api: HttpFixture;
  let workflowId: string;
  let path: string;

  beforeAll(async () => {
    test = await createTestDatabase();
    api = await createHttpFixture(test.uri);
    // MongoDB removes by its own clock what is older than it is kept.
    api.clock.advance(Date.now() - api.clock.now().getTime());
  });
  beforeEach(async () => {
    ({ id: workflowId } = await api.createWorkflow([], inputsSchema));
    path = `/api/workflows/${workflowId}/batches`;
  });
  afterAll(async () => {
    await api.close();
    await test.drop();
  });

  async function send(
    body: string,
    query = '',
    headers: Record<string, string> = {},
  ): Promise<Answer<BatchBody>> {
    const type = { 'content-type': 'text/csv', ...headers };
    return api.ask<BatchBody>('POST', `${path}${query}`, { body, headers: type });
  }

  /** A file that comes in as slowly as the test writes it. */
  function sendSlowly(headers: Record<string, string>): {
    write: (text: string) => void;
    end: () => void;
    abort: () => void;
    answer: Promise<{ status: number; retryAfter: number; body: BatchBody }>;
  } {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const aborting = new AbortController();
    const answer = fetch(`${api.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'text/csv', ...headers },
      body: readable,
      duplex: 'half',
      signal: aborting.signal,
    } as RequestInit).then(async (response) => ({
      status: response.status,
      retryAfter: Number(response.headers.get('retry-after')),
      body: (await response.json()) as BatchBody,
    }));
    answer.catch(() => {});
    return {
      write: (text) => void writer.write(new TextEncoder().encode(text)).catch(() => {}),
      end: () => void writer.close().catch(() => {}),
      abort: () => aborting.abort(),
      answer,
    };
  }

  async function change(
    id: string,
    body: object,
  ): Promise<{ status: number; body: BatchBody; text: string }> {
    return api.ask<BatchBody>('PATCH', `${path}/${id}`, { body });
  }

  /** Turns until nothing is due, the clock going on as the pace asks. */
  async function workOff(id: string): Promise<BatchBody> {
    for (let turn = 0; turn < 60; turn += 1) {
      await api.batchWorker.sweep(60_000);
      await api.batchWorker.idle();
      await api.engine.idle();
      const { body } = await api.ask<BatchBody>('GET', `${path}/${id}`);
      if (!['RUNNING', 'CHECKING'].includes(body.status)) return body;
      api.clock.advance(60_000);
    }
    throw new Error('the batch does not come to its end');
  }

  it('are checked row by row before anything is started, with what is wrong in which row', async () => {
    const csv =
      'Customer name,Amount,address.city\nAcme,420,Berlin\nBolt,many,\n,7,\n"Cord, Inc",8,Rome,extra\n';
    const { status, body, text } = await send(csv);
    expect(status, text).toBe(201);
    expect(body).toMatchObject({ status: 'INVALID', rows: 4, counts: { VALID: 1, INVALID: 3 } });
    expect(body.problems.map(({ row, errors }) => [row, errors[0]?.path])).toEqual([
      [2, 'amount'],
      [3, 'customer'],
      [4, ''],
    ]);
    const invalid = await api.ask<{ items: { row: number }[] }>(
      'GET',
      `${path}/${body.id}/rows?status=INVALID`,
    );
    expect(invalid.body.items.map(({ row }) => row)).toEqual([2, 3, 4]);
    const refused = await change(body.id, { status: 'RUNNING' });
    expect(refused).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('3 rows are wrong') },
    });
    expect(await api.tasks.list(testOrgId, { workflowId }, { limit: 5 })).toEqual([]);
    await change(body.id, { status: 'RUNNING', skipInvalid: true });
    expect(await workOff(body.id)).toMatchObject({
      status: 'COMPLETED',
      counts: { COMPLETED: 1, INVALID: 3 },
    });
    const [task] = await api.tasks.list(testOrgId, { workflowId }, { limit: 5 });
    expect(task?.context.inputs).toEqual({ customer: 'Acme', amount: 420, address: { city: 'Berlin' } });
  });

  it('start each row once, under its key, whichever batch it comes with; changed values are refused', async () => {
    const first = await send('id,customer,amount\na,Acme,1\nb,Bolt,2\n', '?rowKey=id');
    await change(first.body.id, { status: 'RUNNING' });
    expect(await workOff(first.body.id)).toMatchObject({ counts: { COMPLETED: 2 } });
    api.clock.advance(60_000);
    const second = await send('id,customer,amount\nb,Bolt,2\na,Acme,99\nc,Cord,3\n', '?rowKey=id');
    await change(second.body.id, { status: 'RUNNING' });
    expect(await workOff(second.body.id)).toMatchObject({ counts: { COMPLETED: 2, REFUSED: 1 } });
    expect(await api.tasks.list(testOrgId, { workflowId }, { limit: 9 })).toHaveLength(3);
    const rows = await api.ask<{ items: object[] }>('GET', `${path}/${second.body.id}/rows`);
    expect(rows.body.items).toMatchObject([
      { rowKey: 'b', wasThere: true, status: 'COMPLETED' },
      { rowKey: 'a', status: 'REFUSED', errors: [{ message: expect.stringContaining('other values') }] },
      { rowKey: 'c', wasThere: false },
    ]);
    const labelled = await send('id,customer,amount\nb,Bolt,2\n', '?rowKey=id&label=june');
    await change(labelled.body.id, { status: 'RUNNING' });
    await workOff(labelled.body.id);
    expect(await api.tasks.list(testOrgId, { workflowId }, { limit: 9 })).toHaveLength(4);
  });

  it('know rows without a key by their content and place, and a key that comes twice in a file', async () => {
    const csv = 'customer,amount\nAcme,1\nAcme,1\n';
    for (const _again of [1, 2]) {
      const { body } = await send(csv);
      await change(body.id, { status: 'RUNNING' });
      await workOff(body.id);
    }
    expect(await api.tasks.list(testOrgId, { workflowId }, { limit: 9 })).toHaveLength(2);
    const twice = await send('id,customer,amount\nx,Acme,1\nx,Bolt,2\n,Cord,3\n', '?rowKey=id');
    expect(twice.body).toMatchObject({ status: 'INVALID', counts: { VALID: 1, DUPLICATE: 1, INVALID: 1 } });
  });

  it('take JSON Lines, semicolons and tabs', async () => {
    const lines =
      '{"customer":"Acme","amount":1,"address":{"city":"Rome"}}\n\n{"customer":"Bolt","amount":"2"}';
    const jsonl = await send(lines, '', { 'content-type': 'application/x-ndjson' });
    expect(jsonl.body, jsonl.text).toMatchObject({
      status: 'CHECKED',
      format: 'jsonl',
      counts: { VALID: 2 },
    });
    expect((await send('\uFEFFcustomer;amount\r\n"A;B";1\r\n')).body).toMatchObject({ counts: { VALID: 1 } });
    expect((await send('customer\tamount\nAcme\t1\n')).body).toMatchObject({ counts: { VALID: 1 } });
    const broken = await send('{"customer":"Acme","amount":1}\n[1]\nnope\n', '', {
      'content-type': 'application/x-ndjson',
    });
    expect(broken.body).toMatchObject({ status: 'INVALID', counts: { VALID: 1, INVALID: 2 } });
  });

  it.each([
    ['no rows', 'customer,amount\n', 'has no rows'],
    ['no such column', 'who,what\na,b\n', 'no column that is an input'],
    ['two columns of one name', 'amount,amount\n1,2\n', 'two columns called'],
    ['a quote that never ends', 'customer,amount\n"Acme,1\n', 'cannot be read as CSV'],
    ['no column for the key', 'customer,amount\nAcme,1\n', 'has no column "id"', '?rowKey=id'],
  ])('refuse a file with %s, and say so', async (_what, csv, words, query = '') => {
    const { status, text } = await send(csv, query);
    expect(status).toBe(422);
    expect(text).toContain(words.replaceAll('"', '\\"'));
  });

  it('refuse another content type, an unknown question and a paused workflow', async () => {
    expect((await api.ask('POST', path, { body: {} })).status).toBe(415);
    expect((await send('a\n1\n', '?colour=red')).status).toBe(422);
    expect((await send('a\n1\n', '?pacePerMinute=0')).status).toBe(422);
    await api.ask('PATCH', `/api/workflows/${workflowId}`, { body: { status: 'PAUSED' } });
    const paused = await send('customer,amount\nAcme,1\n');
    expect(paused.status).toBe(409);
    expect(paused.text).toContain('This workflow is paused.');
  });

  it('are made once under an Idempotency-Key, of the same file only', async () => {
    const csv = 'customer,amount\nAcme,1\n';
    const headers = { 'idempotency-key': `k-${workflowId}` };
    const first = await send(csv, '', headers);
    expect((await send(csv, '', headers)).body).toEqual(first.body);
    expect((await send(`${csv}Bolt,2\n`, '', headers)).status).toBe(409);
    expect((await api.ask<{ items: object[] }>('GET', path)).body.items).toHaveLength(1);
  });

  it('are not checked twice at once: while a file comes in, the same one is told to come again', async () => {
    const key = { 'idempotency-key': `slow-${workflowId}` };
    const slow = sendSlowly(key);
    slow.write('customer,amount\nAcme,1\n');
    await expect
      .poll(async () => (await api.ask<{ items: object[] }>('GET', path)).body.items.length)
      .toBe(1);
    const csv = 'customer,amount\nAcme,1\nBolt,2\n';
    const early = await send(csv, '', key);
    expect(early.status, early.text).toBe(409);
    expect(Number(early.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(early.body['detail']).toContain('is being checked');
    slow.write('Bolt,2\n');
    slow.end();
    const first = await slow.answer;
    expect(first.status).toBe(201);
    const later = await send(csv, '', key);
    expect(later).toMatchObject({ status: 201, body: { id: first.body.id, counts: { VALID: 2 } } });
  });

  it('are checked anew under the same key when the first attempt broke off, or could not be used', async () => {
    const key = { 'idempotency-key': `again-${workflowId}` };
    const slow = sendSlowly(key);
    slow.write('customer,amount\nAcme,1\n');
    await expect
      .poll(async () => (await api.ask<{ items: object[] }>('GET', path)).body.items.length)
      .toBe(1);
    slow.abort();
    await expect(slow.answer).rejects.toThrow();
    const listed = async (): Promise<BatchBody | undefined> =>
      (await api.ask<{ items: BatchBody[] }>('GET', path)).body.items[0];
    await expect.poll(async () => (await listed())?.['reason']).toContain('did not come in whole');
    expect((await send('who\na\n', '', key)).status).toBe(422);
    expect((await send('who\na\n', '', key)).status).toBe(422);
    const whole = await send('customer,amount\nAcme,1\n', '', key);
    expect(whole).toMatchObject({ status: 201, body: { status: 'CHECKED', reason: null, endedAt: null } });
  });

  it('end when whoever read their file has died, and are cancelled without a row while it is read', async () => {
    const store = createBatchStore(api.database);
    const { body } = await send('customer,amount\nAcme,1\n');
    const past = new Date(api.clock.now().getTime() - 1);
    await store.move(body.id, ['CHECKED'], { status: 'CHECKING' }, past);
    await api.batchWorker.sweep(1_000);
    await api.batchWorker.idle();
    expect((await api.ask<BatchBody>('GET', `${path}/${body.id}`)).body).toMatchObject({
      status: 'FAILED',
      reason: expect.stringContaining('did not come in whole'),
    });
    const slow = sendSlowly({});
    slow.write(`customer,amount\n${'Acme,1\n'.repeat(900)}`);
    await expect
      .poll(async () => (await api.ask<{ items: object[] }>('GET', path)).body.items.length)
      .toBe(2);
    const [open] = (await api.ask<{ items: BatchBody[] }>('GET', path)).body.items;
    expect((await change(open?.id ?? '', { status: 'CANCELLED' })).body.status).toBe('CANCELLED');
    slow.write('Bolt,2\n'.repeat(900));
    slow.end();
    expect((await slow.answer).status).toBe(409);
    expect(await store.rows(open?.id ?? '', { limit: 5 })).toEqual([]);
  });

  it('are to be sent again when another process has them by now, and only said to be cancelled when they are', async () => {
    const batches = api.database.collection<{ workflowId: string }>('batches');
    for (const [changes, answer] of [
      [
        { 'lease.token': 'another' },
        { retryAfter: 5, body: { detail: expect.stringContaining('is being checked') } },
      ],
      [{ status: 'CANCELLED' }, { retryAfter: 0, body: { detail: expect.stringContaining('cancelled') } }],
    ] as const) {
      const slow = sendSlowly({});
      slow.write('customer,amount\nAcme,1\n');
      await expect.poll(() => batches.countDocuments({ workflowId })).toBe(1);
      await batches.updateOne({ workflowId }, { $set: changes });
      slow.end();
      expect(await slow.answer).toMatchObject({ status: 409, ...answer });
      await batches.deleteMany({ workflowId });
    }
  });

  it('of a large file that is wrong from the start are refused in words, not cut off', async () => {
    const csv = `who,what\n${'somebody,something\n'.repeat(100_000)}`;
    const { status, text } = await send(csv);
    expect(status).toBe(422);
    expect(text).toContain('no column that is an input');
    // The connection is as good as before.
    for (const _again of [1, 2, 3, 4]) expect((await send('customer,amount\nAcme,1\n')).status).toBe(201);
  });

  it('go at their pace, are paused and gone on with, and cancelled: what is not started is left out', async () => {
    const csv = `customer,amount\n${Array.from({ length: 10 }, (_, index) => `C${index},${index}`).join('\n')}\n`;
    const { body } = await send(csv, '?pacePerMinute=60');
    await change(body.id, { status: 'RUNNING' });
    for (let second = 0; second < 3; second += 1) {
      await api.batchWorker.sweep(60_000);
      await api.batchWorker.idle();
      api.clock.advance(1_000);
    }
    const { body: running } = await api.ask<BatchBody>('GET', `${path}/${body.id}`);
    expect(running).toMatchObject({ status: 'RUNNING', counts: { VALID: 7 } });
    await change(body.id, { status: 'PAUSED' });
    api.clock.advance(60_000);
    await api.batchWorker.sweep(60_000);
    await api.batchWorker.idle();
    expect((await api.ask<BatchBody>('GET', `${path}/${body.id}`)).body.counts['VALID']).toBe(7);
    await change(body.id, { status: 'RUNNING', pacePerMinute: 120 });
    await api.batchWorker.sweep(60_000);
    await api.batchWorker.idle();
    const cancelled = await change(body.id, { status: 'CANCELLED' });
    expect(cancelled.body).toMatchObject({ status: 'CANCELLED', counts: { VALID: 0, SKIPPED: 5 } });
    const { body: left } = await api.ask<BatchBody>('GET', `${path}/${body.id}`);
    expect(left.counts).toMatchObject({ VALID: 0, SKIPPED: 5 });
    expect((await change(body.id, { status: 'RUNNING' })).status).toBe(409);
  });

  it('stop with the workflow, and say why', async () => {
    const { body } = await send('customer,amount\nAcme,1\nBolt,2\n');
    await change(body.id, { status: 'RUNNING' });
    await api.ask('PATCH', `/api/workflows/${workflowId}`, { body: { status: 'PAUSED' } });
    api.clock.advance(60_000);
    expect(await workOff(body.id)).toMatchObject({
      status: 'PAUSED',
      reason: expect.stringContaining('not active'),
    });
  });

  it('have a result, with what came in, what became of it, and no formula', async () => {
    const { id: waiting } = await api.createWorkflow([wait('pause', { signal: 'go' })], inputsSchema);
    path = `/api/workflows/${waiting}/batches`;
    const { body } = await send('id,customer,amount\na,=1+1,1\nb,Bolt,oops\n', '?rowKey=id');
    await change(body.id, { status: 'RUNNING', skipInvalid: true });
    await api.batchWorker.sweep(60_000);
    await api.batchWorker.idle();
    await api.engine.idle();
    const [task] = await api.tasks.list(testOrgId, { workflowId: waiting }, { limit: 1 });
    const result = await api.ask('GET', `${path}/${body.id}/result`);
    expect(result.headers.get('content-type')).toContain('text/csv');
    expect(result.text.split('\n')).toEqual([
      'row,row_key,status,task_id,output,error,id,customer,amount',
      `1,a,STARTED,${task?.id},,,a,'=1+1,1`,
      '2,,INVALID,,,amount must be number,b,Bolt,oops',
      '',
    ]);
    await api.engine.execute(testOrgId, task?.id ?? '', {
      type: 'cancel',
      reason: 'not needed',
      by: { kind: 'key', keyId: 'admin', name: null },
    });
    expect(await workOff(body.id)).toMatchObject({
      status: 'COMPLETED',
      counts: { CANCELLED: 1, INVALID: 1 },
    });
    expect((await api.ask('GET', `${path}/${body.id}/result`)).text).toContain('not needed');
  });

  it('of 10,000 rows stay out of memory, survive the death of their worker, and start no row twice', async () => {
    const rows = 10_000;
    const csv = `id,customer,amount\n${Array.from({ length: rows }, (_, index) => `r${index},Customer ${index},${index}`).join('\n')}\n`;
    const before = retainedHeapBytes();
    const { body, text } = await send(csv, '?rowKey=id&pacePerMinute=60000');
    // The rows are in the database, and none of them here.
    expect(retainedHeapBytes() - before).toBeLessThan(8_000_000);
    expect(body, text.slice(0, 500)).toMatchObject({ status: 'CHECKED', rows, counts: { VALID: rows } });
    await change(body.id, { status: 'RUNNING' });

    // One that dies in the middle: it starts, and never again says what it did.
    const store = createBatchStore(api.database);
    let started = 0;
    const dying = new BatchWorker({
      store: withSetRow(store, async (...row) => {
        if (started > 2_000) throw new Error('died');
        await store.setRow(...row);
      }),
      engine: {
        start: async (request) => {
          started += 1;
          return api.engine.start(request);
        },
      },
      findWorkflow: api.findWorkflow,
      teller: null,
      note: () => Promise.resolve(),
      timers: systemTimers,
      leaseMs: 60_000,
      newToken: () => 'dying',
      clock: api.clock,
      logger: createLogger('silent'),
    });
    while (started <= 2_000) {
      await dying.sweep(60_000);
      await dying.idle();
      api.clock.advance(1_000);
    }
    await dying.stop();
    expect(started).toBeLessThan(3_000);

    api.clock.advance(61_000);
    let done: BatchBody | null = null;
    for (let turn = 0; turn < 200 && done === null; turn += 1) {
      await api.batchWorker.sweep(2_000);
      await api.batchWorker.idle();
      await api.engine.idle();
      const { body: now } = await api.ask<BatchBody>('GET', `${path}/${body.id}`);
      if (now.status === 'COMPLETED') done = now;
      api.clock.advance(1_000);
    }
    expect(done).toMatchObject({ status: 'COMPLETED', counts: { COMPLETED: rows, VALID: 0, REFUSED: 0 } });
    const collection = api.database.collection('executions');
    expect(await collection.countDocuments({ workflowId })).toBe(rows);
    expect(await collection.distinct('context.inputs.amount', { workflowId })).toHaveLength(rows);
    const result = await api.ask('GET', `${path}/${body.id}/result`);
    const lines = result.text.trimEnd().split('\n');
    expect(lines).toHaveLength(rows + 1);
    expect(new Set(lines.map((line) => line.split(',')[3])).size).toBe(rows + 1);
  }, 300_000);
});

function withSetRow(store: BatchStore, setRow: BatchStore['setRow']): BatchStore {
  return new Proxy(store, {
    get(target, name) {
      if (name === 'setRow') return setRow;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value;
    },
  });
}
