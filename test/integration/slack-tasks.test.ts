import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ExecutionState } from '../../src/domain/execution.ts';
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
    amount: { type: 'number', minimum: 1 },
    urgent: { type: 'boolean' },
    size: { enum: ['Small', 'Large'] },
    day: { type: 'string', format: 'date' },
    approver: { type: 'object', properties: { name: { type: 'string' } } },
  },
  required: ['customer', 'amount'],
};

describe.skipIf(isMongoMissing())('tasks by command', () => {
  let database: TestDatabase;
  let bot: SlackBot;

  beforeAll(async () => {
    database = await createTestDatabase();
    bot = await startSlackBot(database.uri);
    const ask = { inputsTemplate: { message: 'Approve refund of {{inputs.amount}}?' }, assignees: [bo] };
    await bot.addWorkflow('Refund approval', [human('manager_ok', ask)], refundInputs);
    await bot.addWorkflow('Refund report', [human('read', { assignees: [bo] })]);
    await bot.addWorkflow('Broken', [
      userMessage('tell', { inputsTemplate: { message: '{{inputs.gone}}' } }),
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

  /** @returns what only this person saw after it */
  async function say(text: string, user = ana): Promise<string> {
    const before = bot.slack.ephemerals(user).length;
    await bot.slack.sendCommand({ user, channel: '#general', text });
    await bot.fixture.engine.idle();
    return words(...bot.slack.ephemerals(user).slice(before));
  }

  function words(...messages: (FakeMessage | undefined)[]): string {
    return messages.map((message) => JSON.stringify([message?.text, message?.blocks ?? []])).join('\n');
  }

  /** Clicks what only this person saw last. */
  async function clickLast(buttonText: string, user = ana): Promise<string> {
    const shown = bot.slack.ephemerals(user);
    const ts = shown.at(-1)?.ts ?? '';
    await bot.slack.clickButton({ user, channel: '#general', ts, buttonText });
    return answerAfter(user, shown.length);
  }

  /** A click is acknowledged before it is answered: with a message, or a form, or not at all. */
  async function answerAfter(user: string, before: number): Promise<string> {
    const isAnswered = (): boolean =>
      bot.slack.ephemerals(user).length > before || bot.slack.modals(user).length > 0;
    await expect.poll(isAnswered).toBe(true);
    await bot.fixture.engine.idle();
    return words(...bot.slack.ephemerals(user).slice(before));
  }

  async function countTasks(): Promise<number> {
    return (await bot.fixture.tasks.list(testOrgId, {}, { limit: 100 })).length;
  }

  async function startRefund(): Promise<ExecutionState> {
    await say('start refund-approval customer=Acme amount=420');
    return bot.settle();
  }

  async function card(): Promise<FakeMessage> {
    const roots = bot.slack.messages('#general').filter(({ ts, thread_ts }) => (thread_ts ?? ts) === ts);
    const last = roots.at(-1);
    if (last === undefined) throw new Error('there is no card');
    return last;
  }

  async function clickCard(buttonText: string, user = ana): Promise<string> {
    const before = bot.slack.ephemerals(user).length;
    const { ts } = await card();
    await bot.slack.clickButton({ user, channel: '#general', ts, buttonText });
    return answerAfter(user, before);
  }

  async function changeRole(userId: string, role: 'owner' | 'member'): Promise<void> {
    const { members } = bot.org;
    const { id } = await members.see(testOrgId, userId, null);
    const access = { orgId: testOrgId, role: 'owner', teamIds: [], userId: null, handler: null } as const;
    await members.changeRole({ access, actor: { kind: 'system' } }, testOrgId, id, role);
  }

  it('starts at once when everything is given, and confirms it', async () => {
    const said = await say(
      'start refund-ap customer=“Acme \\"Inc\\"” AMOUNT=12.5 urgent=Yes size=large day=2026-3-1 approver.name="Bo Lin"',
    );
    expect(said).toContain('Started *Refund approval*');
    const task = await bot.settle();
    expect(task.context.inputs).toEqual({
      customer: 'Acme "Inc"',
      amount: 12.5,
      urgent: true,
      size: 'Large',
      day: '2026-03-01',
      approver: { name: 'Bo Lin' },
    });
    expect(bot.slack.modals(ana)).toHaveLength(0);
  });

  it('asks for what is missing, with the rest filled in', async () => {
    await say('start refund-approval amount=420 urgent=no');
    const form = JSON.stringify(bot.slack.modals(ana).at(-1));
    expect(form).toContain('"initial_value":"420"');
    const sent = await bot.slack.submitView({ user: ana, values: { Customer: 'Acme' } });
    expect(sent.outcome).toBe('closed');
    expect((await bot.settle()).context.inputs).toMatchObject({ customer: 'Acme', amount: 420 });
  });

  it('says above the input what is wrong with what was typed, and names what is not there', async () => {
    const before = await countTasks();
    await say('start refund-approval customer=Acme amount=lots size=huge colour=red');
    const view = bot.slack.modals(ana).at(-1);
    const form = JSON.stringify(view);
    expect(form).toContain('*Amount*: Must be a number');
    expect(form).toContain('“huge” is not one of the choices: Small or Large.');
    expect(form).toContain('no input “colour”');
    expect(await countTasks()).toBe(before);
    const values = { Amount: '7', Size: 'Small' };
    expect((await bot.slack.submitView({ user: ana, values })).outcome).toBe('closed');
    expect((await bot.settle()).context.inputs).toEqual({ customer: 'Acme', amount: 7, size: 'Small' });
  });

  it('offers the names that begin alike, and keeps what was typed', async () => {
    expect(await say('start refund customer=Acme amount=3')).toContain('Which workflow do you mean?');
    expect(await clickLast('Refund approval')).toContain('Started *Refund approval*');
    expect((await bot.settle()).context.inputs).toMatchObject({ customer: 'Acme', amount: 3 });
  });

  it('offers the nearest name for a slip, in the name and in the verb', async () => {
    expect(await say('start refund-aproval customer=Acme amount=4')).toContain(
      'Did you mean *Refund approval*?',
    );
    expect(await clickLast('Start')).toContain('Started');
    expect(await say('strat refund-approval customer=Acme amount=5')).toContain(
      'Did you mean `/workflow start',
    );
    expect(await clickLast('Yes, start')).toContain('Started');
    expect((await bot.settle()).context.inputs).toMatchObject({ amount: 5 });
  });

  it('does not start a paused workflow, says so in these words, and lets an editor activate it', async () => {
    const workflow = await bot.addWorkflow('Sleeping', [human('ok', { assignees: [bo] })]);
    await bot.fixture.workflows.setStatus(testOrgId, workflow.id, 'PAUSED', { kind: 'system' });
    const before = await countTasks();
    expect(await say('start sleeping')).toContain(
      "This workflow is paused. Tasks already running keep going, but new ones won't start until you activate it.",
    );
    expect(await countTasks()).toBe(before);
    const refusal = bot.slack.ephemerals(ana).at(-1)?.ts;
    await bot.slack.clickButton({
      user: ana,
      channel: '#general',
      ts: refusal ?? '',
      buttonText: 'Activate',
    });
    await expect
      .poll(async () => (await bot.fixture.workflows.get(testOrgId, workflow.id)).workflow.status)
      .toBe('ACTIVE');
    expect(await say('start sleeping')).toContain('Started');
  });

  it('cancels from the card after a question, and says so on it', async () => {
    await startRefund();
    await clickCard('Cancel task');
    expect(JSON.stringify(bot.slack.modals(ana).at(-1))).toContain('Cancel this task?');
    const sent = await bot.slack.submitView({ user: ana, values: { Reason: 'Twice' } });
    expect(sent.outcome).toBe('closed');
    const task = await bot.settle();
    expect(task.status).toBe('CANCELLED');
    const log = await bot.fixture.engine.readLog(testOrgId, task.id);
    expect(log.at(-1)).toMatchObject({ type: 'WORKFLOW_EXECUTION_CANCELLED', data: { reason: 'Twice' } });
    expect(words(await card())).toContain('was cancelled');
    expect(words(await card())).not.toContain('"Cancel task"');
  });

  it('tells who cancels too late what happened first', async () => {
    const { id } = await startRefund();
    await clickCard('Cancel task');
    await bot.fixture.engine.execute(testOrgId, id, {
      type: 'cancel',
      reason: null,
      by: { kind: 'key', keyId: 'k', name: 'a key' },
    });
    const sent = await bot.slack.submitView({ user: ana });
    expect(sent.outcome).toBe('updated');
    expect(JSON.stringify(sent.view?.blocks)).toContain('already cancelled');
    expect(await say(`cancel ${id}`)).toContain('already cancelled');
  });

  it('cancels at once when the reason is typed, by the number on the card', async () => {
    const { id } = await startRefund();
    expect(await say(`cancel #${id.slice(-6)} reason="no longer needed"`)).toContain('is cancelled');
    expect((await bot.settle()).status).toBe('CANCELLED');
  });

  it.each([
    ['cancel', 'Which task do you want to cancel?', 'Cancel task'],
    ['reassign', 'Which task should somebody else do?', 'Reassign'],
    ['status', 'Latest tasks', 'Details'],
  ])('offers the latest tasks when %s names none', async (verb, question, button) => {
    await startRefund();
    const said = await say(verb);
    expect(said).toContain(question);
    expect(said.split(`"text":"${button}"`).length - 1).toBe(5);
    await clickLast(button);
    const opened = bot.slack.modals(ana).length;
    expect(opened === 1 || verb === 'status').toBe(true);
    if (opened === 1) await bot.slack.closeView({ user: ana });
  });

  it('keeps out who neither started the task nor may change its workflow, on every way', async () => {
    await changeRole(chi, 'member');
    const { id } = await startRefund();
    const no = 'Only whoever started this task';
    expect(await say(`cancel ${id}`, chi)).toContain(no);
    expect(await say(`cancel ${id} reason=x`, chi)).toContain(no);
    expect(await say(`reassign ${id}`, chi)).toContain('Only those who are asked');
    expect(await say(`reassign ${id} to=<@${chi}>`, chi)).toContain('Nothing changed');
    expect(await clickCard('Cancel task', chi)).toContain(no);
    expect(bot.slack.modals(chi)).toHaveLength(0);
    const task = await bot.settle();
    expect(task).toMatchObject({ id, status: 'RUNNING', waitingFor: [bo] });
    expect(await say('cancel', chi)).toContain('no open task that you could cancel');
    await changeRole(chi, 'owner');
  });

  it('hands the ask on, from the card, with a note, and closes the first one', async () => {
    await startRefund();
    await clickCard('Reassign', bo);
    const values = { 'Or a group, a channel or an address': `<@${chi}>`, Note: 'I am away' };
    const sent = await bot.slack.submitView({ user: bo, values });
    expect(sent.outcome).toBe('closed');
    const task = await bot.settle();
    expect(task.waitingFor).toEqual([chi]);
    await expect.poll(() => words(bot.slack.messages(chi).at(-1))).toContain('Approve refund of 420?');
    expect(words(bot.slack.messages(bo).at(-1))).not.toContain('"Approve"');
    expect(await say(`reassign ${task.id} to=<@${bo}|bo>`)).toContain('will be asked instead');
    expect((await bot.settle()).waitingFor).toEqual([bo]);
  });

  it('says at the input that somebody cannot be asked', async () => {
    await startRefund();
    await clickCard('Reassign');
    const wrong = await bot.slack.submitView({
      user: ana,
      values: { 'Or a group, a channel or an address': 'nobody@example.com' },
    });
    expect(wrong.errors).toEqual({ reassign_typed: expect.stringContaining('nobody@example.com') });
    const none = await bot.slack.submitView({ user: ana });
    expect(none.errors).toEqual({ reassign_typed: 'Say who is to be asked instead.' });
  });

  it('retries a task that has stopped, from its step and from the start', async () => {
    await say('start broken');
    const failed = await bot.settle();
    expect(failed.status).toBe('FAILED');
    expect(await clickCard('Retry this step')).toContain('was retried and has stopped again');
    expect(await clickCard('Start over')).toContain('was retried and has stopped again');
    expect(await say('retry')).toContain('Which task do you want to retry?');
    expect(await say(`retry ${failed.id} from=middle`)).toContain('from=start');
    const { id } = await startRefund();
    expect(await say(`retry ${id}`)).toContain('Only a task that has stopped can be retried');
  });

  it('shows what waits for somebody, and what they have asked for', async () => {
    await startRefund();
    const said = await say('mine', bo);
    expect(said).toContain('Needs your decision');
    expect(said).toContain('Approve refund of 420?');
    const { ts = '' } = bot.slack.ephemerals(bo).at(-1) ?? {};
    await bot.slack.clickButton({ user: bo, channel: '#general', ts, buttonText: 'Approve' });
    await bot.fixture.engine.idle();
    const done = await bot.fixture.tasks.list(testOrgId, { status: 'COMPLETED' }, { limit: 100 });
    expect(done).toHaveLength(1);
    expect(await say('mine')).toContain('Your open requests');
  });

  it('offers the form again, filled in, when Slack no longer opens it', async () => {
    bot.slack.failNext({ method: 'views.open', error: 'expired_trigger_id' });
    expect(await say('start refund-approval amount=9')).toContain('Please open it again');
    await clickLast('Open the form');
    expect(JSON.stringify(bot.slack.modals(ana).at(-1))).toContain('"initial_value":"9"');
    await bot.slack.closeView({ user: ana });
  });
});
