import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { WorkspacePage } from '../support/browser/workspace-page.ts';
import type { ApiList } from '../support/e2e/api-client.ts';
import { checkAfter } from '../support/e2e/check-after.ts';
import { canRunE2e, type E2eBot, startE2eBot } from '../support/e2e/e2e-bot.ts';

const rehearsal = { message: 'Rehearsal: Refund approval' };

describe.skipIf(!canRunE2e())('a rehearsal in the workspace', { timeout: 90_000 }, () => {
  let bot: E2eBot;
  let ui: WorkspacePage;

  beforeAll(async () => {
    bot = await startE2eBot();
    ui = bot.ui;
    // So that she may change the samples.
    await bot.api.post(`/orgs/${bot.program.orgId}/members`, { userId: 'U01ANA', role: 'admin' });
  }, 120_000);

  afterAll(() => bot?.stop());

  afterEach((context) => checkAfter(bot, context));

  it('is gone through step by step, with the asks as they would look, and nobody is asked', async () => {
    await ui.actAs('Ana Ruiz');
    await ui.openChannel('general');
    await ui.typeCommand(
      '/workflow simulate refund amount=420 customer="Acme Inc" currency=USD approver=@bo',
    );
    await ui.waitForText('is in your direct messages');
    await ui.openDm('Ana Ruiz');
    await ui.waitForText('Approve refund of 420 USD to Acme Inc?', { within: rehearsal });
    await ui.waitForText('Nothing here is real', { within: rehearsal });
    await ui.screenshot('01-rehearsal-ask');

    await ui.clickButton('Reject', { within: rehearsal });
    await ui.waitForModal('Reject');
    await ui.fillField('Reason', 'Over budget');
    await ui.screenshot('02-rehearsal-reason');
    await ui.submitModal();
    await ui.waitForModalClosed();
    await ui.waitForText('was rejected: Over budget', { within: rehearsal });
    await ui.clickButton('Back one step', { within: rehearsal });
    await ui.waitForTextGone('Over budget', { within: rehearsal });
    await ui.clickButton('Approve', { within: rehearsal });
    await ui.waitForText('was approved. Please pay it out.', { within: rehearsal });
    await ui.clickButton('Two days pass', { within: rehearsal });
    await ui.waitForText('2d pass', { within: rehearsal });
    await ui.screenshot('03-rehearsal-time');
    await ui.clickButton('Mark done', { within: rehearsal });
    await ui.waitForText('The task is completed', { within: rehearsal });
    await ui.screenshot('04-rehearsal-end');

    await ui.clickButton('Save as scenario…', { within: rehearsal });
    await ui.waitForModal('Save as scenario');
    await ui.fillField('Name', 'Approved and paid');
    await ui.submitModal();
    await ui.waitForModalClosed();
    await ui.waitForText('Its scenario passes');
    const { items } = await bot.api.get<ApiList<{ id: string; slug: string }>>(
      `/orgs/${bot.program.orgId}/workflows`,
    );
    const refund = items.find(({ slug }) => slug === 'refund-approval');
    const tasks = await bot.api.get<ApiList<unknown>>(`/workflows/${refund?.id}/executions`);
    expect(tasks.items).toEqual([]);
  });

  it('reports everything that may happen, and stands on the card of the workflow', async () => {
    await ui.actAs('Ana Ruiz');
    await ui.openChannel('general');
    await ui.typeCommand('/workflow edit refund');
    const card = { message: 'Made by' };
    await ui.waitForText('Its scenario passes', { within: card });
    await ui.screenshot('05-card-with-scenarios');
    await ui.clickButton('Try everything', { within: card });
    await ui.waitForText('4 of 4 handoffs covered: every one.');
    await ui.screenshot('06-everything-tried');
    await ui.clickButton('Scenarios', { within: card });
    await ui.waitForText('Approved and paid');
    await ui.screenshot('07-scenarios');
  });
});
