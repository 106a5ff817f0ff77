import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createBatchStore } from '../../models/batch-store.ts';
import type { JsonSchema } from '../../src/domain/json-schema.ts';
import { BatchWorker } from '../../src/engine/batches/batch-worker.ts';
import type { Manager } from '../../src/engine/people/manager.ts';
import { createLogger } from '../../src/logger.ts';
import { systemTimers } from '../../src/timers.ts';
import { testOrgId } from '../support/builders.ts';
import type { FakeMessage } from '../support/slack/fake-workspace.ts';
import { idOf, type SlackBot, startSlackBot } from '../support/slack-bot.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const ana = idOf('ana');
const admin: Manager = {
  access: { orgId: testOrgId, userId: ana, role: 'owner', teamIds: [], handler: null },
  actor: { kind: 'system' },
};
const inputsSchema: JsonSchema = {
  type: 'object',
  properties: { customer: { type: 'string' }, amount: { type: 'number' } },
  required: ['customer', 'amount'],
};

describe.skipIf(isMongoMissing())('batches in Slack', { timeout: 60_000 }, () => {
  let database: TestDatabase;
  let bot: SlackBot;
  let count = 0;

  beforeAll(async () => {
    database = await createTestDatabase();
    bot = await startSlackBot(database.uri);
  });
  afterEach(() => {
    expect(bot.slack.violations()).toEqual([]);
  });
  afterAll(async () => {
    await bot.close();
    await database.drop();
  });

  async function makeWorkflow(): Promise<string> {
    count += 1;
    return (await bot.addWorkflow(`Orders ${count}`, [], inputsSchema)).id;
  }

  async function shareFile(name: string, text: string): Promise<FakeMessage> {
    const message = await bot.slack.postAs({ user: ana, channel: '#general', text: 'Here it is' });
    message.files = [bot.slack.files.share(ana, name, text)];
    return message;
  }

  function shown(): FakeMessage {
    const found = bot.slack
      .messages('#general')
      .findLast(({ blocks }) => JSON.stringify(blocks ?? []).includes(`for Orders ${count}`));
    if (found === undefined) throw new Error('no batch is shown');
    return found;
  }

  function words(): string {
    return JSON.stringify(shown().blocks);
  }

  async function workOff(): Promise<void> {
    for (let turn = 0; turn < 8; turn += 1) {
      await bot.batchWorker.sweep(5_000);
      await bot.batchWorker.idle();
      await bot.fixture.engine.idle();
      bot.clock.advance(60_000);
    }
  }

  async function askForCheck(): Promise<void> {
    const text = `start orders-${count} file=orders.csv row_key=id`;
    const before = bot.slack.ephemerals(ana).length;
    await bot.slack.sendCommand({ user: ana, channel: '#general', text });
    await expect.poll(() => bot.slack.ephemerals(ana).length).toBeGreaterThan(before);
    expect(JSON.stringify(bot.slack.ephemerals(ana).at(-1)?.blocks)).toContain('checking');
  }

  async function click(buttonText: string): Promise<void> {
    await bot.slack.clickButton({ user: ana, channel: '#general', ts: shown().ts, buttonText });
  }

  it('are started with a shared file: checked, shown, started by a click, and the result is below it', async () => {
    const workflowId = await makeWorkflow();
    await shareFile('orders.csv', 'id,customer,amount\na,Acme <!channel>,1\nb,Bolt,2\n');
    const text = `start orders-${count} file=orders.csv row_key=id`;
    await bot.slack.sendCommand({ user: ana, channel: '#general', text });
    await expect.poll(() => JSON.stringify(bot.slack.ephemerals(ana).at(-1)?.blocks)).toContain('checking');
    await workOff();
    expect(words()).toContain('All rows are right');
    const noted = bot.fixture.database.collection('orgEvents').find({ workflowId, type: 'BATCH_CHECKED' });
    expect(await noted.toArray()).toMatchObject([{ actor: { userId: ana }, data: { rows: 2 } }]);
    expect(await bot.fixture.tasks.list(testOrgId, { workflowId }, { limit: 5 })).toEqual([]);
    await click('Start 2 tasks');
    await workOff();
    expect(words()).toContain('2 of 2 started');
    expect(words()).toContain('Done');
    expect(await bot.fixture.tasks.list(testOrgId, { workflowId }, { limit: 5 })).toHaveLength(2);
    const below = bot.slack
      .messages('#general')
      .filter(({ thread_ts: root, ts }) => root === shown().ts && ts !== root);
    expect(below).toHaveLength(1);
    expect(bot.slack.files.textOf(below[0] as FakeMessage)).toContain('1,a,COMPLETED');
    expect(below[0]?.text).toContain(`<@${ana}> All tasks of these rows have ended`);
    // One message, edited: no card and no note for each of its tasks.
    expect(bot.slack.messages(ana)).toEqual([]);
  });

  it('say what is wrong in which row; the right ones are started on demand, also from the message shortcut', async () => {
    const workflowId = await makeWorkflow();
    const message = await shareFile(
      'orders.jsonl',
      '{"customer":"Acme","amount":1}\n{"customer":"<!here>","amount":"x"}\n',
    );
    const callbackId = 'start_with_message';
    await bot.slack.runMessageShortcut({ user: ana, channel: '#general', ts: message.ts, callbackId });
    await bot.slack.submitView({ user: ana, values: { Workflow: [`Orders ${count}`] } });
    await workOff();
    expect(words()).toContain('Row 2: amount must be number');
    expect(words()).toContain('Nothing was started');
    expect(words()).toContain('Correct the file and share it again, or start the rows that are right.');
    await click('Start the right one');
    await workOff();
    expect(await bot.fixture.tasks.list(testOrgId, { workflowId }, { limit: 5 })).toHaveLength(1);
    expect(words()).toContain('1 wrong');
  });

  it('speak of no tasks when every row is wrong, but of what to do', async () => {
    await makeWorkflow();
    await shareFile('orders.csv', 'id,customer,amount\na,Acme,many\n');
    await askForCheck();
    await workOff();
    expect(words()).toContain('1 row, 1 wrong\\nCorrect the file and share it again.');
    expect(words()).not.toContain('a minute');
  });

  it('show ten rows that are wrong, and put all of them into a file below, once', async () => {
    await makeWorkflow();
    const lines = Array.from({ length: 14 }, (_, index) => `r${index},Acme,${index === 3 ? 1 : 'many'}`);
    await shareFile('orders.csv', `id,customer,amount\n${lines.join('\n')}\n`);
    await askForCheck();
    bot.slack.failNext({ method: 'files.completeUploadExternal', status: 429, retryAfterSec: 5 });
    await workOff();
    expect(words()).toContain('… and 3 more: the file in the thread has them all');
    const below = bot.slack
      .messages('#general')
      .filter(({ thread_ts: root, ts }) => root === shown().ts && ts !== root);
    expect(below).toHaveLength(1);
    expect(JSON.stringify(below[0]?.files)).toMatch(/"orders\.wrong-rows-[0-9a-f]{6}\.csv"/);
    const text = bot.slack.files.textOf(below[0] as FakeMessage) ?? '';
    expect(text.trimEnd().split('\n')).toHaveLength(14);
    expect(text).toContain('14,,INVALID,,,amount must be number,r13,Acme,many');
    await click('Start the right one');
    await workOff();
    expect(words()).not.toContain('What is wrong');
    expect(words()).toContain('13 wrong');
  });

  it('say where all wrong rows are when Slack does not take the file, doubled ones too', async () => {
    await makeWorkflow();
    const lines = Array.from({ length: 15 }, (_, index) => `r${index % 2},Acme,1`);
    await shareFile('orders.csv', `id,customer,amount\n${lines.join('\n')}\n`);
    await askForCheck();
    bot.slack.failNext({ method: 'files.completeUploadExternal', error: 'not_allowed' });
    await workOff();
    const below = bot.slack.messages('#general').filter(({ thread_ts: root }) => root === shown().ts);
    expect(JSON.stringify(below)).toMatch(/All 13 rows .*Slack did not take .*\/result`/);
  });

  it('say that there is no such file, and what is wrong with one that cannot be read', async () => {
    await makeWorkflow();
    await bot.slack.sendCommand({
      user: ana,
      channel: '#general',
      text: `start orders-${count} file=nothing.csv`,
    });
    await expect
      .poll(() => JSON.stringify(bot.slack.ephemerals(ana).at(-1)))
      .toContain('You have shared no file called nothing.csv');
    await shareFile('odd.csv', 'who,what\na,b\n');
    await bot.slack.sendCommand({ user: ana, channel: '#general', text: `start orders-${count} file=last` });
    await workOff();
    expect(words()).toContain('could not be used');
    expect(words()).toContain('no column that is an input');
  });

  it('are told of later when Slack wants to be left alone: the check, and the result', async () => {
    await makeWorkflow();
    await shareFile('orders.csv', 'id,customer,amount\na,Acme,1\n');
    await askForCheck();
    bot.slack.failNext({ method: 'chat.postMessage', status: 429, retryAfterSec: 5 });
    await workOff();
    expect(words()).toContain('All rows are right');
    await click('Start 1 task');
    bot.slack.failNext({ method: 'files.completeUploadExternal', status: 429, retryAfterSec: 5, times: 20 });
    await workOff();
    bot.slack.endFaults();
    await workOff();
    expect(words()).toContain('Done');
    const below = bot.slack
      .messages('#general')
      .filter(({ thread_ts: root, ts }) => root === shown().ts && ts !== root);
    expect(below).toHaveLength(1);
  });

  it.each([
    ['refuses to give', { error: 'file_not_found' }, 'file_not_found'],
    ['never manages to give', { status: 500, times: 50 }, 'time and again'],
  ])('say so when Slack %s the file', async (_what, fault, reason) => {
    await makeWorkflow();
    await shareFile('orders.csv', 'id,customer,amount\na,Acme,1\n');
    await askForCheck();
    bot.slack.failNext({ method: 'files.info', ...fault });
    await workOff();
    bot.slack.endFaults();
    expect(words()).toContain('could not be used');
    expect(words()).toContain(reason);
  });

  it.each([
    ['row-key=id', 'I take row_key=…, pace=… and label=… only, and not row-key'],
    ['amount=5', 'not amount: what each task gets stands in the file'],
    ['pace=0', 'pace must be at least 1'],
  ])('are not begun with an option that is none: %s', async (option, answer) => {
    await makeWorkflow();
    await shareFile('orders.csv', 'id,customer,amount\na,Acme,1\n');
    const text = `start orders-${count} file=orders.csv ${option}`;
    await bot.slack.sendCommand({ user: ana, channel: '#general', text });
    await expect.poll(() => JSON.stringify(bot.slack.ephemerals(ana).at(-1))).toContain(answer);
  });

  it('show what the API has changed, and are checked all the same when only the pace is', async () => {
    const workflowId = await makeWorkflow();
    await shareFile('orders.csv', 'id,customer,amount\na,Acme,1\nb,Bolt,2\n');
    await askForCheck();
    const workflow = await bot.fixture.findWorkflow(testOrgId, workflowId);
    if (workflow === null) throw new Error('no workflow');
    const [batch] = await bot.batches.list(workflow, { limit: 1 });
    const id = batch?.id ?? '';
    await bot.batches.change(admin, workflow, id, { pacePerMinute: 1 });
    await workOff();
    expect(words()).toContain('All rows are right');
    await bot.batches.change(admin, workflow, id, { status: 'CANCELLED' });
    await workOff();
    expect(words()).toContain('Cancelled');
  });

  it('start no other portion of a turn in which they are cancelled, and count what was started', async () => {
    const workflowId = await makeWorkflow();
    const lines = Array.from({ length: 40 }, (_, index) => `r${index},Acme,${index}`).join('\n');
    await shareFile('orders.csv', `id,customer,amount\n${lines}\n`);
    await askForCheck();
    await workOff();
    const { fixture, batches, clock } = bot;
    const workflow = await fixture.findWorkflow(testOrgId, workflowId);
    if (workflow === null) throw new Error('no workflow');
    const id = (await batches.list(workflow, { limit: 1 }))[0]?.id ?? '';
    await batches.change(admin, workflow, id, { status: 'RUNNING', pacePerMinute: 6_000 });
    const worker = new BatchWorker({
      store: createBatchStore(fixture.database),
      engine: {
        start: async (request) => {
          await batches.change(admin, workflow, id, { status: 'CANCELLED' });
          return fixture.engine.start(request);
        },
      },
      findWorkflow: fixture.findWorkflow,
      teller: null,
      note: () => Promise.resolve(),
      timers: systemTimers,
      leaseMs: 60_000,
      newToken: () => 'one',
      clock,
      logger: createLogger('silent'),
    });
    await worker.sweep(1);
    await worker.idle();
    const { status, counts } = await batches.get(workflow, id);
    expect(status).toBe('CANCELLED');
    expect(counts).toMatchObject({ VALID: 0, SKIPPED: 24 });
  });
});
