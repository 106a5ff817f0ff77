import type { Browser, Locator, Page } from 'playwright-core';
import { takeScreenshot } from './take-screenshot.ts';

/** For whatever is waited for: generous, since a busy machine is slow, and shorter than a test may take. */
const WAIT_MS = 15_000;

/**
 * Where to look: the newest message that holds this text, in it the section that holds another, the open thread, the
 * modal, or the Home tab.
 */
export type Place = { message: string; section?: string | RegExp } | 'thread' | 'modal' | 'home';

/**
 * The browser UI of the local Slack workspace (0.1.8), driven as a person would.
 *
 * What this UI cannot do, and real Slack can:
 * - It fills `plain_text_input` (always one line), `static_select` without groups, checkboxes, radio buttons and date
 *   pickers. All other inputs appear as `[type]`, selects of people and conversations are empty.
 * - It shows all checkboxes unticked at first. Required fields are not checked and not marked; the fidelity proxy
 *   makes up for that.
 * - Of an overflow menu it shows the first option, as a button (`src/local/slack-preload/show-menu.ts`).
 * - Buttons inside modals do nothing, `dispatch_action` neither; `confirm` is not asked.
 * - `views.update` is shown and throws away what was typed.
 * - There is one stack of modals for everybody, and ephemeral messages and all direct messages are shown to everybody.
 * - Errors of `response_action` appear in one list at the foot, as `block_id: text`.
 */
export class WorkspacePage {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  /** Opens the workspace in a new page and waits until it is live. */
  static async open(browser: Browser, url: string): Promise<WorkspacePage> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(WAIT_MS);
    await page.goto(url);
    await page.getByText('ui live').waitFor();
    return new WorkspacePage(page);
  }

  /** Goes on as this person, by real name. */
  async actAs(realName: string): Promise<void> {
    await this.page.locator('.actas select').selectOption({ label: realName });
  }

  /** Waits until the bot is connected (Socket Mode). */
  async waitForBot(): Promise<void> {
    await this.page.locator('.app-status .status.ok').waitFor();
  }

  /** Opens a channel by its name without `#`. */
  async openChannel(name: string): Promise<void> {
    await this.clickSidebar(`#${name}`);
    await this.page.locator('.channel-title', { hasText: name }).waitFor();
  }

  /** Opens the direct message between the bot and a person, by the person's real name. It exists after its first message. */
  async openDm(realName: string): Promise<void> {
    await this.clickSidebar(realName);
    await this.page.locator('.channel-title', { hasText: realName }).waitFor();
  }

  /** Opens the bot's Home tab and waits for what it publishes. */
  async openHome(botName = 'baton'): Promise<void> {
    await this.clickSidebar(botName);
    await this.page.locator('.home .blocks').waitFor();
  }

  /** Types a message or a slash command into the open conversation and sends it. */
  async typeCommand(text: string): Promise<void> {
    const composer = this.page.locator('main .composer').first();
    await composer.locator('textarea').fill(text);
    await composer.locator('.composer-send').click();
  }

  /** Waits for a modal, by title when one is given. */
  async waitForModal(title?: string): Promise<void> {
    await this.page.locator('.modal-title', title === undefined ? {} : { hasText: title }).waitFor();
  }

  async waitForModalClosed(): Promise<void> {
    await this.page.locator('.modal').waitFor({ state: 'detached' });
  }

  /** Fills a text or date (`YYYY-MM-DD`), by its label. */
  async fillField(label: string, value: string): Promise<void> {
    await this.field(label).locator('input.bk-plain-input').fill(value);
  }

  /** The text or date that a field shows. */
  async readField(label: string): Promise<string> {
    return this.field(label).locator('input.bk-plain-input').inputValue();
  }

  /** Picks an option of a select, or ticks a radio button or checkbox, by the labels of field and option. */
  async selectOption(label: string, option: string): Promise<void> {
    const field = this.field(label);
    const select = field.locator('select.bk-select');
    if ((await select.count()) > 0) await select.selectOption({ label: option });
    else await field.getByLabel(option, { exact: true }).check();
  }

  /** Sends the modal on top. It stays open when there are errors. */
  async submitModal(): Promise<void> {
    await this.page.locator('.modal-foot .modal-btn.primary').click();
  }

  async closeModal(): Promise<void> {
    await this.page.locator('.modal-x').click();
  }

  /** Waits until errors are shown and gives them by `block_id`. */
  async modalErrors(): Promise<Record<string, string>> {
    const lines = this.page.locator('.modal-error');
    await lines.first().waitFor();
    const errors: Record<string, string> = {};
    for (const line of await lines.allTextContents()) {
      const colon = line.indexOf(': ');
      errors[line.slice(0, colon)] = line.slice(colon + 2);
    }
    return errors;
  }

  /** Clicks a button by its text; without a place anywhere on the page, the newest if there are several. */
  async clickButton(text: string, options: { within?: Place } = {}): Promise<void> {
    await this.locate(options.within).getByRole('button', { name: text, exact: true }).last().click();
  }

  /** True when there is such a button in the place at this moment. */
  async hasButton(text: string, options: { within?: Place } = {}): Promise<boolean> {
    return (await this.locate(options.within).getByRole('button', { name: text, exact: true }).count()) > 0;
  }

  /** The texts of all buttons in the place at this moment, but for those of the workspace itself. */
  async buttons(options: { within?: Place } = {}): Promise<string[]> {
    return this.locate(options.within).locator('.blocks button').allInnerTexts();
  }

  /** Waits for a text; the newest if there are several. */
  async waitForText(text: string | RegExp, options: { within?: Place } = {}): Promise<void> {
    await this.locate(options.within).getByText(text).last().waitFor();
  }

  /** Waits until a text is gone. */
  async waitForTextGone(text: string, options: { within?: Place } = {}): Promise<void> {
    await this.locate(options.within).getByText(text).first().waitFor({ state: 'detached' });
  }

  /** Opens the thread of the newest message in the conversation that holds this text. */
  async openThread(messageText: string): Promise<void> {
    const message = this.locate({ message: messageText });
    const summary = message.locator('.thread-summary');
    if ((await summary.count()) > 0) await summary.click();
    else {
      await message.hover();
      await message.getByTitle('Reply in thread').click();
    }
    await this.page.locator('.thread-pane').waitFor();
  }

  /** Puts an emoji on the newest message in the conversation that holds this text. */
  async react(messageText: string, name: string): Promise<void> {
    const message = this.locate({ message: messageText });
    await message.hover();
    await message.getByTitle('Add reaction').click();
    const custom = this.page.locator('.emoji-custom-input');
    await custom.fill(name);
    await custom.press('Enter');
  }

  /** The texts of the open conversation's messages, oldest first. */
  async messageTexts(): Promise<string[]> {
    const bodies = this.page.locator('main .messages .msg').locator('.blocks, .msg-text');
    return bodies.allInnerTexts();
  }

  /** Keeps a picture in `artifacts/screenshots/<name>.png` and gives its path. */
  async screenshot(name: string): Promise<string> {
    return takeScreenshot(this.page, name);
  }

  async close(): Promise<void> {
    await this.page.close();
  }

  private locate(place: Place | undefined): Locator {
    switch (place) {
      case undefined:
        return this.page.locator('body');
      case 'thread':
        return this.page.locator('.thread-pane');
      case 'modal':
        return this.page.locator('.modal');
      case 'home':
        return this.page.locator('.home');
      default: {
        const message = this.page.locator('main .messages .msg', { hasText: place.message }).last();
        if (place.section === undefined) return message;
        return message.locator('.bk-section', { hasText: place.section });
      }
    }
  }

  private field(label: string): Locator {
    const named = this.page.locator('label.bk-label').getByText(label, { exact: true });
    return this.page.locator('.modal .bk-input').filter({ has: named });
  }

  private async clickSidebar(text: string): Promise<void> {
    await this.page.locator('button.sidebar-item', { hasText: text }).first().click();
  }
}
