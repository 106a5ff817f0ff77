import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { WorkspacePage } from '../support/browser/workspace-page.ts';
import { checkAfter } from '../support/e2e/check-after.ts';
import { canRunE2e, type E2eBot, startE2eBot } from '../support/e2e/e2e-bot.ts';
import { latestTask, workflowBySlug } from '../support/e2e/latest-task.ts';

const description = 'From the signed contract to the first day.';
const card = { message: description };
const task = { message: 'Customer onboarding #' };

describe.skipIf(!canRunE2e())('the ten-minute story: Customer onboarding', { timeout: 90_000 }, () => {
  let bot: E2eBot;
  let ui: WorkspacePage;

  beforeAll(async () => {
    bot = await startE2eBot();
    ui = bot.ui;
  }, 120_000);

  afterAll(() => bot?.stop());

  afterEach((context) => checkAfter(bot, context));

  /** Fills in the modal that is open, and sends it. */
  async function send(fields: Record<string, string>, choices: Record<string, string> = {}): Promise<void> {
    for (const [label, value] of Object.entries(fields)) await ui.fillField(label, value);
    for (const [label, option] of Object.entries(choices)) await ui.selectOption(label, option);
    await ui.submitModal();
  }

  async function add(button: string, title: string, fields: Record<string, string>): Promise<void> {
    await ui.clickButton(button, { within: card });
    await ui.waitForModal(title);
    await send(fields);
    await ui.waitForModalClosed();
    await ui.waitForText(fields['Step'] ?? '', { within: card });
  }

  async function edit(step: string, part: string, title: string): Promise<void> {
    await ui.clickButton('Edit', { within: { ...card, section: step } });
    await ui.waitForModal('Edit step');
    await send({}, { 'What do you want to change?': part });
    await ui.waitForModal(title);
  }

  async function saved(): Promise<void> {
    await ui.waitForText('✅ Saved.', { within: 'modal' });
  }

  async function done(): Promise<void> {
    await ui.closeModal();
    await ui.waitForModalClosed();
  }

  async function start(customer: string, plan: string): Promise<void> {
    await ui.actAs('Ana Ruiz');
    await ui.openChannel('general');
    await ui.typeCommand(`/workflow start customer-onboarding customer="${customer}"`);
    await ui.waitForModal('Customer onboarding');
    expect(await ui.readField('Customer')).toBe(customer);
    await send({}, { Plan: plan });
    await ui.waitForModalClosed();
    await ui.waitForText(/Waiting for @bo/i, { within: task });
  }

  it('begins with a name, and what it asks for', async () => {
    await ui.actAs('Ana Ruiz');
    await ui.openChannel('general');
    await ui.typeCommand('/workflow new Customer onboarding');
    await ui.waitForModal('New workflow');
    await send({ Description: description });
    await ui.waitForModalClosed();
    await ui.waitForText('This workflow is a draft without steps', { within: card });

    await ui.clickButton('Inputs', { within: card });
    await ui.waitForModal('Inputs');
    await send({});
    await ui.waitForModal('Add a field');
    await send({ Label: 'Customer' });
    await saved();
    await send({});
    await ui.waitForModal('Add a field');
    await ui.screenshot('31-story-field');
    await send({ Label: 'Plan', Choices: 'Starter, Enterprise' }, { Type: 'One of several choices' });
    await saved();
    await ui.waitForText('{{inputs.plan}}', { within: 'modal' });
    await ui.screenshot('32-story-inputs');
    await done();
    await ui.waitForText('Customer, Plan', { within: card });
  });

  it('gets an approval, and a step for each answer', async () => {
    await add('Add decision', 'Add a decision', {
      Step: 'Account approval',
      'What is to be decided?': 'Take {{inputs.customer}} on with the plan {{inputs.plan}}?',
      'Who decides?': '@bo',
      'Button to approve': 'Take them on',
      'Button to reject': 'Not yet',
    });
    await add('Add message', 'Add a message', {
      Step: 'Send the welcome pack',
      Message: 'Send {{inputs.customer}} the welcome pack.',
    });
    await add('Add message', 'Add a message', {
      Step: 'Explain it',
      Message: 'Tell {{inputs.customer}}: {{steps.account_approval.comment}}',
    });
    await ui.screenshot('33-story-steps');
  });

  it('gets routes, a reminder and a deadline, each in a form of its own', async () => {
    await edit('1. Account approval', 'Routes', 'Where it leads');
    await ui.screenshot('34-story-routes');
    await send(
      {},
      {
        'When “Take them on” is chosen': 'Send the welcome pack',
        'When “Not yet” is chosen': 'Explain it',
      },
    );
    await saved();
    await send({}, { 'What do you want to change?': 'Reminder' });
    await ui.waitForModal('Reminder');
    await send({ 'Remind after every': 'tomorrow' });
    expect(await ui.modalErrors()).toHaveProperty('reminder_every');
    await send({ 'Remind after every': '1 day' });
    await ui.waitForText('Every 1 day', { within: 'modal' });
    await ui.screenshot('35-story-step');
    await done();

    await edit('2. Send the welcome pack', 'Routes', 'Where it leads');
    await send({}, { 'When it is done': 'Finish the task' });
    await saved();
    await done();
    await ui.waitForText('Routes to: the end', { within: { ...card, section: '2. Send' } });
    await ui.waitForText('“Not yet” → Explain it', { within: card });
  });

  it('can be put in another order and back', async () => {
    await ui.clickButton('Edit', { within: { ...card, section: '3. Explain it' } });
    await ui.waitForModal('Edit step');
    await send({}, { 'What do you want to change?': 'Move up' });
    await ui.waitForText('step 2 of 3', { within: 'modal' });
    await send({}, { 'What do you want to change?': 'Move down' });
    await ui.waitForText('step 3 of 3', { within: 'modal' });
    await done();
    await ui.waitForText('3. Explain it', { within: card });
  });

  it('is activated when it is ready', async () => {
    await ui.clickButton('Activate', { within: card });
    await ui.waitForText('Active', { within: card });
    await ui.screenshot('36-story-active');
    const { id } = await workflowBySlug(bot, 'customer-onboarding');
    const { items } = await bot.api.get<{ items: { name: string; reminder?: object }[] }>(
      `/workflows/${id}/steps`,
    );
    expect(items.map(({ name }) => name)).toEqual([
      'account_approval',
      'send_the_welcome_pack',
      'explain_it',
    ]);
    expect(items[0]?.reminder).toEqual({ every: '1d' });
  });

  it('shows on its card what a program changes', async () => {
    const { id } = await workflowBySlug(bot, 'customer-onboarding');
    const { items } = await bot.api.get<{ items: { id: string }[] }>(`/workflows/${id}/steps`);
    const change = {
      inputsTemplate: { message: 'Tell {{inputs.customer}} why: {{steps.account_approval.comment}}' },
    };
    await bot.api.patch(`/workflows/${id}/steps/${items[2]?.id}`, change);
    await ui.waitForText('Tell {{inputs.customer}} why', { within: card });
  });

  it('goes to the welcome pack when the customer is taken on', async () => {
    await start('Acme Inc', 'Enterprise');
    await ui.actAs('Bo Chen');
    await ui.openDm('Bo Chen');
    await ui.clickButton('Take them on', {
      within: { message: 'Take Acme Inc on with the plan Enterprise?' },
    });
    await ui.actAs('Ana Ruiz');
    await ui.openDm('Ana Ruiz');
    await ui.clickButton('Mark done', { within: { message: 'Send Acme Inc the welcome pack.' } });
    await ui.openChannel('general');
    await ui.waitForText(/Completed/, { within: task });
    const { status, context } = await latestTask(bot, 'customer-onboarding');
    expect(status).toBe('COMPLETED');
    expect(Object.keys(context.steps)).toEqual(['account_approval', 'send_the_welcome_pack']);
  });

  it('goes to the explanation when the customer has to wait', async () => {
    await start('Bolt Ltd', 'Starter');
    await ui.actAs('Bo Chen');
    await ui.openDm('Bo Chen');
    await ui.clickButton('Not yet', { within: { message: 'Take Bolt Ltd on with the plan Starter?' } });
    await ui.waitForModal('Not yet');
    await send({ Reason: 'The contract is not signed' });
    await ui.waitForModalClosed();
    await ui.actAs('Ana Ruiz');
    await ui.openDm('Ana Ruiz');
    await ui.clickButton('Mark done', {
      within: { message: 'Tell Bolt Ltd why: The contract is not signed' },
    });
    await ui.openChannel('general');
    await ui.waitForText(/Completed/, { within: task });
    const { status, context } = await latestTask(bot, 'customer-onboarding');
    expect(status).toBe('COMPLETED');
    expect(Object.keys(context.steps)).toEqual(['account_approval', 'explain_it']);
  });
});
