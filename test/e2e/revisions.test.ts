import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { WorkspacePage } from '../support/browser/workspace-page.ts';
import type { ApiExecution, ApiList, ApiWorkflow } from '../support/e2e/api-client.ts';
import { checkAfter } from '../support/e2e/check-after.ts';
import { canRunE2e, type E2eBot, startE2eBot } from '../support/e2e/e2e-bot.ts';

const refund = (amount: number) => ({
  inputs: { customer: 'Acme Inc', amount, currency: 'USD', approver: '@bo' },
});

describe.skipIf(!canRunE2e())('a workflow that is changed while tasks run', { timeout: 90_000 }, () => {
  let bot: E2eBot;
  let ui: WorkspacePage;
  let workflow: ApiWorkflow;

  beforeAll(async () => {
    bot = await startE2eBot();
    ui = bot.ui;
    // So that she may change the samples.
    await bot.api.post(`/orgs/${bot.program.orgId}/members`, { userId: 'U01ANA', role: 'admin' });
    const { items } = await bot.api.get<ApiList<ApiWorkflow>>(`/orgs/${bot.program.orgId}/workflows`);
    workflow = items.find(({ slug }) => slug === 'refund-approval') as ApiWorkflow;
    for (const amount of [420, 77])
      await bot.api.post(`/workflows/${workflow.id}/executions`, refund(amount));
    await bot.api.post(`/workflows/${workflow.id}/steps`, {
      name: 'archive',
      type: 'USER_MESSAGE',
      inputsTemplate: { message: 'Please file the papers of {{inputs.customer}}.' },
    });
    await ui.actAs('Ana Ruiz');
    await ui.openChannel('general');
  }, 120_000);

  afterAll(() => bot?.stop());

  afterEach((context) => checkAfter(bot, context));

  it('says in words and as a graph what differs', async () => {
    await ui.typeCommand('/workflow diff refund');
    await ui.waitForText('archive', { within: { message: 'revision 1 → 2' } });
    await ui.screenshot('50-diff');
  });

  it('replays what was recorded, and says which task would have gone another way', async () => {
    await ui.clickButton('Replay recorded tasks', { within: { message: 'revision 1 → 2' } });
    await ui.waitForText('Replayed with what people decided');
    await ui.screenshot('51-backtest');
  });

  it('moves the running tasks once somebody says so', async () => {
    const { id } = workflow;
    await ui.typeCommand('/workflow move refund');
    const preview = { message: 'can be moved to revision 2' };
    await ui.waitForText('Can be moved', { within: preview });
    await ui.screenshot('52-move-preview');
    await ui.clickButton('Move 2 tasks', { within: preview });
    await ui.waitForText('2 tasks of Refund approval go on by revision 2 now.');
    await ui.screenshot('53-moved');
    const { items } = await bot.api.get<ApiList<ApiExecution & { revision: number }>>(
      `/workflows/${id}/executions`,
    );
    expect(items.map(({ revision }) => revision)).toEqual([2, 2]);
  });
});
