import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LOCAL_PEOPLE } from '../../src/local/local-slack-workspace.ts';
import type { WorkspacePage } from '../support/browser/workspace-page.ts';
import { checkAfter } from '../support/e2e/check-after.ts';
import { canRunE2e, type E2eBot, startE2eBot } from '../support/e2e/e2e-bot.ts';
import { latestTask } from '../support/e2e/latest-task.ts';

const inputsSchema = {
  type: 'object',
  properties: { customer: { type: 'string', title: 'Customer' } },
  required: ['customer'],
};
const run = promisify(execFile);

describe.skipIf(!canRunE2e())('an intake and a schedule, made with buttons', { timeout: 60_000 }, () => {
  let bot: E2eBot;
  let ui: WorkspacePage;

  beforeAll(async () => {
    bot = await startE2eBot();
    ui = bot.ui;
    await bot.api.post(`/orgs/${bot.program.orgId}/workflows`, {
      name: 'Take orders',
      inputsSchema,
      steps: [
        { name: 'pack', type: 'USER_MESSAGE', inputsTemplate: { message: 'Pack for {{inputs.customer}}' } },
      ],
    });
    const [{ id: userId }] = LOCAL_PEOPLE;
    await bot.api.post(`/orgs/${bot.program.orgId}/members`, { userId, role: 'admin' });
    await ui.actAs('Ana Ruiz');
    await ui.openChannel('general');
  }, 120_000);

  afterAll(() => bot?.stop());

  afterEach((context) => checkAfter(bot, context));

  it('shows a command that works when it is pasted into a terminal', async () => {
    await ui.typeCommand('/workflow intake take orders');
    await ui.waitForText('It has none yet');
    await ui.screenshot('intake-none');
    await ui.clickButton('New intake');
    await ui.waitForModal('New intake');
    await ui.fillField('Name', 'Web shop');
    await ui.screenshot('intake-form');
    await ui.submitModal();
    await ui.waitForText('takes work now', { within: 'modal' });
    await ui.screenshot('intake-made');
    const lines = await ui.page.locator('.modal code').allInnerTexts();
    const first = lines.findIndex((line) => line.startsWith('curl'));
    const last = lines.findIndex((line, index) => index >= first && !line.endsWith('\\'));
    const command = lines.slice(first, last + 1).join('\n');
    const { stdout } = await run('sh', ['-c', command]);
    const { work_id: workId } = JSON.parse(stdout) as { work_id: string };
    expect(workId).toMatch(/^[0-9a-f]{24}$/);
    expect((await latestTask(bot, 'take-orders')).context.inputs).toEqual({ customer: 'text' });
    await ui.closeModal();
    await ui.typeCommand('/workflow intake take orders');
    await ui.waitForText('On: takes work');
    await ui.screenshot('intake-list');
  });

  it('makes a schedule of the words behind the command', async () => {
    await ui.typeCommand('/workflow schedule take orders every Monday at 9am');
    await ui.waitForModal('New schedule');
    expect(await ui.readField('When')).toBe('every Monday at 9am');
    await ui.fillField('By the clocks of', 'Europe/Berlin');
    await ui.fillField('Customer', 'Everybody on {{today}}');
    await ui.screenshot('schedule-form');
    await ui.submitModal();
    await ui.waitForModalClosed();
    await ui.openChannel('general');
    await ui.typeCommand('/workflow schedule take orders');
    await ui.waitForText('Every Monday at 09:00');
    await ui.waitForText('Next: ');
    await ui.screenshot('schedule-list');
    await ui.clickButton('Pause');
    await ui.waitForText('Paused: it starts nothing');
  });

  it('changes the schedule in a form that begins with what it is', async () => {
    await ui.typeCommand('/workflow schedule take orders');
    await ui.waitForText('Paused: it starts nothing');
    await ui.clickButton('Edit');
    await ui.waitForModal('Edit schedule');
    expect(await ui.readField('When')).toBe('Every Monday at 09:00');
    expect(await ui.readField('Customer')).toBe('Everybody on {{today}}');
    await ui.fillField('When', 'every Friday at 5pm');
    await ui.screenshot('schedule-edit');
    await ui.submitModal();
    await ui.waitForModalClosed();
    await ui.openChannel('general');
    await ui.typeCommand('/workflow schedule take orders');
    await ui.waitForText('Every Friday at 17:00');
    await ui.screenshot('schedule-edited');
  });
});
