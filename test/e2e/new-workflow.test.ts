import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { WorkspacePage } from '../support/browser/workspace-page.ts';
import { checkAfter } from '../support/e2e/check-after.ts';
import { canRunE2e, type E2eBot, startE2eBot } from '../support/e2e/e2e-bot.ts';
import { latestTask } from '../support/e2e/latest-task.ts';

const description = 'Two weeks ahead, please.';
const card = { message: description };

describe.skipIf(!canRunE2e())('a workflow that is made in the workspace', { timeout: 60_000 }, () => {
  let bot: E2eBot;
  let ui: WorkspacePage;

  beforeAll(async () => {
    bot = await startE2eBot();
    ui = bot.ui;
  }, 120_000);

  afterAll(() => bot?.stop());

  afterEach((context) => checkAfter(bot, context));

  async function addStep(button: string, fields: Record<string, string>): Promise<void> {
    await ui.clickButton(button, { within: card });
    await ui.waitForModal(button === 'Add decision' ? 'Add a decision' : 'Add a message');
    for (const [label, value] of Object.entries(fields)) await ui.fillField(label, value);
    await ui.submitModal();
    await ui.waitForModalClosed();
    await ui.waitForText(fields['Step'] ?? '', { within: card });
  }

  async function route(step: string, choices: Record<string, string>): Promise<void> {
    await ui.clickButton('Edit', { within: { ...card, section: step } });
    await ui.waitForModal('Edit step');
    await ui.selectOption('What do you want to change?', 'Routes');
    await ui.submitModal();
    await ui.waitForModal('Where it leads');
    for (const [label, target] of Object.entries(choices)) await ui.selectOption(label, target);
    await ui.submitModal();
    await ui.waitForText('✅ Saved.', { within: 'modal' });
    await ui.closeModal();
    await ui.waitForModalClosed();
  }

  async function startTask(): Promise<void> {
    await ui.actAs('Ana Ruiz');
    await ui.openChannel('general');
    await ui.clickButton('Start', { within: card });
    await ui.waitForModal('Holiday request');
    await ui.submitModal();
    await ui.waitForModalClosed();
    await ui.waitForText(/Waiting for @bo/i, { within: { message: 'Holiday request #' } });
  }

  it('begins as a draft with a card in the channel', async () => {
    await ui.actAs('Ana Ruiz');
    await ui.openChannel('general');
    await ui.typeCommand('/workflow new');
    await ui.waitForModal('New workflow');
    await ui.submitModal();
    expect(await ui.modalErrors()).toHaveProperty('name');
    await ui.fillField('Name', 'Refund approval');
    await ui.submitModal();
    await ui.waitForText(/already/, { within: 'modal' });
    await ui.screenshot('21-new-workflow-name-taken');
    await ui.fillField('Name', 'Holiday request');
    await ui.fillField('Description', description);
    await ui.submitModal();
    await ui.waitForModalClosed();

    await ui.waitForText('This workflow is a draft without steps', { within: card });
    expect(await ui.buttons({ within: card })).toEqual([
      'Add message',
      'Add decision',
      'Add another step',
      'Inputs',
      'Settings',
      'Export',
      'Check',
      'Starts by itself',
      'Listeners',
    ]);
    await ui.screenshot('22-empty-workflow');
  });

  it('gets a decision and two messages, routes for each outcome, and is activated', async () => {
    await addStep('Add decision', {
      Step: 'Lead decides',
      'What is to be decided?': 'May somebody go on holiday?',
      'Who decides?': '@bo',
      'Button to approve': 'Enjoy',
      'Button to reject': 'Not now',
    });
    await ui.clickButton('Add message', { within: card });
    await ui.waitForModal('Add a message');
    await ui.fillField('Step', 'Say yes');
    await ui.fillField('Message', 'You may go, says {{steps.nobody.comment}}');
    await ui.submitModal();
    expect(Object.keys(await ui.modalErrors())).toEqual(['message']);
    await ui.screenshot('23-add-step-unknown-value');
    await ui.fillField('Message', 'You may go. Put it into the calendar.');
    await ui.submitModal();
    await ui.waitForModalClosed();
    await ui.waitForText('Say yes', { within: card });
    await addStep('Add message', {
      Step: 'Say no',
      Message: 'Not this time: {{steps.lead_decides.comment}}',
    });

    await ui.waitForText('“Enjoy” → Say yes; “Not now” → the end', { within: card });
    await route('1. Lead decides', {
      'When “Enjoy” is chosen': 'Say yes',
      'When “Not now” is chosen': 'Say no',
    });
    await ui.waitForText('“Not now” → Say no', { within: card });
    await route('2. Say yes', { 'When it is done': 'Finish the task' });
    await ui.waitForText('Routes to: the end', { within: { ...card, section: '2. Say yes' } });
    await ui.screenshot('24-workflow-with-steps');
    await ui.clickButton('Activate', { within: card });
    await ui.waitForText('Active', { within: card });
    expect(await ui.buttons({ within: card })).toContain('Start');
    expect(await ui.buttons({ within: card })).not.toContain('Activate');
    await ui.screenshot('25-active-workflow');
  });

  it('goes the one way when it is approved', async () => {
    await startTask();
    await ui.actAs('Bo Chen');
    await ui.openDm('Bo Chen');
    await ui.clickButton('Enjoy', { within: { message: 'May somebody go on holiday?' } });
    await ui.waitForText('“Enjoy” chosen by @Bo Chen', {
      within: { message: 'May somebody go on holiday?' },
    });
    await ui.screenshot('26-own-words-decided');

    await ui.actAs('Ana Ruiz');
    await ui.openDm('Ana Ruiz');
    await ui.clickButton('Mark done', { within: { message: 'You may go. Put it into the calendar.' } });
    await ui.openChannel('general');
    await ui.waitForText('Completed: “Enjoy” chosen by @Bo Chen', {
      within: { message: 'Holiday request #' },
    });
    await ui.screenshot('27-approved-way');
    const { context, status } = await latestTask(bot, 'holiday-request');
    expect(status).toBe('COMPLETED');
    expect(Object.keys(context.steps)).toEqual(['lead_decides', 'say_yes']);
  });

  it('goes the other way when it is rejected', async () => {
    await startTask();
    await ui.actAs('Bo Chen');
    await ui.openDm('Bo Chen');
    await ui.clickButton('Not now', { within: { message: 'May somebody go on holiday?' } });
    await ui.waitForModal('Not now');
    await ui.fillField('Reason', 'The fair is that week');
    await ui.submitModal();
    await ui.waitForModalClosed();

    await ui.actAs('Ana Ruiz');
    await ui.openDm('Ana Ruiz');
    await ui.clickButton('Mark done', { within: { message: 'Not this time: The fair is that week' } });
    await ui.openChannel('general');
    await ui.waitForText('Completed: “Not now” chosen by @Bo Chen', {
      within: { message: 'Holiday request #' },
    });
    await ui.screenshot('28-rejected-way');
    const { context, status } = await latestTask(bot, 'holiday-request');
    expect(status).toBe('COMPLETED');
    expect(Object.keys(context.steps)).toEqual(['lead_decides', 'say_no']);
  });
});
