import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { encodeTriggerRef } from '../../blocks/trigger-ref.ts';
import { memberModel } from '../../models/member.ts';
import type { TriggerInput } from '../../src/domain/trigger.ts';
import type { Workflow } from '../../src/domain/workflow.ts';
import type { Manager } from '../../src/engine/people/manager.ts';
import { idOf, type SlackBot, startSlackBot } from '../support/slack-bot.ts';
import { userMessage } from '../support/builders.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const ana = idOf('ana');
const bo = idOf('bo');
const order = {
  type: 'object',
  properties: { customer: { type: 'string' }, amount: { type: 'number' }, note: { type: 'string' } },
  required: ['customer', 'amount'],
};

describe.skipIf(isMongoMissing())('what starts by itself, in Slack', () => {
  let database: TestDatabase;
  let bot: SlackBot;
  let workflow: Workflow;

  beforeAll(async () => {
    database = await createTestDatabase();
    bot = await startSlackBot(database.uri);
    workflow = await bot.addWorkflow('Take orders', [userMessage('tell')], order);
    await memberModel(bot.fixture.database).updateOne({ userId: bo }, { $set: { role: 'member' } });
  });
  afterAll(async () => {
    await bot.close();
    await database.drop();
  });
  afterEach(() => {
    expect(bot.slack.violations()).toEqual([]);
    bot.clock.advance(60_000);
  });

  function asOwner(): Manager {
    const access = { orgId: workflow.orgId, role: 'owner', teamIds: [], userId: ana, handler: null } as const;
    return { access, actor: { kind: 'system' } };
  }
  async function say(user: string, text: string): Promise<string> {
    await bot.slack.sendCommand({ user, channel: '#general', text });
    return lastTo(user);
  }
  function lastTo(user: string): string {
    return JSON.stringify(bot.slack.ephemerals(user).at(-1) ?? {});
  }
  async function click(user: string, buttonText: string, value?: string): Promise<void> {
    const ts = String(bot.slack.ephemerals(user).at(-1)?.ts);
    const which = value === undefined ? {} : { value };
    await bot.slack.clickButton({ user, channel: '#general', ts, buttonText, ...which });
  }
  /** A click is acknowledged before it is answered. */
  async function waitFor(user: string, text: string): Promise<string> {
    await expect.poll(() => lastTo(user)).toContain(text);
    return lastTo(user);
  }

  it('makes an intake and shows a command with a key that works, once', async () => {
    expect(await say(ana, 'intake take orders')).toContain('It has none yet');
    await click(ana, 'New intake');
    const made = await bot.slack.submitView({ user: ana, values: { Name: 'Web shop' } });
    expect(made.outcome).toBe('updated');
    const shown = JSON.stringify(made.view);
    expect(shown).toMatch(/whsec_/);
    const [, intakeId = ''] = /\/v1\/intake\/([0-9a-f]{24})/.exec(shown) ?? [];
    const [bearer = ''] = /user-[0-9a-f]{24}\.[\w-]{43}/.exec(shown) ?? [];
    expect(await bot.org.apiKeys.verify(bearer)).toMatchObject({ userId: ana, name: 'Intake Web shop' });
    expect(shown).toContain(
      `{\\\\\\"customer\\\\\\":\\\\\\"text\\\\\\",\\\\\\"amount\\\\\\":1}`.replaceAll('\\\\\\"', '\\"'),
    );
    await bot.slack.closeView({ user: ana });

    const list = await say(ana, 'intake take');
    expect(list).toContain('Web shop');
    expect(list).toContain(intakeId);
    expect(list).not.toMatch(/whsec_|user-[0-9a-f]{24}\./);
    await click(ana, 'Show command');
    await waitFor(ana, '$BATON_KEY');
  });

  it('switches an intake off and on, and deletes it', async () => {
    await say(ana, 'intake take orders');
    await click(ana, 'Switch off');
    await waitFor(ana, 'Switched off');
    await click(ana, 'Switch on');
    await waitFor(ana, 'On: takes work');
    await click(ana, 'Delete');
    await waitFor(ana, 'It has none yet');
  });

  it('makes a schedule of the words behind the command, and lists its next three times', async () => {
    await bot.slack.sendCommand({
      user: ana,
      channel: '#general',
      text: 'schedule take orders every Monday at 9am',
    });
    const answer = await bot.slack.submitView({
      user: ana,
      values: { 'By the clocks of': 'Europe/Berlin', Customer: 'Acme {{today}}', Amount: '5' },
    });
    expect(answer.outcome).toBe('closed');
    const directly = (): string =>
      JSON.stringify(bot.slack.messages(bot.slack.directMessageId(ana)).at(-1) ?? {});
    await expect.poll(directly).toContain('Every Monday at 09:00');
    const list = directly();
    expect(list).toContain('Europe/Berlin');
    expect(list.match(/<!date\^/g)).toHaveLength(3);
    const by = asOwner();
    const [schedule] = await bot.triggers.triggers.list(by, workflow.id);
    expect(schedule?.settings).toMatchObject({
      cron: '0 9 * * 1',
      timeZone: 'Europe/Berlin',
      inputsTemplate: { customer: 'Acme {{today}}', amount: '5' },
      postTo: expect.stringMatching(/^C/) as string,
    });

    await say(ana, 'schedule take orders');
    await click(ana, 'Pause');
    await waitFor(ana, 'Paused: it starts nothing');
    await click(ana, 'Resume');
    await waitFor(ana, 'Next: ');
    await click(ana, 'Delete');
    await waitFor(ana, 'It has none yet');
  });

  it('changes a schedule in a form that begins with what it is, and marks what is wrong where it was typed', async () => {
    const by = asOwner();
    const scheduleOf = async (): Promise<unknown> => (await bot.triggers.triggers.list(by, workflow.id))[0];
    await say(ana, 'schedule take orders every Monday at 9am');
    const wrong = await bot.slack.submitView({
      user: ana,
      values: { 'By the clocks of': 'Europe/Berlin', Customer: 'Acme', Amount: 'many' },
    });
    expect(wrong.outcome).toBe('errors');
    expect(wrong.errors).toEqual({ mapping_input_amount: 'Must be a number, such as 42 or 12.5.' });
    const right = { 'By the clocks of': 'Europe/Berlin', Customer: 'Acme', Amount: '5' };
    expect((await bot.slack.submitView({ user: ana, values: right })).outcome).toBe('closed');
    await say(ana, 'schedule take orders every Monday at 9am');
    const second = await bot.slack.submitView({ user: ana, values: { Customer: 'Beta', Amount: '6' } });
    expect(second.outcome).toBe('closed');

    const list = await say(ana, 'schedule take orders');
    expect(list).toContain('Every Monday at 09:00 (2)');
    await click(ana, 'Edit');
    await bot.slack.submitView({
      user: ana,
      values: {
        When: 'every Friday at 17:00',
        Amount: '7',
        "Where do its tasks' cards go?": 'Where the workflow says',
      },
    });
    expect(await scheduleOf()).toMatchObject({
      name: 'Every Friday at 17:00',
      settings: {
        cron: '0 17 * * 5',
        timeZone: 'Europe/Berlin',
        inputsTemplate: { customer: 'Acme', amount: '7' },
        postTo: null,
      },
    });

    await say(ana, 'schedule take orders');
    await click(ana, 'Edit');
    const [{ id: triggerId } = { id: '' }] = await bot.triggers.triggers.list(by, workflow.id);
    await bot.triggers.triggers.change(by, workflow.id, triggerId, { name: 'End of the week' });
    const late = await bot.slack.submitView({ user: ana, values: { When: 'every day' } });
    expect(late.outcome).toBe('updated');
    expect(JSON.stringify(late.view)).toContain('Somebody else changed this while your form was open');
    await bot.slack.submitView({ user: ana, values: { When: 'every day at 8:00' } });
    expect(await scheduleOf()).toMatchObject({ name: 'End of the week', settings: { cron: '0 8 * * *' } });
    for (const { id } of await bot.triggers.triggers.list(by, workflow.id))
      await bot.triggers.triggers.delete(by, workflow.id, id);
  });

  it('shows what intakes and schedules did, and why, to everybody who sees them', async () => {
    const by = asOwner();
    const { triggers, triggerStarts } = bot.triggers;
    const intake = await triggers.create(by, workflow.id, {
      name: 'Web shop',
      kind: 'intake',
      enabled: true,
      settings: {},
    } as unknown as TriggerInput);
    const schedule = await triggers.create(by, workflow.id, {
      name: 'Weekly',
      kind: 'schedule',
      enabled: true,
      settings: { cron: '0 9 * * 1', timeZone: 'Europe/Berlin' },
    } as unknown as TriggerInput);
    await say(bo, 'intake take orders');
    await click(bo, 'What it did');
    await waitFor(bo, 'no program has sent work to it');
    await triggerStarts.note(intake, 'work:1', 'refused', 'The workflow is paused.');
    await say(ana, 'intake take orders');
    await click(ana, 'What it did');
    const shown = await waitFor(ana, 'The workflow is paused.');
    expect(shown).toContain('🚫');
    expect(shown).toContain('Kept for 90 days.');
    await triggerStarts.note(schedule, 'time:1', 'skipped', 'The task of the time before is still running.');
    await say(ana, 'schedule take orders');
    await click(ana, 'What it did');
    await waitFor(ana, 'The task of the time before is still running.');
    await say(bo, 'trigger take orders');
    await click(bo, 'What it did', encodeTriggerRef({ workflowId: workflow.id, triggerId: schedule.id }));
    await waitFor(bo, 'The task of the time before is still running.');
    await triggers.delete(by, workflow.id, intake.id);
    await triggers.delete(by, workflow.id, schedule.id);
  });

  it('answers words that it does not understand with examples, also in the form', async () => {
    expect(await say(ana, 'schedule take orders every blue moon')).toContain('every Monday at 9am');
    await say(ana, 'schedule take orders');
    await click(ana, 'New schedule');
    const refused = await bot.slack.submitView({
      user: ana,
      values: { When: 'now and then', Customer: 'Acme', Amount: '5' },
    });
    expect(JSON.stringify(refused)).toContain('every Monday at 9am');
    await bot.slack.closeView({ user: ana });
  });

  it('says of a workflow that is not active that nothing starts it', async () => {
    const by = asOwner();
    const make = (name: string, kind: string, settings: object): Promise<{ id: string }> =>
      bot.triggers.triggers.create(by, workflow.id, { name, kind, enabled: true, settings } as TriggerInput);
    const made = [
      await make('Web shop', 'intake', {}),
      await make('Weekly', 'schedule', { cron: '0 9 * * 1', timeZone: 'UTC' }),
    ];
    await bot.fixture.workflows.setStatus(workflow.orgId, workflow.id, 'PAUSED', by.actor);
    for (const verb of ['intake', 'schedule', 'trigger'])
      expect(await say(ana, `${verb} take orders`)).toContain('Until it is active they start nothing.');
    expect(await say(ana, 'intake take orders')).toContain('On: takes work once the workflow is active');
    await bot.fixture.workflows.setStatus(workflow.orgId, workflow.id, 'ACTIVE', by.actor);
    for (const verb of ['intake', 'schedule', 'trigger'])
      expect(await say(ana, `${verb} take orders`)).not.toContain('Until it is active');
    for (const { id } of made) await bot.triggers.triggers.delete(by, workflow.id, id);
  });

  it('shows others what there is, and no buttons to change it', async () => {
    for (const verb of ['intake', 'schedule']) {
      const shown = await say(bo, `${verb} take orders`);
      expect(shown).toContain('Whoever may change this workflow can make one.');
      expect(shown).not.toContain('New ');
    }
  });

  it('lets the person choose a workflow when none is named', async () => {
    expect(await say(ana, 'intake')).toContain('Take orders');
    expect(await say(ana, 'schedule')).toContain('Take orders');
    expect(lastTo(ana)).toContain('Which workflow should start by the clock?');
  });
});
