import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalSlack } from '../../src/local/local-slack.ts';
import { browserAvailable, launchBrowser } from '../support/browser/browser.ts';
import { WorkspacePage } from '../support/browser/workspace-page.ts';
import { type FidelityProxy, startFidelityProxy } from '../support/slack/fidelity-proxy.ts';
import { type SampleApp, startSampleApp } from '../support/slack/sample-bolt-app.ts';
import { localSlackAvailable, startTestLocalSlack } from '../support/slack/test-local-slack.ts';

const canRun = localSlackAvailable() && browserAvailable();

describe.skipIf(!canRun)('the local workspace in a browser, behind the fidelity proxy', () => {
  let browser: Browser;
  let workspace: LocalSlack;
  let proxy: FidelityProxy;
  let sample: SampleApp;
  let ui: WorkspacePage;

  beforeAll(async () => {
    workspace = await startTestLocalSlack();
    proxy = await startFidelityProxy({ ...workspace, upstreamUrl: workspace.url });
    sample = await startSampleApp({ ...workspace, apiUrl: proxy.apiUrl });
    browser = await launchBrowser();
    ui = await WorkspacePage.open(browser, workspace.url);
    await ui.waitForBot();
  });

  afterAll(async () => {
    await browser?.close();
    await sample?.stop();
    await proxy?.close();
    await workspace?.stop();
  });

  it('takes a person from the command through field errors to a decided card', async () => {
    await ui.actAs('Ana Ruiz');
    await ui.openChannel('general');
    await ui.typeCommand('/workflow start refund');
    await ui.waitForModal('Refund');

    await ui.submitModal();
    expect(await ui.modalErrors()).toEqual({ amount: 'Please complete this required field.' });
    await ui.fillField('Amount', '-1');
    await ui.submitModal();
    await ui.waitForText('The amount must be above 0', { within: 'modal' });
    await ui.screenshot('harness-field-error');
    await ui.fillField('Amount', '420');
    await ui.selectOption('Reason', 'Damaged');
    await ui.submitModal();
    await ui.waitForModalClosed();

    await ui.actAs('Bo Chen');
    await ui.waitForText('Approve refund of $420? (damaged)', { within: { message: 'Approve refund' } });
    await ui.clickButton('Approve', { within: { message: 'Approve refund of $420?' } });
    await ui.waitForText('Thank you');
    await ui.openThread('Approved by');
    await ui.waitForText('The refund is on its way', { within: 'thread' });
    await ui.screenshot('harness-decided');

    expect(await ui.hasButton('Approve')).toBe(false);
    expect(await ui.messageTexts()).toEqual(['Approved by @Bo Chen', 'Thank you']);
    expect(proxy.violations()).toEqual([]);
  });

  it('opens the Home tab and reports clicks on it with the view as their container', async () => {
    await ui.openHome();
    await ui.waitForText('Nothing waits for you', { within: 'home' });
    await ui.clickButton('Refresh', { within: 'home' });

    await expect.poll(() => proxy.inbound().at(-1)?.payload.type).toBe('block_actions');
    expect(proxy.inbound().at(-1)?.payload).toMatchObject({
      container: { type: 'view', view_id: expect.any(String) },
      view: { type: 'home' },
      actions: [{ action_id: 'refresh', text: { text: 'Refresh' } }],
    });
  });

  it('opens the bot’s direct message with a person', async () => {
    await sample.app.client.chat.postMessage({ channel: 'U01CHI', text: 'Hello Chi' });

    await ui.actAs('Chi Okafor');
    await ui.openDm('Chi Okafor');

    await ui.waitForText('Hello Chi');
    expect(await ui.messageTexts()).toEqual(['Hello Chi']);
  });
});
