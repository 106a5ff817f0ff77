import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signInAs } from '../support/board/board-visitor.ts';
import { makeShowcase, type Showcase } from '../support/board/showcase.ts';
import { BoardPage, type BoardPageOptions } from '../support/browser/board-page.ts';
import { browserAvailable, launchBrowser } from '../support/browser/browser.ts';
import { testOrgId } from '../support/builders.ts';
import { createHttpFixture, type HttpFixture } from '../support/http-fixture.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

/** Where somebody looks at the board. */
const screens: [string, BoardPageOptions][] = [
  ['light', {}],
  ['dark', { dark: true }],
  ['phone', { width: 390, height: 844 }],
  ['phone-dark', { width: 390, height: 844, dark: true }],
  // What is left of a small screen at 200 % zoom.
  ['zoomed', { width: 640, height: 400 }],
];

describe.skipIf(isMongoMissing() || !browserAvailable())(
  'the board with 200 tasks',
  { timeout: 180_000 },
  () => {
    let database: TestDatabase;
    let fixture: HttpFixture;
    let browser: Browser;
    let showcase: Showcase;

    beforeAll(async () => {
      database = await createTestDatabase();
      fixture = await createHttpFixture(database.uri);
      showcase = await makeShowcase(fixture);
      browser = await launchBrowser();
    }, 180_000);
    afterAll(async () => {
      await browser?.close();
      await fixture?.close();
      await database?.drop();
    });

    /** `on`: where Ana is signed in; null: nowhere. */
    async function open(options: BoardPageOptions, on: HttpFixture | null = fixture): Promise<BoardPage> {
      const board = await BoardPage.open(browser, options);
      if (on === null) return board;
      const visitor = await signInAs(on, 'U0ANA');
      const cookies = [...visitor.cookies].map(([name, value]) => ({ name, value, url: on.url }));
      await board.page.context().addCookies(cookies);
      return board;
    }

    /** Takes a picture, and holds the page against what no picture may show. */
    async function look(board: BoardPage, path: string, name: string): Promise<void> {
      await board.page.goto(`${fixture.url}/board${path}`);
      await board.page.waitForLoadState('load');
      // A hundred cards below each other are no picture; one board is shown as a screen, as it is first seen.
      const isBoard = /^\/workflows\/\w+$/.test(path);
      const isWide = (board.page.viewportSize()?.width ?? 0) > 1_000;
      await board.screenshot(name, { fullPage: !isBoard || (isWide && name.includes('contract')) });
      const overflow = await board.page.evaluate('document.documentElement.scrollWidth - innerWidth');
      expect(overflow, `${name} is wider than the screen`).toBeLessThanOrEqual(0);
      expect(await board.seriousProblems(), name).toEqual([]);
    }

    type Addresses = (readonly [name: string, path: string])[];

    /** What is looked at, behind `/board`. */
    async function addresses(): Promise<{ pages: Addresses; forms: Addresses }> {
      const { taskForAna, stopped, trigger, workflows } = showcase;
      const { definition } = await fixture.workflows.get(testOrgId, workflows.contract);
      const refund = `/workflows/${workflows.refund}`;
      const contract = `/workflows/${workflows.contract}`;
      const step = `${contract}/steps/${definition.steps[0]?.id}`;
      return {
        pages: [
          ['board', refund],
          ['board-contract', contract],
          ['board-filtered', `${refund}?q=nobody-called-so`],
          ['task', `/tasks/${taskForAna}`],
          ['task-stopped', `/tasks/${stopped}`],
          ['steps', `${contract}/edit`],
          ['audit', '/audit'],
          ['missing', '/workflows/nothing'],
        ],
        forms: [
          ['steps-right', `${refund}/edit`],
          ['step', step],
          ['condition', `${step}/conditions/new`],
          ['fields', `${step}/fields`],
          ['inputs', `${refund}/inputs/new`],
          ['trigger', `${refund}/triggers/${trigger}`],
          ['new-trigger', `${refund}/new-trigger/message`],
          ['add', `${refund}/add/HUMAN`],
          ['new-task', `${refund}/new-task`],
          ['delete', `${step}/delete`],
        ],
      };
    }

    it.each(screens)(
      'is usable by everybody, and never wider than the screen (%s)',
      async (screen, options) => {
        const board = await open(options);
        const { pages, forms } = await addresses();
        // Forms are made of the same parts everywhere: two screens of them are enough.
        const all = ['light', 'phone'].includes(screen) ? [...pages, ...forms] : pages;
        for (const [name, path] of all) await look(board, path, `showcase-${name}-${screen}`);
        expect(board.complaints.filter((text) => !text.includes('404'))).toEqual([]);
        await board.close();
      },
    );

    it.each(screens)('lets people in, and says why it does not (%s)', async (screen, options) => {
      const board = await open(options, null);
      await look(board, '/sign-in', `showcase-sign-in-${screen}`);
      await look(board, '/sign-in?link=used-up', `showcase-sign-in-expired-${screen}`);
      const link = await fixture.org.sessions.issueLink(testOrgId, 'U0BO');
      await look(board, `/sign-in?link=${link}`, `showcase-sign-in-link-${screen}`);
      await board.page.getByRole('button', { name: 'Sign in as Bo Chen' }).click();
      await board.page.waitForURL(/\/board$/);
      await look(board, '/audit', `showcase-forbidden-${screen}`);
      await board.close();
    });

    it('says what to do first where there is no workflow yet', async () => {
      const empty = await createTestDatabase();
      const own = await createHttpFixture(empty.uri);
      own.clock.set(new Date());
      const board = await open({}, own);
      await board.page.goto(`${own.url}/board`);
      await board.screenshot('showcase-empty-light');
      expect(await board.page.getByRole('heading', { level: 1 }).innerText()).toBe('No workflow yet');
      expect(await board.seriousProblems()).toEqual([]);
      await board.close();
      await own.close();
      await empty.drop();
    });
  },
);
