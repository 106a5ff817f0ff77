import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiClient } from '../../src/cli/api-client.ts';
import { findWorkflow } from '../../src/cli/find-workflow.ts';
import { parseBatchFlags, runBatch } from '../../src/cli/run-batch.ts';
import { parseTriggerFlags, runTrigger } from '../../src/cli/run-trigger.ts';
import { testOrgId, wait } from '../support/builders.ts';
import { type HttpFixture, adminKey, createHttpFixture } from '../support/http-fixture.ts';
import { type TestDatabase, createTestDatabase, isMongoMissing } from '../support/test-mongo.ts';

const inputsSchema = {
  type: 'object',
  properties: { customer: { type: 'string' }, amount: { type: 'number' } },
  required: ['customer', 'amount'],
};

describe.skipIf(isMongoMissing())('the programs for the terminal', { timeout: 60_000 }, () => {
  let test: TestDatabase;
  let api: HttpFixture;
  let folder: string;
  let said: string[];

  beforeAll(async () => {
    test = await createTestDatabase();
    api = await createHttpFixture(test.uri);
    api.clock.advance(Date.now() - api.clock.now().getTime());
    folder = await mkdtemp(join(tmpdir(), 'baton-cli-'));
  });
  afterAll(async () => {
    await api.close();
    await test.drop();
    await rm(folder, { recursive: true, force: true });
  });

  function client(): ReturnType<typeof createApiClient> {
    return createApiClient({ url: `${api.url}/`, key: adminKey });
  }

  async function batch(...args: string[]): Promise<number> {
    said = [];
    const bar = { start: () => {}, update: () => {}, stop: () => {} };
    const working = setInterval(() => {
      api.clock.advance(10_000);
      void api.batchWorker.sweep(1_000);
    }, 100);
    try {
      return await runBatch(client(), parseBatchFlags(args), { tell: (line) => said.push(line), bar });
    } finally {
      clearInterval(working);
      await api.batchWorker.idle();
      await api.engine.idle();
    }
  }

  async function trigger(...args: string[]): Promise<{ code: number; printed: string }> {
    said = [];
    let printed = '';
    const code = await runTrigger(client(), parseTriggerFlags(args), {
      tell: (line) => said.push(line),
      print: (line) => {
        printed = line;
      },
    });
    return { code, printed };
  }

  it('start a task for each row of a file, write the result, and go on with the same batch when run again', async () => {
    const workflow = await api.createWorkflow([], inputsSchema);
    const file = join(folder, 'orders.csv');
    await writeFile(file, 'id,customer,amount\na,Acme,1\nb,Bolt,2\n');
    const args = [file, '--workflow', workflow.slug, '--key-column', 'id', '--pace', '600'];
    expect(await batch(...args), said.join('\n')).toBe(0);
    expect(said.join('\n')).toContain('2 rows for');
    expect(said.at(-1)).toContain('2 completed');
    expect(await readFile(join(folder, 'orders.result.csv'), 'utf8')).toContain('1,a,COMPLETED');
    expect(await batch(...args)).toBe(0);
    expect(await api.tasks.list(testOrgId, { workflowId: workflow.id }, { limit: 9 })).toHaveLength(2);
  });

  it('say which rows are wrong, and start nothing, unless they are to be left out', async () => {
    const workflow = await api.createWorkflow([], inputsSchema);
    const file = join(folder, 'wrong.csv');
    await writeFile(file, 'customer,amount\nAcme,1\nBolt,many\n');
    expect(await batch(file, '-w', workflow.id)).toBe(2);
    expect(said.join('\n')).toContain('row 2: amount must be number');
    expect(await batch(file, '-w', workflow.id, '--check')).toBe(2);
    expect(await api.tasks.list(testOrgId, { workflowId: workflow.id }, { limit: 9 })).toEqual([]);
    expect(await batch(file, '-w', workflow.id, '--skip-invalid')).toBe(1);
    expect(await api.tasks.list(testOrgId, { workflowId: workflow.id }, { limit: 9 })).toHaveLength(1);
    await expect(batch(join(folder, 'none.csv'), '-w', workflow.id)).rejects.toThrow('There is no file');
  });

  it('check the same file anew once the workflow has changed; rows that have a task keep it', async () => {
    const workflow = await api.createWorkflow([], inputsSchema);
    const file = join(folder, 'changing.csv');
    await writeFile(file, 'id,customer,amount\na,Acme,1\nb,Bolt,\n');
    const args = [file, '-w', workflow.id, '--key-column', 'id', '--pace', '600', '--skip-invalid'];
    expect(await batch(...args)).toBe(1);
    const looser = { ...inputsSchema, required: ['customer'] };
    const changed = await api.ask('PATCH', `/api/workflows/${workflow.id}`, {
      body: { inputsSchema: looser },
    });
    expect(changed.status, changed.text).toBe(200);
    expect(await batch(...args), said.join('\n')).toBe(0);
    expect(said.at(-1)).toContain('2 completed');
    expect(await api.tasks.list(testOrgId, { workflowId: workflow.id }, { limit: 9 })).toHaveLength(2);
  });

  it('start a task, wait for its outcome, and end with it', async () => {
    const done = await api.createWorkflow([], inputsSchema);
    const input = ['--input', 'customer=Acme', '--input', 'amount=420'];
    expect(await trigger('--workflow', done.name, ...input)).toEqual({ code: 0, printed: '{}' });
    const { id } = await api.createWorkflow([wait('pause', { signal: 'go' })], inputsSchema);
    const waiting = trigger('--workflow', id, ...input, '--row-key', 'once');
    await expect
      .poll(async () => (await api.tasks.list(testOrgId, { workflowId: id }, { limit: 2 })).length)
      .toBe(1);
    const [task] = await api.tasks.list(testOrgId, { workflowId: id }, { limit: 2 });
    const by = { kind: 'key', keyId: 'admin', name: null } as const;
    await api.engine.execute(testOrgId, task?.id ?? '', { type: 'cancel', reason: null, by });
    expect((await waiting).code).toBe(1);
    expect(said.at(-1)).toContain('CANCELLED');
    expect((await trigger('--workflow', id, ...input, '--row-key', 'once')).code).toBe(1);
    expect(await api.tasks.list(testOrgId, { workflowId: id }, { limit: 9 })).toHaveLength(1);
  });

  it('send a number only where it is written as one is, so that versions and long ids stay as they are', async () => {
    const { id } = await api.createWorkflow([], { type: 'object' });
    const values = ['version=1.10', 'id=12345678901234567890', 'amount=420', 'price=4.5'];
    const flags = values.flatMap((value) => ['--input', value]);
    expect((await trigger('--workflow', id, ...flags)).code).toBe(0);
    const [task] = await api.tasks.list(testOrgId, { workflowId: id }, { limit: 2 });
    const expected = { version: '1.10', id: '12345678901234567890', amount: 420, price: 4.5 };
    expect(task?.context.inputs).toEqual(expected);
  });

  it('send a number where the workflow wants one, however it is written', async () => {
    const { id } = await api.createWorkflow([], {
      type: 'object',
      properties: {
        amount: { type: 'number' },
        count: { type: 'integer' },
        discount: { type: ['number', 'null'] },
        version: { type: ['string', 'number'] },
      },
    });
    const values = ['amount=420.00', 'count=1e3', 'discount=1.50', 'version=1.10', 'build=1.10'];
    const flags = values.flatMap((value) => ['--input', value]);
    expect((await trigger('--workflow', id, ...flags)).code).toBe(0);
    const [task] = await api.tasks.list(testOrgId, { workflowId: id }, { limit: 2 });
    const expected = { amount: 420, count: 1_000, discount: 1.5, version: '1.10', build: '1.10' };
    expect(task?.context.inputs).toEqual(expected);
    await expect(trigger('--workflow', id, '--input', 'amount=1e999')).rejects.toThrow('amount');
  });

  it('send a text where the workflow wants one, and wherever it is said to be one', async () => {
    const { id } = await api.createWorkflow([], {
      type: 'object',
      properties: { version: { type: 'string' }, amount: { type: 'number' } },
    });
    const values = ['--input', 'version=2', '--input', 'amount=2', '--text', 'build=2'];
    expect((await trigger('--workflow', id, ...values)).code).toBe(0);
    const [task] = await api.tasks.list(testOrgId, { workflowId: id }, { limit: 2 });
    expect(task?.context.inputs).toEqual({ version: '2', amount: 2, build: '2' });
    await expect(trigger('--workflow', id, '--text', 'nothing')).rejects.toThrow('must be key=value');
  });

  it('say what the task waits for, once for each step', async () => {
    const { id } = await api.createWorkflow(
      [wait('pause', { signal: 'go' }), wait('rest', { signal: 'on' })],
      inputsSchema,
    );
    const running = trigger('--workflow', id, '--data', '{"customer":"Acme","amount":1}');
    const waitsFor = (step: string) =>
      expect.poll(() => said.join('\n'), { timeout: 20_000 }).toContain(step);
    await waitsFor('"pause"');
    const [task] = await api.tasks.list(testOrgId, { workflowId: id }, { limit: 2 });
    const signal = (name: string) =>
      api.ask('POST', `/api/workflows/executions/${task?.id ?? ''}/signal`, { body: { name } });
    await signal('go');
    await waitsFor('"rest"');
    await signal('on');
    expect((await running).code).toBe(0);
    expect(said.filter((line) => line.startsWith('"pause"'))).toHaveLength(1);
    expect(said.filter((line) => line.startsWith('"rest"'))).toHaveLength(1);
  });

  it('say how long they waited, what is wrong with the inputs, and that nothing is there', async () => {
    const { id } = await api.createWorkflow([wait('pause', { signal: 'go' })], inputsSchema);
    const input = ['--data', '{"customer":"Acme","amount":1}'];
    expect((await trigger('--workflow', id, ...input, '--timeout', '1s')).code).toBe(4);
    expect((await trigger('--workflow', id, ...input, '--no-wait')).code).toBe(0);
    await expect(trigger('--workflow', id, '--input', 'amount=many')).rejects.toThrow(/customer/);
    await expect(trigger('--input', 'a=1')).rejects.toThrow('--intake');
    await expect(findWorkflow(client(), 'no-such-thing')).rejects.toThrow('There is no workflow called');
    const stranger = createApiClient({ url: api.url, key: 'nonsense' });
    await expect(findWorkflow(stranger, 'x')).rejects.toThrow('It comes from BATON_KEY');
  });

  it('send work to an intake, and give its output', async () => {
    const workflow = await api.createWorkflow([], inputsSchema);
    const made = await api.ask<{ id: string }>('POST', `/api/workflows/${workflow.id}/intakes`, {
      body: { name: 'From CI' },
    });
    expect(made.status, made.text).toBe(201);
    const file = join(folder, 'work.json');
    await writeFile(file, '{"customer":"Acme","amount":7}');
    const sending = trigger('--intake', made.body.id, '--data-file', file);
    const working = setInterval(() => void api.engine.idle(), 100);
    expect((await sending).code, said.join('\n')).toBe(0);
    clearInterval(working);
  });
});
