import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Workflow } from '../../src/domain/workflow.ts';
import { human, testOrgId, userMessage } from '../support/builders.ts';
import { idOf, type SlackBot, startSlackBot } from '../support/slack-bot.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const ana = idOf('ana');
const bo = idOf('bo');

describe.skipIf(isMongoMissing())('revisions in Slack', () => {
  let database: TestDatabase;
  let bot: SlackBot;
  let workflow: Workflow;

  beforeAll(async () => {
    database = await createTestDatabase();
    bot = await startSlackBot(database.uri);
    workflow = await bot.addWorkflow('Refund', [
      human('ok', { assignees: [bo], inputsTemplate: { message: 'Pay it?' } }),
      userMessage('tell', { assignee: ana }),
    ]);
    await bot.slack.sendCommand({ user: ana, channel: '#general', text: 'start refund' });
    await bot.settle();
    const { definition } = await bot.fixture.workflows.get(testOrgId, workflow.id);
    const [ok, tell] = definition.steps;
    const log = userMessage('log', { assignee: bo });
    await bot.fixture.workflows.change(
      testOrgId,
      workflow.id,
      { steps: [ok!, log, tell!] },
      { kind: 'system' },
    );
  });
  afterAll(async () => {
    await bot.close();
    await database.drop();
  });
  afterEach(() => expect(bot.slack.violations()).toEqual([]));

  const told = (): string => JSON.stringify(bot.slack.ephemerals(ana).at(-1));

  async function say(text: string): Promise<void> {
    const before = bot.slack.ephemerals(ana).length;
    await bot.slack.sendCommand({ user: ana, channel: '#general', text });
    await expect.poll(() => bot.slack.ephemerals(ana).length).toBeGreaterThan(before);
  }

  /** Changes the second step. */
  async function edit(change: { assignee: string }): Promise<void> {
    const { definition } = await bot.fixture.workflows.get(testOrgId, workflow.id);
    const id = definition.steps[1]?.id ?? '';
    await bot.fixture.workflows.changeStep(testOrgId, workflow.id, id, change, { kind: 'system' });
  }

  /** On the message that was shown last. */
  async function clickMove(): Promise<void> {
    const ts = bot.slack.ephemerals(ana).at(-1)?.ts ?? '';
    const before = bot.slack.ephemerals(ana).length;
    await bot.slack.clickButton({ user: ana, channel: '#general', ts, buttonText: 'Move the task' });
    await expect.poll(() => bot.slack.ephemerals(ana).length).toBeGreaterThan(before);
  }

  it('shows what differs in words and as a graph', async () => {
    await say('diff refund');
    expect(told()).toMatch(/Refund: revision 1 → 2/);
    expect(told()).toContain('The step “Log” (message) is added.');
    expect(told()).toContain('+ Ok → Log');
    expect(told()).toContain('- Ok → Tell');
    expect(told()).toContain('Tell → the end');
    await say('diff refund to=1');
    expect(told()).toContain('There is nothing before revision 1 of *Refund* to compare it with.');
    await say('diff refund from=nine');
    expect(told()).toContain('from is the number of a revision');
  });

  it('replays recorded tasks', async () => {
    await say('backtest refund');
    expect(told()).toMatch(/would have gone the same way/);
  });

  it('moves running tasks once it was seen which can be; the ask goes on', async () => {
    await say('move refund');
    expect(told()).toMatch(/1 task of \*Refund\* goes on by older revisions. 1 can be moved to revision 2/);
    expect(told()).toContain('at “Ok”, revision 1');
    await clickMove();
    expect(told()).toMatch(/1 task of \*Refund\* goes on by revision 2 now/);
    await bot.fixture.engine.idle();
    const direct = bot.slack.directMessageId(bo);
    const ask = bot.slack.messages(direct).at(-1);
    await bot.slack.clickButton({ user: bo, channel: direct, ts: ask?.ts ?? '', buttonText: 'Approve' });
    const task = await bot.settle();
    expect(task.revision).toBe(2);
    expect(task.stack.at(-1)?.stepName).toBe('log');
    await say('move refund');
    expect(told()).toMatch(/Every running task of \*Refund\* runs revision 2/);
  });

  it('moves nothing to a revision that nobody has seen, and shows that one first', async () => {
    await edit({ assignee: idOf('chi') });
    await say('move refund');
    await edit({ assignee: ana });
    await clickMove();
    expect(told()).toMatch(/changed meanwhile. Nothing was moved.*can be moved to revision 4/);
    expect((await bot.settle()).revision).toBe(2);
    await clickMove();
    expect(told()).toMatch(/1 task of \*Refund\* goes on by revision 4 now/);
    expect((await bot.settle()).revision).toBe(4);
  });

  it('says by their names who would have been asked in a replay', async () => {
    const { definition } = await bot.fixture.workflows.get(testOrgId, workflow.id);
    const change = { assignees: [idOf('chi')] };
    const by = { kind: 'system' } as const;
    await bot.fixture.workflows.changeStep(testOrgId, workflow.id, definition.steps[0]?.id ?? '', change, by);
    await say('backtest refund');
    expect(told()).toContain(`At “Ok” it is refused: Only <@${idOf('chi')}> can do this`);
  });

  it('says by their names who is asked otherwise', async () => {
    await say('diff refund from=3 to=4');
    expect(told()).toContain(`has assignee \\"<@${ana}>\\" instead of \\"<@${idOf('chi')}>\\"`);
  });

  it('takes the buttons from whom the newer revision excludes', async () => {
    const signing = await bot.addWorkflow('Signing', [human('sign', { assignees: [ana, bo] })]);
    await bot.slack.sendCommand({ user: ana, channel: '#general', text: 'start signing' });
    await bot.settle();
    const { definition } = await bot.fixture.workflows.get(testOrgId, signing.id);
    const change = { policy: { excludeStarter: true } };
    const by = { kind: 'system' } as const;
    await bot.fixture.workflows.changeStep(testOrgId, signing.id, definition.steps[0]?.id ?? '', change, by);
    await say('move signing');
    await clickMove();
    await bot.fixture.engine.idle();
    const askOf = (user: string): string =>
      JSON.stringify(bot.slack.messages(bot.slack.directMessageId(user)).at(-1)?.blocks);
    expect(askOf(ana)).toContain('This must be decided by somebody else. Nothing to do here.');
    expect(askOf(ana)).not.toContain('"text":"Approve"');
    expect(askOf(bo)).toContain('"text":"Approve"');
  });
});
