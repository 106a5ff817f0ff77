import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberModel } from '../../models/member.ts';
import { signInAs } from '../support/board/board-visitor.ts';
import { BoardPage } from '../support/browser/board-page.ts';
import { browserAvailable, launchBrowser } from '../support/browser/browser.ts';
import { human, testOrgId, userMessage } from '../support/builders.ts';
import { createHttpFixture, type HttpFixture } from '../support/http-fixture.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const inputs = {
  type: 'object',
  properties: {
    amount: { type: 'number', title: 'Amount' },
    customer: { type: 'string', title: 'Customer' },
  },
  required: ['amount'],
};

describe.skipIf(isMongoMissing() || !browserAvailable())('the page of a workflow in a browser', () => {
  let database: TestDatabase;
  let fixture: HttpFixture;
  let browser: Browser;
  let id: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    fixture = await createHttpFixture(database.uri);
    fixture.clock.set(new Date());
    browser = await launchBrowser();
    await signInAs(fixture, 'U0ANA');
    await memberModel(fixture.database).updateOne({ orgId: testOrgId, userId: 'U0ANA' }, { role: 'owner' });
    const steps = [
      userMessage('collect_receipts'),
      human('manager_decides', {
        handoffs: [
          { condition: 'approved', to: 'pay_out' },
          { condition: 'rejected', to: 'tell_customer' },
        ],
      }),
      userMessage('pay_out', { handoffs: [{ condition: 'default', to: 'complete' }] }),
      userMessage('tell_customer'),
    ];
    id = (await fixture.createWorkflow(steps, inputs)).id;
    const settings = { match: { by: 'keywords', keywords: ['refund', 'money back'] } };
    const body = { name: 'Refunds asked for', kind: 'message', settings };
    await fixture.ask('POST', `/api/workflows/${id}/triggers`, { body });
  });
  afterAll(async () => {
    await browser.close();
    await fixture.close();
    await database.drop();
  });

  async function open(path: string, options = {}): Promise<BoardPage> {
    const board = await BoardPage.open(browser, options);
    const visitor = await signInAs(fixture, 'U0ANA');
    const cookies = [...visitor.cookies].map(([name, value]) => ({ name, value, url: fixture.url }));
    await board.page.context().addCookies(cookies);
    await board.page.goto(`${fixture.url}/board/workflows/${id}${path}`);
    return board;
  }

  it.each([
    ['light', { height: 1600 }],
    ['dark', { dark: true, height: 1600 }],
    ['phone', { width: 390, height: 844 }],
  ])('looks right and is usable by everybody (%s)', async (name, options) => {
    for (const [page, path] of [
      ['workflow', '/edit'],
      ['step', `/steps/${(await fixture.workflows.get(testOrgId, id)).definition.steps[1]?.id}`],
      ['new-schedule', '/new-trigger/schedule'],
      ['new-task', '/new-task'],
      ['definition', '/definition'],
    ] as const) {
      const board = await open(path, options);
      expect(await board.seriousProblems()).toEqual([]);
      expect(board.complaints).toEqual([]);
      await board.screenshot(`board-${page}-${name}`, { fullPage: true });
      await board.page.context().close();
    }
  });

  it('moves a step with the keyboard alone', async () => {
    const board = await open('/edit', { height: 1800 });
    const names = async (): Promise<string[]> =>
      (await fixture.workflows.get(testOrgId, id)).definition.steps.map(({ name }) => name);
    const [first, second, ...others] = await names();
    const button = 'Move down: Collect receipts';
    for (let times = 0; times < 80 && (await board.focused()) !== button; times += 1)
      await board.page.keyboard.press('Tab');
    expect(await board.focused()).toBe(button);
    await board.page.keyboard.press('Enter');
    await expect.poll(names, { timeout: 15_000 }).toEqual([second, first, ...others]);
    // What is done next begins where the steps are, not at the top of the page.
    await board.page.waitForURL(/#steps-title$/);
    await board.page.keyboard.press('Tab');
    expect(await board.focused()).toMatch(/^Edit /);
    await board.page.getByRole('button', { name: 'Move up: Collect receipts' }).press('Enter');
    await expect.poll(names, { timeout: 15_000 }).toEqual([first, second, ...others]);
    await board.page.context().close();
  });

  it('moves a step by dragging it, and by its buttons', async () => {
    const board = await open('/edit', { height: 1800 });
    const names = async (): Promise<string[]> =>
      (await fixture.workflows.get(testOrgId, id)).definition.steps.map(({ name }) => name);
    const handles = board.page.locator('.step-handle');
    await handles.nth(3).dragTo(handles.nth(2));
    await expect
      .poll(names, { timeout: 15_000 })
      .toEqual(['collect_receipts', 'manager_decides', 'tell_customer', 'pay_out']);
    await board.page.getByRole('button', { name: 'Move down: Tell customer' }).click();
    await expect
      .poll(names, { timeout: 15_000 })
      .toEqual(['collect_receipts', 'manager_decides', 'pay_out', 'tell_customer']);
    await board.page.context().close();
  });
});
