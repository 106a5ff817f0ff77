import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { WorkspacePage } from '../support/browser/workspace-page.ts';
import { checkAfter } from '../support/e2e/check-after.ts';
import { canRunE2e, type E2eBot, startE2eBot } from '../support/e2e/e2e-bot.ts';
import { latestTask } from '../support/e2e/latest-task.ts';

describe.skipIf(!canRunE2e())('a refund in the workspace', { timeout: 60_000 }, () => {
  let bot: E2eBot;
  let ui: WorkspacePage;

  beforeAll(async () => {
    bot = await startE2eBot();
    ui = bot.ui;
  }, 120_000);

  afterAll(() => bot?.stop());

  afterEach((context) => checkAfter(bot, context));

  async function openStartForm(): Promise<void> {
    await ui.actAs('Ana Ruiz');
    await ui.openChannel('general');
    await ui.typeCommand('/workflow start refund-approval');
    await ui.waitForModal('Refund approval');
  }

  it('is asked for in a form that marks wrong values, approved with a click, paid out, and complete', async () => {
    await openStartForm();
    await ui.fillField('Customer', 'Northwind & Sons');
    await ui.fillField('Amount', 'lots');
    await ui.submitModal();
    await ui.waitForText('Must be a number', { within: 'modal' });
    expect(await ui.modalErrors()).toEqual({ amount: 'Must be a number, such as 42 or 12.5.' });
    await ui.screenshot('01-start-form');
    await ui.fillField('Amount', '20000');
    await ui.submitModal();
    await ui.waitForText('Must be at most', { within: 'modal' });
    expect(await ui.modalErrors()).toEqual({ amount: 'Must be at most 10000.' });
    await ui.fillField('Amount', '420.50');
    await ui.selectOption('Currency', 'EUR');
    await ui.fillField('Reason', 'Arrived broken');
    await ui.submitModal();
    await ui.waitForModalClosed();

    const card = { message: 'Refund approval #' };
    await ui.waitForText(/Waiting for @bo/i, { within: card });
    await ui.waitForText('420.5', { within: card });
    expect(await ui.hasButton('Approve')).toBe(false);
    await ui.screenshot('02-task-card');

    await ui.actAs('Bo Chen');
    await ui.openDm('Bo Chen');
    const ask = { message: 'Approve refund of 420.5 EUR to Northwind' };
    await ui.waitForText('Arrived broken', { within: ask });
    await ui.waitForTextGone('can decide', { within: ask });
    await ui.screenshot('03-ask');
    await ui.clickButton('Approve', { within: ask });
    await ui.waitForText('Approved by @Bo Chen', { within: ask });
    expect(await ui.buttons({ within: ask })).toEqual([]);
    await ui.screenshot('04-decided');

    await ui.actAs('Ana Ruiz');
    await ui.openDm('Ana Ruiz');
    const told = { message: 'Your refund of 420.5 EUR to Northwind' };
    await ui.waitForText('was approved. Please pay it out.', { within: told });
    await ui.screenshot('05-requester-told');
    await ui.clickButton('Mark done', { within: told });
    await ui.waitForText('Done by @Ana Ruiz', { within: told });
    expect(await ui.buttons({ within: told })).toEqual([]);

    await ui.openChannel('general');
    await ui.waitForText('Completed: approved by @Bo Chen', { within: card });
    await ui.waitForText(/Manager’s decision: approved by @Bo Chen, .*\d{1,2}:\d{2}/, { within: card });
    await ui.waitForText(/Tell the requester: approved: done by @Ana Ruiz/, { within: card });
    await ui.screenshot('06-completed-card');
    await ui.openThread('Refund approval #');
    await ui.waitForText('is complete: approved by @Bo Chen.', { within: 'thread' });
    await ui.screenshot('07-thread');
    expect(await latestTask(bot, 'refund-approval')).toMatchObject({
      status: 'COMPLETED',
      pointer: null,
      context: { inputs: { customer: 'Northwind & Sons', amount: 420.5, currency: 'EUR', approver: '@bo' } },
    });
  });

  it('is rejected for a reason, which card, ask and requester get to read', async () => {
    await openStartForm();
    await ui.fillField('Customer', 'Contoso');
    await ui.fillField('Amount', '99');
    await ui.selectOption('Currency', 'USD');
    await ui.submitModal();
    await ui.waitForModalClosed();

    await ui.actAs('Bo Chen');
    await ui.openDm('Bo Chen');
    const ask = { message: 'Approve refund of 99 USD to Contoso?' };
    await ui.clickButton('Reject', { within: ask });
    await ui.waitForModal('Reject');
    await ui.submitModal();
    expect(await ui.modalErrors()).toHaveProperty('comment');
    expect((await latestTask(bot, 'refund-approval')).status).toBe('RUNNING');
    await ui.fillField('Reason', 'No receipt was sent');
    await ui.screenshot('08-reason-form');
    await ui.submitModal();
    await ui.waitForModalClosed();
    await ui.waitForText(/Rejected by @Bo Chen, .*: No receipt was sent/, { within: ask });
    expect(await ui.buttons({ within: ask })).toEqual([]);
    await ui.screenshot('09-rejected-ask');

    await ui.actAs('Ana Ruiz');
    await ui.openDm('Ana Ruiz');
    const told = { message: 'Your refund of 99 USD to Contoso was rejected' };
    await ui.waitForText('was rejected: No receipt was sent', { within: told });
    await ui.clickButton('Mark done', { within: told });
    await ui.waitForText('Done by @Ana Ruiz', { within: told });
    await ui.screenshot('10-requester-told-no');

    await ui.openChannel('general');
    const card = { message: 'Contoso' };
    await ui.waitForText('Completed: rejected by @Bo Chen', { within: card });
    await ui.waitForText(/Manager’s decision: rejected by @Bo Chen, .*: No receipt was sent/, {
      within: card,
    });
    await ui.screenshot('11-rejected-card');
    expect((await latestTask(bot, 'refund-approval')).status).toBe('COMPLETED');
  });

  it('waits on the Home tab of whoever decides, and can be decided there', async () => {
    await openStartForm();
    await ui.fillField('Customer', 'Fabrikam');
    await ui.fillField('Amount', '7');
    await ui.selectOption('Currency', 'GBP');
    await ui.submitModal();
    await ui.waitForModalClosed();
    await ui.waitForText(/Waiting for @bo/i, { within: { message: 'Fabrikam' } });

    await ui.actAs('Bo Chen');
    await ui.openHome();
    await ui.waitForText('Needs your decision', { within: 'home' });
    await ui.waitForText('Approve refund of 7 GBP to Fabrikam?', { within: 'home' });
    await ui.screenshot('12-home-tab');
    await ui.clickButton('Approve', { within: 'home' });
    await ui.waitForTextGone('Approve refund of 7 GBP to Fabrikam?', { within: 'home' });
    await ui.waitForText('Nothing waits for you', { within: 'home' });

    await ui.openDm('Bo Chen');
    await ui.waitForText('Approved by @Bo Chen', { within: { message: 'Approve refund of 7 GBP' } });
    expect(await ui.buttons({ within: { message: 'Approve refund of 7 GBP' } })).toEqual([]);
    await ui.openChannel('general');
    await ui.waitForText(/Manager’s decision: approved by @Bo Chen/, { within: { message: 'Fabrikam' } });
  });

  it('is shown by /workflow status, the latest first', async () => {
    await ui.actAs('Ana Ruiz');
    await ui.openChannel('general');
    await ui.typeCommand('/workflow status');
    const list = { message: 'Latest tasks' };
    await ui.waitForText('Refund approval #', { within: list });
    await ui.waitForText('Approve refund of 99 USD to Contoso?', { within: list });
    await ui.waitForText('Completed: rejected by @Bo Chen', { within: list });
    await ui.screenshot('13-status');

    // The last button belongs to the oldest task.
    await ui.clickButton('Details', { within: list });
    await ui.waitForText('Northwind', { within: { message: 'Started by' } });
    const { id } = await latestTask(bot, 'refund-approval');
    await ui.typeCommand(`/workflow status ${id.slice(-6)}`);
    await ui.waitForText('Fabrikam', { within: { message: 'Started by' } });
    await ui.waitForText(/Waiting for @Ana Ruiz/, { within: { message: 'Fabrikam' } });
    await ui.screenshot('14-status-of-one');
  });
});
