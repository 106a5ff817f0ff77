import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { StepInput } from '../../src/domain/definition.ts';
import type { JsonSchema } from '../../src/domain/json-schema.ts';
import { human, testOrgId, userMessage } from '../support/builders.ts';
import { idOf, type SlackBot, startSlackBot } from '../support/slack-bot.ts';
import type { FakeMessage } from '../support/slack/fake-workspace.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const ana = idOf('ana');
const bo = idOf('bo');
const chi = idOf('chi');

const refundInputs: JsonSchema = {
  type: 'object',
  properties: {
    customer: { type: 'string' },
    amount: { type: 'number', minimum: 1, maximum: 1_000 },
    approver: { type: 'string' },
  },
  required: ['customer', 'amount', 'approver'],
};

const refundSteps: StepInput[] = [
  human('manager_ok', {
    inputsTemplate: { message: 'Approve refund of {{inputs.amount}} to {{inputs.customer}}?' },
    assignees: ['{{inputs.approver}}'],
    handoffs: [
      { condition: 'approved', to: 'pay' },
      { condition: 'rejected', to: 'complete' },
    ],
  }),
  userMessage('pay', { assignee: chi, inputsTemplate: { message: 'Pay {{inputs.amount}}' } }),
];

function buttonTexts(message: FakeMessage | undefined): string[] {
  return JSON.stringify(message?.blocks ?? []).match(/"type":"button"/g) ?? [];
}

function words(message: FakeMessage | undefined): string {
  return JSON.stringify([message?.text, message?.blocks ?? []]);
}

describe.skipIf(isMongoMissing())('an approval in Slack', () => {
  let database: TestDatabase;
  let bot: SlackBot;

  beforeAll(async () => {
    database = await createTestDatabase();
    bot = await startSlackBot(database.uri);
    await bot.addWorkflow('Refund approval', refundSteps, refundInputs);
    await bot.addWorkflow('Two of two', [
      human('both_ok', { assignees: [bo, chi], policy: { required: 2 } }),
      userMessage('tell', { assignee: ana }),
    ]);
  });
  afterAll(async () => {
    await bot.close();
    await database.drop();
  });
  afterEach(() => {
    expect(bot.slack.violations()).toEqual([]);
    bot.clock.advance(60_000);
  });

  async function startRefund(approver = bo): Promise<FakeMessage> {
    await bot.slack.sendCommand({ user: ana, channel: '#general', text: 'start refund-approval' });
    const values = { Customer: 'Acme', Amount: '420', Approver: approver };
    const submitted = await bot.slack.submitView({ user: ana, values });
    expect(submitted.outcome).toBe('closed');
    await bot.settle();
    return lastMessage(bo);
  }

  function lastMessage(channel: string): FakeMessage {
    const message = bot.slack
      .messages(channel)
      .findLast(({ ts, thread_ts }) => thread_ts === undefined || thread_ts === ts);
    if (message === undefined) throw new Error(`no message in ${channel}`);
    return message;
  }

  function lastNotice(user: string): string {
    return words(bot.slack.ephemerals(user).at(-1));
  }

  it('goes from the command to COMPLETED', async () => {
    await bot.slack.sendCommand({ user: ana, channel: '#general', text: 'start refund-approval' });
    const wrong = { Customer: 'Acme', Amount: '5000', Approver: bo };
    const refused = await bot.slack.submitView({ user: ana, values: wrong });
    expect(refused.outcome).toMatch(/errors|refused/);
    expect(Object.keys(refused.errors)).toHaveLength(1);
    const submitted = await bot.slack.submitView({ user: ana, values: { ...wrong, Amount: '420' } });
    expect(submitted.outcome).toBe('closed');
    const started = await bot.settle();
    expect(started).toMatchObject({ status: 'RUNNING', context: { inputs: { amount: 420 } } });

    const card = lastMessage('#general');
    expect(card.text).toContain('Refund approval');
    const ask = lastMessage(bo);
    expect(words(ask)).toContain('Approve refund of 420 to Acme?');
    expect(buttonTexts(ask)).toHaveLength(2);

    await bot.slack.clickButton({ user: bo, channel: bo, ts: ask.ts, buttonText: 'Approve' });
    await bot.settle();
    expect(buttonTexts(bot.slack.messages(bo).find(({ ts }) => ts === ask.ts))).toHaveLength(0);
    expect(words(bot.slack.messages('#general').find(({ ts }) => ts === card.ts))).toContain(`<@${bo}>`);
    const pay = lastMessage(chi);
    expect(words(pay)).toContain('Pay 420');

    await bot.slack.clickButton({ user: chi, channel: chi, ts: pay.ts, buttonText: 'Mark done' });
    const done = await bot.settle();
    expect(done).toMatchObject({ id: started.id, status: 'COMPLETED', pointer: null });
    const thread = bot.slack
      .messages('#general')
      .filter(({ ts, thread_ts }) => thread_ts === card.ts && ts !== card.ts);
    expect(words(thread.at(-1))).toContain('is complete');
    expect(words(thread.at(-1))).toContain(`<@${ana}>`);
  });

  it('asks for a reason and keeps it', async () => {
    const ask = await startRefund();
    await bot.slack.clickButton({ user: bo, channel: bo, ts: ask.ts, buttonText: 'Reject' });
    expect((await bot.settle()).status).toBe('RUNNING');
    const submitted = await bot.slack.submitView({ user: bo, values: { Reason: 'Not covered' } });
    expect(submitted.outcome).toBe('closed');
    const done = await bot.settle();
    expect(done.status).toBe('COMPLETED');
    expect(done.stack[0]).toMatchObject({ outcome: 'rejected', comment: 'Not covered' });
    expect(words(lastMessage('#general'))).toContain('Not covered');
  });

  it('counts two approvers who click at the same moment', async () => {
    await bot.slack.sendCommand({ user: ana, channel: '#general', text: 'start two-of-two' });
    await bot.settle();
    const asks = [bo, chi].map((user) => ({ user, channel: user, ts: lastMessage(user).ts }));
    await Promise.all(asks.map((ask) => bot.slack.clickButton({ ...ask, buttonText: 'Approve' })));
    const task = await bot.settle();
    expect(task.stack[0]).toMatchObject({ status: 'COMPLETED', outcome: 'approved' });
    expect(task.stack[0]?.votes).toHaveLength(2);
    expect(task.stack[1]).toMatchObject({ stepName: 'tell', status: 'STARTED' });
  });

  it('takes a double click once and says so', async () => {
    const ask = await startRefund();
    const click = { user: bo, channel: bo, ts: ask.ts, buttonText: 'Approve', seen: ask };
    await Promise.all([bot.slack.clickButton(click), bot.slack.clickButton(click)]);
    const task = await bot.settle();
    expect(task.stack[0]?.votes).toHaveLength(1);
    expect(task.stack).toHaveLength(2);
    await expect.poll(() => lastNotice(bo)).toContain('Already approved');
  });

  it('tells a late click who decided, and changes nothing', async () => {
    const ask = await startRefund();
    await bot.slack.clickButton({ user: bo, channel: bo, ts: ask.ts, buttonText: 'Approve' });
    const before = await bot.settle();
    await bot.slack.clickButton({ user: bo, channel: bo, ts: ask.ts, buttonText: 'Reject', seen: ask });
    const after = await bot.settle();
    expect(after.v).toBe(before.v);
    await expect.poll(() => lastNotice(bo)).toContain('Already approved by');
    await expect.poll(() => lastNotice(bo)).toContain('Nothing changed.');
  });

  it('tells the wrong person who can decide', async () => {
    const ask = await startRefund();
    const decide = JSON.stringify(ask.blocks).match(/task\.decide:0/);
    expect(decide).not.toBeNull();
    await bot.slack.clickButton({
      user: chi,
      channel: '#general',
      ts: lastMessage('#general').ts,
      buttonText: 'Approve',
      seen: ask,
    });
    const task = await bot.settle();
    expect(task.stack[0]?.votes).toHaveLength(0);
    await expect.poll(() => lastNotice(chi)).toContain(`Only <@${bo}> can decide this`);
  });

  it('answers a click on the card of a task that is gone', async () => {
    const ask = await startRefund();
    const gone = JSON.parse(JSON.stringify(ask).replaceAll((await bot.settle()).id, 'f'.repeat(24)));
    await bot.slack.clickButton({ user: bo, channel: bo, ts: ask.ts, buttonText: 'Approve', seen: gone });
    await expect.poll(() => lastNotice(bo)).toContain('There is no such task');
  });

  it('answers a click on a button that no version of the bot knows', async () => {
    const ask = await startRefund();
    const old = JSON.parse(JSON.stringify(ask).replaceAll('task.decide:0', 'old.button'));
    await bot.slack.clickButton({ user: bo, channel: bo, ts: ask.ts, actionId: 'old.button', seen: old });
    await expect.poll(() => lastNotice(bo)).toContain('another version of Baton');
  });

  it('starts one task for a form that is sent twice', async () => {
    await bot.slack.sendCommand({ user: ana, channel: '#general', text: 'start refund-approval' });
    const values = { Customer: 'Twice', Amount: '1', Approver: bo };
    const form = { user: ana, viewId: bot.slack.modals(ana).at(-1)?.id ?? '', values };
    await Promise.all([bot.slack.submitView(form), bot.slack.submitView(form)]);
    await bot.settle();
    const tasks = await bot.fixture.tasks.list(testOrgId, {}, { limit: 50 });
    const twice = tasks.filter(({ context }) => context.inputs['customer'] === 'Twice');
    expect(twice).toHaveLength(1);
  });

  it('offers the form again when the trigger has expired', async () => {
    bot.slack.failNext({ method: 'views.open', error: 'expired_trigger_id' });
    await bot.slack.sendCommand({ user: ana, channel: '#general', text: 'start refund-approval' });
    await expect.poll(() => lastNotice(ana)).toContain('Open the form');
    const notice = bot.slack.ephemerals(ana).at(-1);
    await bot.slack.clickButton({
      user: ana,
      channel: '#general',
      ts: notice?.ts ?? '',
      buttonText: 'Open the form',
    });
    expect(bot.slack.modals(ana).at(-1)?.callback_id).toBe('workflow.start_form');
  });
});
