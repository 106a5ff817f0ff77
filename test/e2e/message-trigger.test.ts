import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { WorkspacePage } from '../support/browser/workspace-page.ts';
import type { ApiList } from '../support/e2e/api-client.ts';
import { checkAfter } from '../support/e2e/check-after.ts';
import { canRunE2e, type E2eBot, startE2eBot } from '../support/e2e/e2e-bot.ts';
import { latestTask } from '../support/e2e/latest-task.ts';

describe.skipIf(!canRunE2e())('messages that start tasks, set up with buttons', { timeout: 60_000 }, () => {
  let bot: E2eBot;
  let ui: WorkspacePage;
  let workflowId: string;

  beforeAll(async () => {
    bot = await startE2eBot();
    ui = bot.ui;
    const made = await bot.api.post<{ id: string }>(`/orgs/${bot.program.orgId}/workflows`, {
      name: 'Triage',
      inputsSchema: {
        type: 'object',
        properties: {
          problem: { type: 'string', title: 'Problem' },
          order: { type: 'integer', title: 'Order number' },
        },
        required: ['problem', 'order'],
      },
      steps: [
        {
          name: 'look',
          type: 'USER_MESSAGE',
          assignees: ['@chi'],
          inputsTemplate: { message: 'Please look at order {{inputs.order}}' },
        },
      ],
    });
    workflowId = made.id;
    await bot.api.post(`/orgs/${bot.program.orgId}/members`, { userId: 'U01ANA', role: 'admin' });
    await ui.actAs('Ana Ruiz');
    await ui.openChannel('general');
  }, 120_000);

  afterAll(() => bot?.stop());

  afterEach((context) => checkAfter(bot, context));

  async function countTasks(): Promise<number> {
    return (await bot.api.get<ApiList<unknown>>(`/workflows/${workflowId}/executions`)).items.length;
  }

  it('are described in a form, with what each gives the task', async () => {
    await ui.typeCommand('/workflow trigger triage');
    await ui.waitForText('Nothing starts this workflow by itself yet');
    await ui.screenshot('60-triggers-none');
    await ui.clickButton('New for messages');
    await ui.waitForModal('New for messages');
    await ui.fillField('Name', 'Broken orders');
    await ui.fillField('Channels', '#triage');
    await ui.selectOption('Messages', 'That match a regular expression');
    await ui.fillField('Words, or the regular expression', 'order (?P<order>\\d+ is broken');
    await ui.submitModal();
    await ui.waitForText('missing', { within: 'modal' });
    await ui.screenshot('61-trigger-bad-expression');
    await ui.fillField('Words, or the regular expression', 'order (?P<order>\\d+) is broken');
    await ui.submitModal();
    await ui.waitForModal('What the task gets');
    await ui.screenshot('62-trigger-inputs');
    await ui.submitModal();
    await ui.waitForText('Broken orders', { within: 'modal' });
    await ui.screenshot('63-trigger-made');
  });

  it('start a task each, whose card stands in the thread', async () => {
    await ui.closeModal();
    await ui.waitForModalClosed();
    await ui.actAs('Bo Chen');
    await ui.openChannel('triage');
    await ui.typeCommand('Good morning, order 12 is fine');
    await ui.typeCommand('Help, order 34 is broken');
    await ui.openThread('order 34 is broken');
    await ui.waitForText('Waiting for', { within: 'thread' });
    await ui.screenshot('64-task-in-the-thread');
    expect((await latestTask(bot, 'triage')).context.inputs).toEqual({
      problem: 'Help, order 34 is broken',
      order: 34,
    });
    expect(await countTasks()).toBe(1);
  });

  it('that lack something get a form for the rest', async () => {
    await ui.actAs('Ana Ruiz');
    await ui.openChannel('general');
    await ui.typeCommand('/workflow trigger triage');
    await ui.clickButton('Open');
    await ui.waitForModal('Starts by itself');
    await ui.screenshot('65-trigger');
    await ui.selectOption('What do you want to do?', 'Change which messages');
    await ui.submitModal();
    await ui.waitForModal('Which messages');
    await ui.selectOption('Messages', 'With one of these words in it');
    await ui.fillField('Words, or the regular expression', 'broken, does not work');
    await ui.submitModal();
    await ui.waitForText('broken', { within: 'modal' });
    await ui.closeModal();
    await ui.actAs('Bo Chen');
    await ui.openChannel('triage');
    await ui.typeCommand('My lamp does not work');
    await ui.openThread('My lamp does not work');
    await ui.waitForText('Order number', { within: 'thread' });
    await ui.screenshot('66-what-is-missing');
    await ui.clickButton('Fill in the rest', { within: 'thread' });
    await ui.waitForModal('Triage');
    expect(await ui.readField('Problem')).toBe('My lamp does not work');
    await ui.fillField('Order number', '56');
    await ui.submitModal();
    await ui.waitForModalClosed();
    await ui.waitForText('Waiting for', { within: 'thread' });
    await ui.screenshot('67-what-was-missing');
    expect((await latestTask(bot, 'triage')).context.inputs).toEqual({
      problem: 'My lamp does not work',
      order: 56,
    });
    expect(await countTasks()).toBe(2);
  });

  it('may be marked with an emoji: one task, however many people put it', async () => {
    await ui.actAs('Ana Ruiz');
    await ui.openChannel('general');
    await ui.typeCommand('/workflow trigger triage');
    await ui.clickButton('New for an emoji');
    await ui.waitForModal('New for an emoji');
    await ui.fillField('Name', 'Marked');
    await ui.fillField('Emoji', ':ticket:');
    await ui.submitModal();
    await ui.waitForModal('What the task gets');
    await ui.fillField('Order number', '78');
    await ui.submitModal();
    await ui.waitForText('Marked', { within: 'modal' });
    await ui.closeModal();
    await ui.actAs('Chi Okafor');
    await ui.openChannel('triage');
    await ui.typeCommand('The heating is cold');
    await ui.react('The heating is cold', 'ticket');
    await ui.openThread('The heating is cold');
    await ui.waitForText('Waiting for', { within: 'thread' });
    await ui.screenshot('68-emoji');
    expect((await latestTask(bot, 'triage')).context.inputs).toEqual({
      problem: 'The heating is cold',
      order: 78,
    });
    await ui.actAs('Bo Chen');
    await ui.react('The heating is cold', 'ticket');
    await ui.actAs('Ana Ruiz');
    await ui.openChannel('general');
    await ui.typeCommand('/workflow trigger triage');
    await ui.clickButton('Open');
    await ui.waitForModal('Starts by itself');
    await ui.selectOption('What do you want to do?', 'Show what it did, and why');
    await ui.submitModal();
    await ui.waitForText('Started', { within: 'modal' });
    await ui.screenshot('69-trigger-log');
    expect(await countTasks()).toBe(3);
  });
});
