import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { WorkspacePage } from '../support/browser/workspace-page.ts';
import { checkAfter } from '../support/e2e/check-after.ts';
import { canRunE2e, type E2eBot, startE2eBot } from '../support/e2e/e2e-bot.ts';
import { readDirectMessages } from '../support/e2e/direct-messages.ts';
import { workflowBySlug } from '../support/e2e/latest-task.ts';
import { type Aimock, startAimock } from '../support/llm/aimock.ts';

const today =
  'Somebody asks for a refund with an amount. A model sorts the wish. Above 100 euros a lead decides within two days, below it support just pays. The customer is told.';
const proposal = {
  name: 'Refund request',
  description: 'From the wish for a refund to the money, or to a word why not.',
  inputsSchema: {
    type: 'object',
    properties: {
      customer: { type: 'string', title: 'Customer' },
      amount: { type: 'number', title: 'Amount' },
      lead: { type: 'string', format: 'email', title: 'Team lead' },
    },
    required: ['customer', 'amount', 'lead'],
    additionalProperties: false,
  },
  steps: [
    {
      name: 'sort_the_wish',
      description: 'Sort the wish',
      type: 'PROMPT',
      inputsTemplate: { prompt: 'Is a refund of {{inputs.amount}} euros large, which is above 100?' },
      outputSchema: {
        type: 'object',
        properties: { size: { type: 'string', enum: ['small', 'large'] } },
        required: ['size'],
        additionalProperties: false,
      },
      handoffs: [
        {
          condition: 'large',
          when: { type: 'object', properties: { size: { const: 'large' } }, required: ['size'] },
          to: 'lead_decides',
        },
        { condition: 'default', to: 'pay' },
      ],
    },
    {
      name: 'lead_decides',
      description: 'The lead decides',
      type: 'HUMAN',
      inputsTemplate: { message: 'Refund {{inputs.amount}} euros to {{inputs.customer}}?' },
      assignees: ['{{inputs.lead}}'],
      outcomes: [
        { name: 'approved', label: 'Refund it', style: 'primary' },
        { name: 'rejected', label: 'Do not', style: 'danger', requireComment: true },
      ],
      deadline: { after: '2d', then: 'fail' },
      handoffs: [
        { condition: 'approved', to: 'pay' },
        { condition: 'rejected', to: 'tell_why' },
      ],
    },
    {
      name: 'pay',
      description: 'Pay',
      type: 'USER_MESSAGE',
      inputsTemplate: { message: 'Pay {{inputs.amount}} euros to {{inputs.customer}}, and tell them.' },
      handoffs: [{ condition: 'default', to: 'complete' }],
    },
    {
      name: 'tell_why',
      description: 'Tell the customer why not',
      type: 'USER_MESSAGE',
      inputsTemplate: { message: 'Tell {{inputs.customer}} why not: {{steps.lead_decides.comment}}' },
    },
  ],
  assumptions: ['Whoever starts the task pays.', 'Exactly 100 euros counts as small.'],
};

describe.skipIf(!canRunE2e())('a workflow drafted of what a team does today', { timeout: 90_000 }, () => {
  let aimock: Aimock;
  let bot: E2eBot;
  let ui: WorkspacePage;

  beforeAll(async () => {
    aimock = await startAimock();
    bot = await startE2eBot({
      OPENAI_BASE_URL: aimock.baseUrl,
      OPENAI_API_KEY: 'sk-test-draft',
      OPENAI_MODEL: 'gpt-4o',
    });
    ui = bot.ui;
  }, 120_000);

  afterAll(async () => {
    await bot?.stop();
    await aimock?.stop();
  });

  afterEach((context) => checkAfter(bot, context));

  it('is asked for in plain words, and proposed with its graph', async () => {
    await aimock.answer({
      match: { userMessage: 'What we do today' },
      response: { content: JSON.stringify(proposal) },
    });
    await ui.actAs('Ana Ruiz');
    await ui.openChannel('general');
    await ui.typeCommand(`/workflow draft ${today}`);
    await ui.waitForText('A model is drafting a workflow of this');
    const sent = async (): Promise<string> =>
      JSON.stringify((await readDirectMessages(bot.workspace.url, 'U01ANA'))?.messages ?? []);
    await expect.poll(sent, { timeout: 60_000 }).toContain('Proposed: Refund request');
    await ui.openDm('Ana Ruiz');
    await ui.waitForText('Proposed: Refund request');
    await ui.waitForText('├─ large → 2 The lead decides');
    await ui.screenshot('92-draft-proposed');
  });

  it('becomes a draft by a button, with its card in the place of the proposal', async () => {
    await ui.clickButton('Save as draft');
    await ui.waitForText('This workflow is a draft. Activate it, and people can start it.');
    await ui.screenshot('93-draft-saved');
    const { id, status } = await workflowBySlug(bot, 'refund-request');
    expect(status).toBe('DRAFT');
    const { items } = await bot.api.get<{ items: { name: string }[] }>(`/workflows/${id}/steps`);
    expect(items.map(({ name }) => name)).toEqual(proposal.steps.map(({ name }) => name));
  });
});
