import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { WorkspacePage } from '../support/browser/workspace-page.ts';
import type { ApiList, ApiWorkflow } from '../support/e2e/api-client.ts';
import { checkAfter } from '../support/e2e/check-after.ts';
import { canRunE2e, type E2eBot, startE2eBot } from '../support/e2e/e2e-bot.ts';
import { startRefundAsAna } from '../support/e2e/start-refund.ts';

const check = { message: 'Check of Expenses' };
const why = { message: 'What the log says' };

describe.skipIf(!canRunE2e())('check and why', { timeout: 120_000 }, () => {
  let bot: E2eBot;
  let ui: WorkspacePage;

  beforeAll(async () => {
    bot = await startE2eBot();
    ui = bot.ui;
    await ui.actAs('Ana Ruiz');
    await ui.openChannel('general');
  }, 120_000);
  afterAll(() => bot?.stop());
  afterEach((context) => checkAfter(bot, context));

  it('shows what is wrong with a workflow, and does not activate it', async () => {
    const orgId = (await bot.api.get<ApiList<{ id: string }>>('/orgs')).items[0]?.id ?? '';
    await bot.api.post(`/orgs/${orgId}/members`, { userId: 'U01ANA', role: 'admin' });
    const made = await bot.api.post<ApiWorkflow>(`/orgs/${orgId}/workflows`, {
      name: 'Expenses',
      inputsSchema: { type: 'object', properties: { amount: { type: 'number' } }, required: ['amount'] },
      steps: [
        {
          name: 'collect',
          description: 'Collect the receipts',
          type: 'USER_MESSAGE',
          inputsTemplate: { message: 'Send the receipts of {{inputs.amount}}' },
        },
        {
          name: 'approve',
          description: 'Finance decides',
          type: 'HUMAN',
          assignees: ['@bo'],
          inputsTemplate: { message: 'Pay {{inputs.ammount}}?' },
          handoffs: [{ condition: 'approved', to: 'complete' }],
        },
      ],
    });
    await bot.api.patch(`/workflows/${made.id}`, { status: 'PAUSED' });
    await ui.typeCommand('/workflow check expenses');
    await ui.waitForText('2 errors, 1 warning', { within: check });
    await ui.waitForText('When "rejected" is chosen, no handoff of “Finance decides” matches', {
      within: check,
    });
    await ui.screenshot('70-check');
    await ui.typeCommand('/workflow activate expenses');
    await ui.waitForText('It was not activated', { within: check });
    await ui.screenshot('71-check-refused');
    await ui.clickButton('Edit', {
      within: { ...check, section: 'no handoff of “Finance decides” matches' },
    });
    await ui.waitForModal();
    await ui.waitForText('When “Reject” is chosen', { within: 'modal' });
    await ui.closeModal();
    await ui.typeCommand('/workflow edit expenses');
    await ui.waitForText('Check: 2 errors, 1 warning', { within: { message: 'Revision 1' } });
    await ui.screenshot('72-check-on-card');
  });

  it('says why a task waits, from its card', async () => {
    await startRefundAsAna(bot.workspace.url, { customer: 'Acme', amount: '420' });
    await ui.waitForText('Waiting for', { within: { message: 'Refund approval #' } });
    await ui.clickButton('Why?', { within: { message: 'Refund approval #' } });
    await ui.waitForText(/“Manager’s decision” waits for @bo, asked/i, { within: why });
    await ui.waitForText('Deadline:', { within: why });
    await ui.screenshot('73-why');
    expect(await ui.hasButton('Reassign', { within: why })).toBe(true);
  });
});
