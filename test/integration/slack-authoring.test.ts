import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { testOrgId, userMessage } from '../support/builders.ts';
import type { FakeMessage } from '../support/slack/fake-workspace.ts';
import { findMenuValue } from '../support/slack/find-menu-value.ts';
import { idOf, type SlackBot, startSlackBot } from '../support/slack-bot.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const ana = idOf('ana');
const bo = idOf('bo');

describe.skipIf(isMongoMissing())('commands and authoring in Slack', () => {
  let database: TestDatabase;
  let bot: SlackBot;

  beforeAll(async () => {
    database = await createTestDatabase();
    bot = await startSlackBot(database.uri);
    await bot.addWorkflow('Refund approval', [userMessage('one')]);
    await bot.addWorkflow('Refund report', [userMessage('one')]);
  });
  afterAll(async () => {
    await bot.close();
    await database.drop();
  });
  afterEach(() => {
    expect(bot.slack.violations()).toEqual([]);
    bot.clock.advance(60_000);
  });

  async function say(text: string): Promise<string> {
    await bot.slack.sendCommand({ user: ana, channel: '#general', text });
    return JSON.stringify(bot.slack.ephemerals(ana).at(-1) ?? {});
  }

  function lastCard(): FakeMessage {
    const card = bot.slack.messages('#general').at(-1);
    if (card === undefined) throw new Error('no card was posted');
    return card;
  }

  async function click(buttonText: string): Promise<void> {
    await bot.slack.clickButton({ user: ana, channel: '#general', ts: lastCard().ts, buttonText });
  }

  /** Chooses in the menu of the step whose text begins so. */
  async function useMenu(step: string, option: string): Promise<void> {
    const card = lastCard();
    const value = findMenuValue(card, step, option);
    await bot.slack.clickButton({ user: ana, channel: '#general', ts: card.ts, value, chosen: value });
  }

  it.each([
    ['', 'What would you like to do?'],
    ['help', '/workflow start'],
    ['list', 'Refund report'],
    ['status', 'You have no tasks yet'],
    ['strat refund-approval', 'Did you mean `/workflow start refund-approval`?'],
    ['refund-approval', 'Did you mean *Refund approval*?'],
    ['start refund', 'Which workflow do you mean?'],
    ['start refund-aproval', 'Did you mean *Refund approval*?'],
    ['start refund-approval Acme Inc', 'Did you mean *Refund approval*?'],
    ['start refund Acme Inc', 'Which workflow do you mean?'],
    ['start something else', 'Nothing here is called'],
    ['status ffffff', 'There is no task “ffffff”'],
  ])('answers "/workflow %s" to the person alone', async (text, expected) => {
    const before = bot.slack.messages('#general').length;
    expect(await say(text)).toContain(expected);
    expect(bot.slack.messages('#general')).toHaveLength(before);
  });

  it('makes a workflow from nothing, and starts it', async () => {
    await say('new Travel request');
    const made = await bot.slack.submitView({ user: ana, values: { Description: 'Trips' } });
    expect(made.outcome).toBe('closed');
    await expect.poll(() => bot.slack.messages('#general').length).toBe(1);
    expect(lastCard().text).toContain('Travel request');
    expect(await say('start travel')).toContain('draft');

    await click('Add decision');
    const wrong = {
      Step: 'Boss decides',
      'What is to be decided?': 'Travel?',
      'Groups, channels or addresses': 'somebody',
    };
    const refused = await bot.slack.submitView({ user: ana, values: wrong });
    expect(refused.errors).toEqual({ assignees_typed: expect.stringContaining('names nobody') });
    const right = { ...wrong, 'Groups, channels or addresses': '', 'Who decides?': [bo] };
    const added = await bot.slack.submitView({ user: ana, values: right });
    expect(added.outcome).toBe('closed');
    await expect.poll(() => JSON.stringify(lastCard().blocks)).toContain('Boss decides');

    await click('Add message');
    await bot.slack.submitView({ user: ana, values: { Step: 'Book it', Message: 'Please book' } });
    await expect.poll(() => JSON.stringify(lastCard().blocks)).toContain('Book it');

    await useMenu('1. *Boss decides*', 'Edit');
    await bot.slack.submitView({ user: ana, values: { 'What do you want to change?': 'Routes' } });
    const routed = await bot.slack.submitView({
      user: ana,
      values: { 'When “Approve” is chosen': 'Book it', 'When “Reject” is chosen': 'Finish the task' },
    });
    expect(routed.outcome).toBe('updated');
    expect(JSON.stringify(routed.view?.blocks)).toContain('✅ Saved.');
    await bot.slack.closeView({ user: ana });
    await click('Activate');
    await expect.poll(() => JSON.stringify(lastCard().blocks)).toContain('"Start"');

    await click('Start');
    expect(JSON.stringify(bot.slack.modals(ana).at(-1))).toContain('Nothing to fill in');
    await bot.slack.submitView({ user: ana });
    const task = await bot.settle();
    expect(task).toMatchObject({ workflowName: 'Travel request', status: 'RUNNING' });
    expect(task.stack[0]).toMatchObject({ stepName: 'boss_decides', assignees: [bo] });
    expect(await say('status')).toContain('Travel request');
  });

  it('says that a name is taken, and keeps what was typed', async () => {
    await say('new');
    const taken = await bot.slack.submitView({ user: ana, values: { Name: 'Refund report' } });
    expect(taken.outcome).toBe('errors');
    expect(taken.errors).toHaveProperty('name');
  });

  it('fills the form with what stands behind the name', async () => {
    const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
    await bot.addWorkflow('Visit', [userMessage('one')], schema);
    await say('start visit city="New York"');
    await bot.slack.submitView({ user: ana });
    expect((await bot.settle()).context.inputs).toEqual({ city: 'New York' });
  });

  it('shows the form as it is now when the inputs were changed meanwhile', async () => {
    const schema = { type: 'object', properties: { from: { type: 'string' } }, required: ['from'] };
    const workflow = await bot.addWorkflow('Move', [userMessage('one')], schema);
    await say('start move');
    const inputsSchema = {
      type: 'object',
      properties: { ...schema.properties, to: { type: 'string' } },
      required: ['to'],
    };
    await bot.fixture.workflows.change(testOrgId, workflow.id, { inputsSchema }, { kind: 'system' });
    const again = await bot.slack.submitView({ user: ana, values: { From: 'Rome' } });
    expect(again.outcome).toBe('updated');
    const sent = await bot.slack.submitView({ user: ana, values: { To: 'Oslo' } });
    expect(sent.outcome).toBe('closed');
    expect((await bot.settle()).context.inputs).toEqual({ from: 'Rome', to: 'Oslo' });
  });
});
