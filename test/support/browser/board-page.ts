import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Locator, Page } from 'playwright-core';
import { takeScreenshot } from './take-screenshot.ts';
import type { WorkspacePage } from './workspace-page.ts';

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const WAIT_MS = 15_000;

export interface BoardPageOptions {
  width?: number;
  height?: number;
  dark?: boolean;
}

/** The board in a browser of somebody's own. */
export class BoardPage {
  readonly page: Page;
  /** What the browser complained about: scripts and styles that were not allowed, for one. */
  readonly complaints: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on('pageerror', (error) => void this.complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
  }

  static async open(browser: Browser, options: BoardPageOptions = {}): Promise<BoardPage> {
    const { width = 1440, height = 900, dark = false } = options;
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: dark ? 'dark' : 'light',
    });
    context.setDefaultTimeout(WAIT_MS);
    return new BoardPage(await context.newPage());
  }

  /** Signs in as a person does: with the link that `/workflow board` gives them in the workspace. */
  async signInFromSlack(ui: WorkspacePage, realName: string, command = '/workflow board'): Promise<void> {
    await ui.actAs(realName);
    await ui.openChannel('general');
    const links = ui.page.locator('main a[href*="/board/sign-in?link="]');
    const before = await links.count();
    await ui.typeCommand(command);
    await links.nth(before).waitFor();
    await this.page.goto((await links.nth(before).getAttribute('href')) ?? '');
    await this.page.getByRole('button', { name: `Sign in as ${realName}` }).click();
    await this.page.waitForURL(/\/board(\/workflows\/\w+)?$/);
  }

  /** Waits until what happens is shown by itself. */
  async waitUntilLive(): Promise<void> {
    await this.page.locator('#live-state[data-state="live"]').waitFor();
  }

  /** The column of a step, by the step's title. */
  column(title: string): Locator {
    return this.page.locator('.column').filter({ has: this.page.getByRole('heading', { name: title }) });
  }

  /** What has the focus, as it is called. */
  async focused(): Promise<string> {
    return this.page.evaluate(`(() => {
      const { activeElement: at } = document;
      const label = at.getAttribute('aria-label') ?? at.labels?.[0]?.querySelector('span')?.textContent;
      return (label ?? at.textContent).trim();
    })()`);
  }

  /** What axe-core finds that is serious or critical: rule and place. */
  async seriousProblems(): Promise<string[]> {
    const axe = readFileSync(axePath, 'utf8');
    const found: { impact: string; id: string; nodes: { html: string }[] }[] = await this.page.evaluate(
      `(() => { ${axe}; return axe.run(document, { resultTypes: ['violations'] }).then((result) => result.violations); })()`,
    );
    return found
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200) ?? ''}`);
  }

  /** Keeps a picture in `artifacts/screenshots/<name>.png`. */
  async screenshot(name: string, options: { fullPage?: boolean } = {}): Promise<void> {
    await takeScreenshot(this.page, name, options);
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}
