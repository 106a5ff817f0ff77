import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '../../src/domain/actor.ts';
import type { PostTo } from '../../src/domain/post-to.ts';
import type { ExecutionState } from '../../src/domain/execution.ts';
import type { JsonSchema } from '../../src/domain/json-schema.ts';
import { human, testOrgId } from '../support/builders.ts';
import { BOT, DEFAULT_SEED, type FakeMessage } from '../support/slack/fake-workspace.ts';
import { idOf, type SlackBot, startSlackBot } from '../support/slack-bot.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const ana = idOf('ana');
const bo = idOf('bo');
const general = DEFAULT_SEED.channels[0]?.id ?? '';
const ops = { id: 'C0OPS', name: 'ops', members: [bo, BOT.userId] };
const lonely = { id: 'C0LONELY', name: 'lonely', members: [ana, bo] };

const inputs: JsonSchema = {
  type: 'object',
  properties: { message: { type: 'string' }, author: { type: 'string' }, link: { type: 'string' } },
  required: ['message'],
};

describe.skipIf(isMongoMissing())('messages and threads', () => {
  let database: TestDatabase;
  let bot: SlackBot;

  beforeEach(async () => {
    database = await createTestDatabase();
    bot = await startSlackBot(database.uri, { seed: { channels: [...DEFAULT_SEED.channels, ops, lonely] } });
  });
  afterEach(async () => {
    expect(bot.slack.violations()).toEqual([]);
    await bot.close();
    await database.drop();
  });

  async function start(postTo?: PostTo, channelId = general): Promise<ExecutionState> {
    const { workflow } = await bot.fixture.workflows.create({
      orgId: testOrgId,
      teamId: null,
      name: `Thread ${Math.random()}`,
      description: '',
      inputsSchema: { type: 'object' },
      steps: [human('ok', { assignees: [bo] })],
      status: 'ACTIVE',
      createdBy: { kind: 'system' },
      ...(postTo === undefined ? {} : { postTo }),
    });
    await bot.fixture.engine.start({
      orgId: testOrgId,
      workflowId: workflow.id,
      inputs: {},
      startedBy: { kind: 'person', userId: ana, name: 'Ana' },
      origin: { kind: 'slack', channelId, threadTs: null },
      startKey: null,
    });
    return bot.settle();
  }

  function roots(channel: string): FakeMessage[] {
    return bot.slack.messages(channel).filter(({ ts, thread_ts }) => (thread_ts ?? ts) === ts);
  }

  function words(...messages: (FakeMessage | undefined)[]): string {
    return JSON.stringify(messages.map((message) => [message?.text, message?.blocks]));
  }

  async function approve(): Promise<void> {
    const { ts = '' } = bot.slack.messages(bo).at(-1) ?? {};
    await bot.slack.clickButton({ user: bo, channel: bo, ts, buttonText: 'Approve' });
    await bot.settle();
  }

  it('starts a workflow with a message: its text, who wrote it, and a link to it', async () => {
    await bot.addWorkflow('Complaint', [human('ok', { assignees: [bo] })], inputs);
    const text = `See <https://example.com|the page>, <@${bo}> &amp; <!channel>`;
    const { ts } = await bot.slack.postAs({ user: bo, channel: '#general', text });
    const callbackId = 'start_with_message';
    await bot.slack.runMessageShortcut({ user: ana, channel: '#general', ts, callbackId });
    const next = await bot.slack.submitView({ user: ana });
    expect(next.outcome).toBe('updated');
    const sent = await bot.slack.submitView({ user: ana });
    expect(sent.outcome).toBe('closed');
    const task = await bot.settle();
    expect(task.context.inputs).toEqual({
      message: 'See the page (https://example.com), @Bo Chen & @channel',
      author: expect.stringContaining('bo'),
      link: `https://acme.slack.com/archives/${general}/p${ts.replace('.', '')}`,
    });
    const card = bot.slack.messages('#general').find((message) => words(message).includes('Complaint'));
    expect(card?.thread_ts).toBe(ts);
  });

  it('keeps a message of 3,000 characters whole', async () => {
    await bot.addWorkflow('Long', [human('ok', { assignees: [bo] })], inputs);
    const text = '*_~`x '.repeat(500).slice(0, 3_000).trim();
    const { ts } = await bot.slack.postAs({ user: bo, channel: '#general', text });
    await bot.slack.runMessageShortcut({
      user: ana,
      channel: '#general',
      ts,
      callbackId: 'start_with_message',
    });
    await bot.slack.submitView({ user: ana });
    expect((await bot.slack.submitView({ user: ana })).outcome).toBe('closed');
    expect((await bot.settle()).context.inputs).toMatchObject({ message: text });
  });

  it('finds the task of its card, of a message below it, and of the ask', async () => {
    const task = await start();
    const card = roots('#general').at(-1);
    const below = { user: ana, channel: '#general', threadTs: card?.ts ?? '', text: 'why?' };
    const reply = await bot.slack.postAs(below);
    const ask = bot.slack.messages(bo).at(-1);
    const places = [
      [ana, '#general', card?.ts],
      [ana, '#general', reply.ts],
      [bo, bo, ask?.ts],
    ] as const;
    for (const [user, channel, ts = ''] of places) {
      const before = bot.slack.ephemerals(user).length;
      await bot.slack.runMessageShortcut({ user, channel, ts, callbackId: 'task_status' });
      await expect.poll(() => bot.slack.ephemerals(user).length).toBeGreaterThan(before);
      expect(words(bot.slack.ephemerals(user).at(-1))).toContain(task.id.slice(-6));
    }
  });

  it('cancels, retries and reassigns from a message, and says when there is no task', async () => {
    await start();
    const ts = roots('#general').at(-1)?.ts ?? '';
    const use = (callbackId: string, at = ts): Promise<unknown> =>
      bot.slack.runMessageShortcut({ user: ana, channel: '#general', ts: at, callbackId });
    await use('reassign_task');
    expect(JSON.stringify(bot.slack.modals(ana).at(-1))).toContain('Ask somebody else');
    await bot.slack.closeView({ user: ana });
    await use('retry_task');
    await expect.poll(() => words(bot.slack.ephemerals(ana).at(-1))).toContain('can be retried');
    await use('cancel_task');
    expect((await bot.slack.submitView({ user: ana })).outcome).toBe('closed');
    expect((await bot.settle()).status).toBe('CANCELLED');
    const other = await bot.slack.postAs({ user: bo, channel: '#general', text: 'hello' });
    await use('task_status', other.ts);
    await expect.poll(() => words(bot.slack.ephemerals(ana).at(-1))).toContain('belong to no task');
  });

  it('answers a mention in a thread with its task, once however often Slack delivers it', async () => {
    const task = await start();
    const threadTs = roots('#general').at(-1)?.ts ?? '';
    const event = {
      type: 'app_mention',
      user: ana,
      channel: general,
      text: `<@${BOT.userId}> what now?`,
      ts: '1700000000.000100',
      thread_ts: threadTs,
    };
    const { eventId } = await bot.slack.sendEvent({ event });
    await bot.slack.sendEvent({ event, eventId, retryNum: 1 });
    const answers = bot.slack.ephemerals(ana);
    expect(answers).toHaveLength(1);
    expect(words(answers[0])).toContain(task.id.slice(-6));
    expect(words(answers[0])).toContain('"Cancel task"');
  });

  it('answers a mention elsewhere with the help, and no other bot', async () => {
    const event = { type: 'app_mention', user: ana, channel: general, text: 'hi', ts: '1700000000.000200' };
    await bot.slack.sendEvent({ event });
    expect(words(bot.slack.ephemerals(ana).at(-1))).toContain('What you can type');
    await bot.slack.sendEvent({ event: { ...event, bot_id: 'B0OTHER' } });
    expect(bot.slack.ephemerals(ana)).toHaveLength(1);
    await bot.slack.sendEvent({ event: { ...event, text: `<@${BOT.userId}> mine` } });
    expect(words(bot.slack.ephemerals(ana).at(-1))).toContain('Needs your decision');
  });

  it.each<[PostTo, string]>([
    ['starter', ana],
    [ops.id, '#ops'],
    ['origin', '#general'],
  ])('posts the card where the workflow says: %s', async (postTo, channel) => {
    await start(postTo);
    expect(words(...roots(channel))).toContain('Started by');
    const others = [ana, '#ops', '#general'].filter((other) => other !== channel);
    for (const other of others) expect(roots(other)).toHaveLength(0);
    await approve();
    const heard = words(...bot.slack.messages(channel === '#ops' ? ana : channel));
    expect(heard).toContain('is complete');
  });

  it('falls back to where it was started when the bot is not in the channel, and says how to invite it', async () => {
    await start(lonely.id);
    expect(words(roots('#general').at(-1))).toContain('/invite @baton');
    expect(roots('#lonely')).toHaveLength(0);
  });

  it('loses nothing while Slack is down for ten minutes, and posts everything in order afterwards', async () => {
    bot.slack.failNext({ method: '*', status: 503, times: 1_000_000 });
    const task = await start();
    for (let minute = 0; minute < 10; minute += 1) {
      bot.clock.advance(60_000);
      await bot.fixture.engine.sweep({ maxMs: 2_000 });
      await bot.fixture.engine.idle();
    }
    expect(roots('#general')).toHaveLength(0);
    const stepExecutionId = task.stack[0]?.id ?? '';
    const by = {
      kind: 'person',
      userId: bo,
      name: 'Bo',
      email: null,
      handles: [],
      channels: [],
    } satisfies Person;
    const decision = { outcome: 'approved', comment: null, output: null } as const;
    await bot.fixture.engine.execute(testOrgId, task.id, {
      type: 'decide',
      stepExecutionId,
      by,
      ...decision,
    });
    bot.slack.endFaults();
    for (let minute = 0; minute < 5; minute += 1) {
      bot.clock.advance(60_000);
      await bot.fixture.engine.sweep({ maxMs: 2_000 });
      await bot.fixture.engine.idle();
    }
    const [card, decided, outcome, ...more] = bot.slack.messages('#general');
    expect(words(card)).toContain('Completed: approved by');
    expect(words(decided)).toContain('Approved by');
    expect(words(outcome)).toContain('is complete');
    expect(more).toEqual([]);
    expect([decided?.thread_ts, outcome?.thread_ts]).toEqual([card?.ts, card?.ts]);
  });
});
