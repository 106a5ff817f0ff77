import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BoardPage } from '../support/browser/board-page.ts';
import { launchBrowser } from '../support/browser/browser.ts';
import { checkAfter } from '../support/e2e/check-after.ts';
import type { ApiExecution, ApiWorkflow } from '../support/e2e/api-client.ts';
import { canRunE2e, type E2eBot, startE2eBot } from '../support/e2e/e2e-bot.ts';
import { latestTask, workflowBySlug } from '../support/e2e/latest-task.ts';
import { startRefundAsAna } from '../support/e2e/start-refund.ts';

const manager = 'Manager’s decision';
const tellApproved = 'Tell the requester: approved';

describe.skipIf(!canRunE2e())('the board in two browsers', { timeout: 120_000 }, () => {
  let bot: E2eBot;
  let browser: Browser;
  let ana: BoardPage;
  let bo: BoardPage;

  beforeAll(async () => {
    bot = await startE2eBot();
    browser = await launchBrowser();
    ana = await BoardPage.open(browser);
    bo = await BoardPage.open(browser, { width: 390, height: 844, dark: true });
    await ana.signInFromSlack(bot.ui, 'Ana Ruiz', '/workflow board refund-approval');
    await bo.signInFromSlack(bot.ui, 'Bo Chen', '/workflow board refund-approval');
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await bot?.stop();
  });
  afterEach((context) => checkAfter(bot, context));

  it('shows both the same card, and moves it when somebody clicks in Slack', async () => {
    await Promise.all([ana.waitUntilLive(), bo.waitUntilLive()]);
    await startRefundAsAna(bot.workspace.url, { customer: 'Northwind', amount: '420' });
    const { id } = await latestTask(bot, 'refund-approval');
    for (const board of [ana, bo]) await board.column(manager).locator(`#task-${id}`).waitFor();
    expect(await ana.column(manager).innerText()).toContain('@bo');
    await ana.screenshot('40-board-before');

    await bot.ui.actAs('Bo Chen');
    await bot.ui.openDm('Bo Chen');
    const ask = { message: 'Northwind' };
    await bot.ui.waitForText('Northwind', { within: ask });
    const clickedAt = performance.now();
    await bot.ui.clickButton('Approve', { within: ask });
    await Promise.all([ana, bo].map((board) => board.column(tellApproved).locator(`#task-${id}`).waitFor()));
    // No test depends on speed; whoever runs it sees how long it took.
    console.info(
      `both boards had moved the card ${Math.round(performance.now() - clickedAt)} ms after the click`,
    );
    for (const board of [ana, bo]) expect(await board.column(manager).locator(`#task-${id}`).count()).toBe(0);
    await ana.screenshot('41-board-after');
    await bo.screenshot('42-board-phone-dark');
  });

  it('does on the page of a task what Slack does, and tells the other browser', async () => {
    const { id } = await latestTask(bot, 'refund-approval');
    await ana.page.goto(`${bot.program.publicUrl}/board/tasks/${id}`);
    await bo.page.goto(`${bot.program.publicUrl}/board/tasks/${id}`);
    await bo.waitUntilLive();
    await ana.screenshot('43-task', { fullPage: true });
    await ana.page.getByRole('button', { name: 'Mark done' }).click();
    await ana.page.getByText('Completed: approved by').first().waitFor();
    await bo.page.getByText('Completed: approved by').first().waitFor();
    await bo.screenshot('44-task-phone-dark', { fullPage: true });
    expect((await latestTask(bot, 'refund-approval')).status).toBe('COMPLETED');
  });

  it('keeps the cards that somebody asked for when something changes', async () => {
    const { orgId } = bot.program;
    const made = await bot.api.post<ApiWorkflow>(`/orgs/${orgId}/workflows`, { name: 'Many invoices' });
    const step = { type: 'WAIT', signal: 'paid' };
    await bot.api.post(`/workflows/${made.id}/steps`, { ...step, name: 'unpaid' });
    await bot.api.post(`/workflows/${made.id}/steps`, { ...step, name: 'reminded' });
    const start = (): Promise<ApiExecution> =>
      bot.api.post(`/workflows/${made.id}/executions`, { inputs: {} });
    const oldest = await start();
    for (let count = 0; count < 51; count += 1) await start();

    await ana.page.goto(`${bot.program.publicUrl}/board/workflows/${made.id}`);
    await ana.waitUntilLive();
    const cards = ana.column('Unpaid').locator('.card');
    // Each in one go on the page, since a live update may put another list and another button in their place.
    const scrolled = (): Promise<number> => ana.page.evaluate("document.querySelector('.cards').scrollTop");
    await ana.page.evaluate("document.querySelector('.cards').scrollTop = 1000");
    await ana.page.evaluate("document.querySelector('[id^=more-]').click()");
    await ana.column('Unpaid').locator(`#task-${oldest.id}`).waitFor();
    expect(await cards.count()).toBe(52);
    const { id: moved } = await start();
    await ana.column('Unpaid').locator(`#task-${moved}`).waitFor();
    expect(await cards.count()).toBe(53);
    expect(await scrolled()).toBe(1_000);

    // The same when the workflow itself has changed, and everything is asked for again.
    await ana.page.evaluate('document.querySelector(".card-title").textContent = "old"');
    await bot.api.patch(`/workflows/${made.id}`, { description: 'Ask for the whole board again' });
    await ana.page.getByText('old', { exact: true }).waitFor({ state: 'detached' });
    await ana.page.getByText('Ask for the whole board again', { exact: true }).waitFor();
    expect(await cards.count()).toBe(53);
    expect(await scrolled()).toBe(1_000);
    await ana.screenshot('46-board-more', { fullPage: true });
    // So it is told when the workflow is paused, and when it goes on.
    await bot.api.patch(`/workflows/${made.id}`, { status: 'PAUSED' });
    await ana.page.getByText('This workflow is paused.').waitFor();
    await bot.api.patch(`/workflows/${made.id}`, { status: 'ACTIVE' });
    await ana.page.getByText('This workflow is paused.').waitFor({ state: 'detached' });
  });

  it('filters while one types, offers to clear that, and stays live when one goes back', async () => {
    const { id: workflow } = await workflowBySlug(bot, 'refund-approval');
    const { page } = ana;
    const start = async (customer: string): Promise<string> => {
      const inputs = { customer, amount: 5, currency: 'USD', approver: '@bo' };
      return (await bot.api.post<ApiExecution>(`/workflows/${workflow}/executions`, { inputs })).id;
    };
    const [globex, hooli] = [await start('Globex'), await start('Hooli')];
    await page.goto(`${bot.program.publicUrl}/board/workflows/${workflow}`);
    await ana.waitUntilLive();
    await page.getByLabel('Text or number').fill('globex');
    await page.locator(`#task-${hooli}`).waitFor({ state: 'detached' });
    await page.locator(`#task-${globex}`).waitFor();
    await page.getByRole('link', { name: 'Clear' }).waitFor();
    await page.getByLabel('State').selectOption('stopped');
    await page.locator(`#task-${globex}`).waitFor({ state: 'detached' });
    await page.goBack();
    await page.locator(`#task-${globex}`).waitFor();
    await ana.waitUntilLive();
    expect(await page.getByLabel('State').inputValue()).toBe('all');
    const another = await start('Globex again');
    await page.locator(`#task-${another}`).waitFor();
    await bot.api.post(`/workflows/executions/${another}/cancel`, { reason: 'Globex has called' });
    await page.locator(`#task-${another}`).waitFor({ state: 'detached' });
    await page.locator('#ended').getByText('Globex has called').waitFor();
    await page.getByRole('link', { name: 'Clear' }).click();
    await page.locator(`#task-${hooli}`).waitFor();
  });

  it('moves a card also when the first answer does not come', async () => {
    const { id: workflow } = await workflowBySlug(bot, 'refund-approval');
    const board = await BoardPage.open(browser);
    await board.signInFromSlack(bot.ui, 'Chi Okafor', '/workflow board refund-approval');
    await board.waitUntilLive();
    let isCut = false;
    // Whichever comes first: what has changed, or everything, for which a page asks when it is live.
    await board.page.route('**/board/workflows/**', (route) => {
      if (isCut || route.request().resourceType() !== 'fetch') return route.continue();
      isCut = true;
      return route.abort();
    });
    const { id } = await bot.api.post<ApiExecution>(`/workflows/${workflow}/executions`, {
      inputs: { customer: 'Cut off', amount: 5, currency: 'USD', approver: '@bo' },
    });
    await expect.poll(() => isCut, { timeout: 15_000 }).toBe(true);
    await board.page.locator(`#task-${id}`).waitFor();
    await board.close();
  });

  it('connects again when a proxy has answered for Baton, and when the connection has died without a word', async () => {
    const { id: workflow } = await workflowBySlug(bot, 'refund-approval');
    const board = await BoardPage.open(browser);
    await board.signInFromSlack(bot.ui, 'Chi Okafor', '/workflow board refund-approval');
    let streams = 0;
    let goOn = (): void => undefined;
    const isSeen = new Promise<void>((resolve) => (goOn = resolve));
    await board.page.route('**/board/events?*', async (route) => {
      streams += 1;
      if (streams === 1) return route.fulfill({ status: 502, body: 'Bad Gateway' });
      // What is said in between stays until it was seen.
      await isSeen;
      return route.continue();
    });
    await board.page.clock.install();
    await board.page.goto(`${bot.program.publicUrl}/board/workflows/${workflow}`);
    await board.page.locator('#live-state[data-state="waiting"]').waitFor();
    goOn();
    await board.waitUntilLive();
    expect(streams).toBe(2);
    // As if the computer had slept.
    await board.page.clock.fastForward(120_000);
    await expect.poll(() => streams, { timeout: 15_000 }).toBe(3);
    await board.waitUntilLive();
    await board.close();
  });

  it('opens in any number of tabs: one that nobody looks at listens to nothing until somebody does', async () => {
    const { id: workflow } = await workflowBySlug(bot, 'refund-approval');
    const look = (page: Page, at: 'hidden' | 'visible'): Promise<void> =>
      page.evaluate(`window.sight = '${at}'; document.dispatchEvent(new Event('visibilitychange'))`);
    const context = ana.page.context();
    const tabs: Page[] = [];
    // Browsers have six connections for all pages of a site.
    for (let count = 0; count < 7; count += 1) {
      const tab = await context.newPage();
      tabs.push(tab);
      await tab.addInitScript(
        `window.sight = 'visible'; Object.defineProperty(document, 'visibilityState', { get: () => window.sight })`,
      );
      await tab.goto(`${bot.program.publicUrl}/board/workflows/${workflow}`);
      await tab.locator('#live-state[data-state="live"]').waitFor();
      await look(tab, 'hidden');
    }
    const { id } = await bot.api.post<ApiExecution>(`/workflows/${workflow}/executions`, {
      inputs: { customer: 'Behind', amount: 5, currency: 'USD', approver: '@bo' },
    });
    const [first] = tabs;
    if (first === undefined) throw new Error('there is no tab');
    await look(first, 'visible');
    await first.locator(`#task-${id}`).waitFor();
    for (const tab of tabs) await tab.close();
  });

  it('is usable by everybody: nothing that axe finds is serious, on any page, and the browser has nothing to complain of', async () => {
    const { id: task } = await latestTask(bot, 'refund-approval');
    const { id: workflow } = await workflowBySlug(bot, 'refund-approval');
    for (const path of [`/workflows/${workflow}`, `/tasks/${task}`, '/audit', '/workflows/nothing']) {
      for (const board of [ana, bo]) {
        await board.page.goto(`${bot.program.publicUrl}/board${path}`);
        expect(await board.seriousProblems(), path).toEqual([]);
      }
    }
    await ana.page.goto(`${bot.program.publicUrl}/board/audit`);
    await ana.screenshot('45-audit');
    for (const { complaints } of [ana, bo]) {
      // What was asked for and is not there is told by the browser, too.
      expect(complaints.filter((text) => !/404|403/.test(text))).toEqual([]);
    }
  });

  it('works with twice the text size, and with the keyboard alone', async () => {
    const { id: workflow } = await workflowBySlug(bot, 'refund-approval');
    const zoomed = await BoardPage.open(browser, { width: 720, height: 450 });
    await zoomed.signInFromSlack(bot.ui, 'Chi Okafor');
    await zoomed.page.goto(`${bot.program.publicUrl}/board/workflows/${workflow}`);
    const isWider = await zoomed.page.evaluate('document.documentElement.scrollWidth > innerWidth');
    expect(isWider).toBe(false);
    await zoomed.page.keyboard.press('Tab');
    expect(await zoomed.page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
    await zoomed.page.keyboard.press('Enter');
    const reached: string[] = [];
    for (let times = 0; times < 8; times += 1) {
      await zoomed.page.keyboard.press('Tab');
      reached.push(await zoomed.focused());
    }
    expect(reached).toEqual([
      'Tasks',
      'Steps',
      'New task',
      'Person',
      'State',
      'Text or number',
      'Show',
      'Steps in order',
    ]);
    await zoomed.close();
  });
});
