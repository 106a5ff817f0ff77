import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ExecutionState } from '../../src/domain/execution.ts';
import type { StepInput } from '../../src/domain/definition.ts';
import { human, testOrgId } from '../support/builders.ts';
import { BOT, DEFAULT_SEED, type FakeMessage } from '../support/slack/fake-workspace.ts';
import { idOf, type SlackBot, startSlackBot } from '../support/slack-bot.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const ana = idOf('ana');
const bo = idOf('bo');
const chi = idOf('chi');
const general = DEFAULT_SEED.channels[0]?.id ?? '';
const lonely = { id: 'C0LONELY', name: 'lonely', members: [ana, bo] };
const small = { id: 'C0SMALL', name: 'small', members: [bo, BOT.userId] };

describe.skipIf(isMongoMissing())('delivery to Slack', () => {
  let database: TestDatabase;
  let bot: SlackBot;

  beforeEach(async () => {
    database = await createTestDatabase();
    bot = await startSlackBot(database.uri, {
      seed: {
        channels: [...DEFAULT_SEED.channels, lonely, small],
        usergroups: [{ id: 'S0FIN', handle: 'finance', name: 'Finance', users: [chi] }],
      },
    });
  });
  afterEach(async () => {
    expect(bot.slack.violations()).toEqual([]);
    await bot.close();
    await database.drop();
  });

  async function start(step: StepInput, channelId = general): Promise<ExecutionState> {
    const workflow = await bot.addWorkflow(`Delivery of ${step.name}`, [step]);
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

  /** Lets everything come due that was put off for at most ten minutes. */
  async function waitAndSweep(): Promise<void> {
    bot.clock.advance(600_000);
    await bot.fixture.engine.sweep({ maxMs: 5_000 });
    await bot.fixture.engine.idle();
  }

  function roots(channel: string): FakeMessage[] {
    return bot.slack.messages(channel).filter(({ ts, thread_ts }) => (thread_ts ?? ts) === ts);
  }

  it.each([0, 1])('sends every message once when the answer to post number %i was lost', async (earlier) => {
    for (let count = 0; count < earlier; count += 1)
      bot.slack.failNext({ method: 'chat.postMessage', error: 'internal_error' });
    bot.slack.failNext({ method: 'chat.postMessage', dropAfterSend: true });
    await start(human('ok', { assignees: [bo] }));
    for (let round = 0; round < 3; round += 1) await waitAndSweep();
    expect(roots('#general')).toHaveLength(1);
    expect(roots(bo)).toHaveLength(1);
    expect(bot.connection.counters.reconciled).toBe(1);
    expect(bot.connection.counters.duplicatesPossible).toBe(0);
  });

  it('comes back when Slack says so', async () => {
    bot.slack.failNext({ method: 'chat.postMessage', status: 429, retryAfterSec: 30, times: 2 });
    await start(human('ok', { assignees: [bo] }));
    for (let round = 0; round < 3; round += 1) await waitAndSweep();
    expect(roots('#general')).toHaveLength(1);
    expect(roots(bo)).toHaveLength(1);
  });

  it('keeps to the rate of a channel and loses nothing', async () => {
    for (let count = 0; count < 9; count += 1) await start(human(`ok_${count}`, { assignees: [bo] }));
    for (let round = 0; round < 12; round += 1) await waitAndSweep();
    expect(roots('#general')).toHaveLength(9);
    expect(roots(bo)).toHaveLength(9);
    expect(bot.slack.calls('chat.postMessage').every(({ reply }) => reply.ok === true)).toBe(true);
  });

  it('gives the card to the starter where the bot cannot post, and says why', async () => {
    await start(human('ok', { assignees: [bo] }), lonely.id);
    const [card] = roots(ana);
    expect(JSON.stringify(card?.blocks)).toContain('invite me with /invite @baton');
    expect(JSON.stringify(card?.blocks)).toContain(`<#${lonely.id}>`);
  });

  it('tells the starter when nobody is found, and goes on waiting', async () => {
    const task = await start(human('ok', { assignees: ['nobody@example.com', bo] }));
    expect(task.stack[0]?.undeliverable).toEqual([
      {
        recipient: 'nobody@example.com',
        reason: 'Nobody in this workspace has the address nobody@example.com.',
      },
    ]);
    expect(task.status).toBe('RUNNING');
    expect(roots(bo)).toHaveLength(1);
    const thread = bot.slack.messages('#general').at(-1);
    expect(JSON.stringify(thread)).toContain('nobody@example.com');
  });

  it('asks a user group in the thread of the task and takes the decision of a member', async () => {
    await start(human('ok', { assignees: ['@finance'] }));
    await waitAndSweep();
    const [card] = roots('#general');
    const ask = bot.slack.messages('#general').find((message) => message.ts !== card?.ts);
    expect(ask).toMatchObject({ thread_ts: card?.ts });
    expect(ask?.text).toContain('<!subteam^S0FIN>');
    const click = { channel: general, ts: ask?.ts ?? '', buttonText: 'Approve' };
    await bot.slack.clickButton({ ...click, user: bo });
    expect((await bot.settle()).status).toBe('RUNNING');
    await expect.poll(() => bot.slack.ephemerals(bo).at(-1)?.text).toContain('Only @finance can decide this');
    await bot.slack.clickButton({ ...click, user: chi });
    expect((await bot.settle()).status).toBe('COMPLETED');
  });

  it('asks a channel in it, and only its members decide', async () => {
    await start(human('ok', { assignees: ['#small'] }));
    const [ask] = roots(small.id);
    const click = { channel: small.id, ts: ask?.ts ?? '', buttonText: 'Approve' };
    await bot.slack.clickButton({ ...click, user: chi });
    expect((await bot.settle()).status).toBe('RUNNING');
    await expect.poll(() => bot.slack.ephemerals(chi).at(-1)?.text).toContain('Only #small can decide this');
    await bot.slack.clickButton({ ...click, user: bo });
    expect((await bot.settle()).status).toBe('COMPLETED');
  });

  it('draws the Home tab once for an event that is delivered again', async () => {
    await start(human('ok', { assignees: [bo] }));
    const event = { type: 'app_home_opened', user: bo, channel: 'D1', tab: 'home' };
    const { eventId } = await bot.slack.sendEvent({ event });
    const again = await bot.slack.sendEvent({ event, eventId, retryNum: 1 });
    expect(again.status).toBe(200);
    expect(bot.slack.calls('views.publish')).toHaveLength(1);
    const home = bot.slack.homeView(bo);
    expect(JSON.stringify(home?.blocks)).toContain('Decide ok?');
    await bot.slack.clickInView({ user: bo, viewId: home?.id ?? '', buttonText: 'Approve' });
    expect((await bot.settle()).status).toBe('COMPLETED');
    await expect
      .poll(() => JSON.stringify(bot.slack.homeView(bo)?.blocks))
      .toContain('Nothing waits for you');
  });

  it('does not acknowledge an event that it could not handle, and handles it when it comes again', async () => {
    bot.slack.failNext({ method: 'views.publish', status: 503 });
    const event = { type: 'app_home_opened', user: bo, channel: 'D1', tab: 'home' };
    const first = await bot.slack.sendEvent({ event });
    expect(first.status).toBe(500);
    const again = await bot.slack.sendEvent({ event, eventId: first.eventId, retryNum: 1 });
    expect(again.status).toBe(200);
    expect(bot.slack.homeView(bo)).toBeDefined();
  });
});
