import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StepInput } from '../../src/domain/definition.ts';
import { human, testOrgId } from '../support/builders.ts';
import { DEFAULT_SEED } from '../support/slack/fake-workspace.ts';
import { idOf, type SlackBot, startSlackBot } from '../support/slack-bot.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const ana = idOf('ana');
const bo = idOf('bo');
const chi = idOf('chi');
const general = DEFAULT_SEED.channels[0]?.id ?? '';

describe.skipIf(isMongoMissing())('the Home tab', () => {
  let database: TestDatabase;
  let bot: SlackBot;

  beforeEach(async () => {
    database = await createTestDatabase();
    bot = await startSlackBot(database.uri);
  });
  afterEach(async () => {
    expect(bot.slack.violations()).toEqual([]);
    await bot.close();
    await database.drop();
  });

  async function start(...steps: StepInput[]): Promise<string> {
    const workflow = await bot.addWorkflow(`Home of ${steps[0]?.name} ${Math.random()}`, steps);
    const task = await bot.fixture.engine.start({
      orgId: testOrgId,
      workflowId: workflow.id,
      inputs: {},
      startedBy: { kind: 'person', userId: ana, name: 'Ana' },
      origin: { kind: 'slack', channelId: general, threadTs: null },
      startKey: null,
    });
    await bot.fixture.engine.idle();
    return task.id;
  }

  function home(user: string): string {
    return JSON.stringify(bot.slack.homeView(user)?.blocks ?? []);
  }

  async function click(user: string, buttonText: string): Promise<void> {
    const viewId = bot.slack.homeView(user)?.id ?? '';
    await bot.slack.clickInView({ user, viewId, buttonText });
  }

  it('is drawn anew for those who have opened it, and for nobody else, when something changes', async () => {
    for (const user of [ana, bo]) await bot.slack.openHome(user);
    expect(home(bo)).toContain('Nothing waits for you');
    await start(human('ok', { assignees: [bo, chi] }));
    await expect.poll(() => home(bo)).toContain('Decide ok?');
    await expect.poll(() => home(ana)).toContain('Waiting for');
    expect(bot.slack.homeView(chi)).toBeUndefined();

    const ask = bot.slack.messages(chi).at(-1);
    const place = { user: chi, channel: chi, ts: ask?.ts ?? '' };
    await bot.slack.clickButton({ ...place, buttonText: 'Approve' });
    await expect.poll(() => home(bo)).toContain('Nothing waits for you');
    await expect.poll(() => home(ana)).toContain('Completed: approved by');
  });

  it('draws once for many changes that come together', async () => {
    await bot.slack.openHome(bo);
    const before = bot.slack.calls('views.publish').length;
    for (let count = 0; count < 8; count += 1) await start(human(`ok_${count}`, { assignees: [bo] }));
    await expect.poll(() => home(bo).split('Decide ok_').length - 1).toBeGreaterThanOrEqual(8);
    expect(bot.slack.calls('views.publish').length - before).toBeLessThan(8);
  });

  it('draws later what Slack refused at first', async () => {
    await bot.slack.openHome(bo);
    bot.slack.failNext({ method: 'views.publish', status: 503 });
    await start(human('ok', { assignees: [bo] }));
    await expect.poll(() => home(bo), { timeout: 15_000 }).toContain('Decide ok?');
  }, 20_000);

  it('turns the pages of what waits, the nearest deadline first', async () => {
    for (let count = 0; count < 12; count += 1)
      await start(
        human(`ok_${count}`, {
          assignees: [bo],
          ...(count === 11 ? { deadline: { after: '1h', then: 'rejected' } } : {}),
        }),
      );
    await bot.slack.openHome(bo);
    expect(home(bo)).toContain('1 to 10 of 12');
    expect(home(bo).indexOf('Decide ok_11?')).toBeLessThan(home(bo).indexOf('Decide ok_0?'));
    await click(bo, 'Next');
    await expect.poll(() => home(bo)).toContain('11 to 12 of 12');
    await click(bo, 'Approve');
    await expect.poll(() => home(bo)).toContain('11 to 11 of 11');
    await click(bo, 'Previous');
    await expect.poll(() => home(bo)).toContain('1 to 10 of 11');
  });

  it('has pages for 500 open asks', async () => {
    bot.fixture.performer.answer = () => ({ kind: 'done' });
    const workflow = await bot.addWorkflow('Crowd', [human('ok', { assignees: [bo] })]);
    for (let count = 0; count < 500; count += 1)
      await bot.fixture.engine.start({
        orgId: testOrgId,
        workflowId: workflow.id,
        inputs: {},
        startedBy: { kind: 'person', userId: ana, name: 'Ana' },
        origin: { kind: 'api' },
        startKey: null,
      });
    await bot.fixture.engine.idle();
    await bot.slack.openHome(bo);
    expect(home(bo)).toContain('1 to 10 of 500');
    await bot.slack.sendCommand({ user: bo, channel: '#general', text: 'mine' });
    expect(JSON.stringify(bot.slack.ephemerals(bo).at(-1))).toContain('… and 494 more on my Home tab');
  }, 60_000);

  it('lets what was drawn last win when two draw at once', async () => {
    await bot.slack.openHome(bo);
    await start(human('ok', { assignees: [bo] }));
    await Promise.all([bot.slack.openHome(bo), bot.slack.openHome(bo), bot.slack.openHome(bo)]);
    await expect.poll(() => home(bo)).toContain('Decide ok?');
    await click(bo, 'Approve');
    await expect.poll(() => home(bo)).toContain('Nothing waits for you');
  });

  it('says of a paused workflow that nothing new starts', async () => {
    const workflow = await bot.addWorkflow('Sleeping', [human('ok', { assignees: [bo] })]);
    await bot.fixture.workflows.setStatus(testOrgId, workflow.id, 'PAUSED', { kind: 'system' });
    await bot.slack.openHome(ana);
    expect(home(ana)).toContain(
      "This workflow is paused. Tasks already running keep going, but new ones won't start until you activate it.",
    );
  });
});
