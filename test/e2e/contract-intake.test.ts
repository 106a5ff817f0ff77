import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { WorkspacePage } from '../support/browser/workspace-page.ts';
import { checkAfter } from '../support/e2e/check-after.ts';
import { contractCard as card, ContractWorkflow } from '../support/e2e/contract-workflow.ts';
import { canRunE2e, type E2eBot, startE2eBot } from '../support/e2e/e2e-bot.ts';
import { readDirectMessages } from '../support/e2e/direct-messages.ts';
import { latestTask } from '../support/e2e/latest-task.ts';
import { type Aimock, type AimockFixture, startAimock } from '../support/llm/aimock.ts';
import { everythingOverStdio } from '../support/mcp/everything-server.ts';

describe.skipIf(!canRunE2e())(
  'Contract intake, from the first click to the answer',
  { timeout: 120_000 },
  () => {
    let aimock: Aimock;
    let bot: E2eBot;
    let ui: WorkspacePage;
    let flow: ContractWorkflow;

    beforeAll(async () => {
      aimock = await startAimock();
      const everything = everythingOverStdio();
      if (everything.transport !== 'stdio') throw new Error('the tool server is a program');
      const { name, command, args } = everything;
      bot = await startE2eBot({
        OPENAI_BASE_URL: aimock.baseUrl,
        OPENAI_API_KEY: 'sk-test-contract',
        OPENAI_MODEL: 'gpt-4o',
        TOOL_SERVERS: JSON.stringify([{ name, command, args }]),
      });
      ui = bot.ui;
      flow = new ContractWorkflow(ui);
    }, 120_000);

    afterAll(async () => {
      await bot?.stop();
      await aimock?.stop();
    });

    afterEach((context) => checkAfter(bot, context));

    /** Whoever did something in Slack is a member. */
    async function makeOwner(userId: string): Promise<void> {
      const path = `/orgs/${bot.program.orgId}/members`;
      const { items } = await bot.api.get<{ items: { id: string; userId: string }[] }>(path);
      const member = items.find((one) => one.userId === userId);
      await bot.api.patch(`${path}/${member?.id}`, { role: 'owner' });
    }

    /** The conversation with the bot, once there is this message in it. */
    async function waitForDm(realName: string, text: string): Promise<void> {
      const userId = `U01${realName.split(' ')[0]?.toUpperCase()}`;
      const sent = async (): Promise<string> =>
        JSON.stringify((await readDirectMessages(bot.workspace.url, userId))?.messages ?? []);
      // Attempts and the waits between them come before it.
      await expect.poll(sent, { timeout: 60_000 }).toContain(text);
      await ui.openDm(realName);
      await ui.waitForText(text);
    }

    /** The log of a task, one word for each event, without the many of a run that goes on. */
    async function eventsOf(executionId: string): Promise<string[]> {
      const { items } = await bot.api.get<{ items: { type: string; stepName: string | null }[] }>(
        `/workflows/executions/${executionId}/logs?limit=50`,
      );
      return items.map(({ type, stepName }) =>
        stepName === null ? type : `${stepName} ${type.replace('WORKFLOW_STEP_EXECUTION_', '')}`,
      );
    }

    it('begins with an agent that has a job, a tool and a policy', async () => {
      await ui.actAs('Ana Ruiz');
      await ui.openChannel('general');
      await ui.typeCommand('/workflow agents');
      await ui.waitForText('The owners and admins make and change agents.');
      await makeOwner('U01ANA');
      await ui.typeCommand('/workflow agents');
      await ui.waitForText('New agent');
      await ui.screenshot('71-agents-none');
      await ui.clickButton('New agent');
      await ui.waitForModal('New agent');
      await ui.screenshot('72-new-agent');
      await flow.send({
        Name: 'Contract checker',
        'Job description':
          'You check contracts against our policy, and draft the answer. You add sums with your tool.',
      });
      await ui.waitForText('The agent is made', { within: 'modal' });
      await flow.next('Tools of everything', 'Tools');
      await ui.screenshot('73-agent-tools');
      await flow.send({}, { 'get-sum': 'Allowed, but a person is asked before each call' });
      await flow.saved();
      await flow.next('Add a context file', 'Add a context file');
      await flow.send({ Name: 'Policy', Text: 'High risk from 10,000 euros. Two people sign.' });
      await flow.saved();
      await ui.screenshot('74-agent');
      await flow.done();
    });

    it('gets its inputs, a prompt that extracts fields, and a branch on one of them', async () => {
      await ui.typeCommand('/workflow new Contract intake');
      await ui.waitForModal('New workflow');
      await flow.send({ Description: card.message });
      await flow.closed();
      await ui.clickButton('Inputs', { within: card });
      await ui.waitForModal('Inputs');
      await flow.send({});
      await ui.waitForModal('Add a field');
      await flow.send({ Label: 'Customer' });
      await flow.saved();
      await flow.send({});
      await ui.waitForModal('Add a field');
      await flow.send({ Label: 'Contract' }, { Type: 'Text, several lines' });
      await flow.saved();
      await flow.done();

      await ui.clickButton('Add another step', { within: card });
      await ui.waitForModal('Add a step');
      await ui.screenshot('75-step-kinds');
      await flow.send({}, { 'Which kind of step?': '💬 Prompt: a model answers a question' });
      await ui.waitForModal('Add a prompt');
      await ui.screenshot('76-add-prompt');
      await flow.send({
        Step: 'Extract the terms',
        'What is the model asked?': 'Extract the terms of this contract: {{inputs.contract}}',
        'What is it to find out?': 'Risk: low, high; Amount: number; Summary',
      });
      await flow.closed();
      await ui.waitForText('Gives: Risk, Amount, Summary', { within: card });
      await flow.add('Add message', 'Add a message', {
        Step: 'File it',
        Message: 'File the contract of {{inputs.customer}}: {{steps.extract_the_terms.output.summary}}',
      });
    });

    it('gets an agent that checks, a decision of two people about a draft, and a message', async () => {
      await flow.addOther('🤖 Agent: a model with a job and tools', 'Add an agent', {
        Step: 'Check our rules',
        'What is the agent to do?':
          'Check the contract of {{inputs.customer}} over {{steps.extract_the_terms.output.amount}}: {{steps.extract_the_terms.output.summary}}',
        'What is it to report?': 'Verdict: within policy, against policy; Draft',
        'Who allows its calls that need approval?': '@bo',
      });
      await flow.closed();
      await ui.waitForText('Contract checker', { within: card });
      await flow.add('Add decision', 'Add a decision', {
        Step: 'Approve the answer',
        'What is to be decided?':
          'Send {{inputs.customer}} this answer? {{steps.check_our_rules.output.verdict}}, {{steps.extract_the_terms.output.amount}} euros',
        'Who decides?': '@bo, @chi',
        'Button to approve': 'Send it',
        'Button to reject': 'Do not send',
      });
      await flow.add('Add message', 'Add a message', {
        Step: 'Answer the customer',
        Message: 'Send this to {{inputs.customer}}: {{steps.approve_the_answer.output.answer}}',
      });
      await ui.screenshot('77-contract-steps');
    });

    it('gets its branch, two people for the answer, and a draft that they can edit', async () => {
      await flow.edit('1. Extract the terms', 'Routes', 'Where it leads');
      await flow.send(
        {},
        { 'When it is done': 'File it', 'Conditions on what was answered': 'Save, and add a condition' },
      );
      await ui.waitForModal('Add a condition');
      await flow.send(
        { Name: 'High risk', 'Value 1': 'high' },
        { 'Field 1': 'risk', 'Then go to': 'Check our rules' },
      );
      await ui.waitForText('The condition is saved', { within: 'modal' });
      await ui.screenshot('78-contract-branch');
      await flow.done();
      await flow.edit('1. Extract the terms', 'Attempts and time', 'Attempts and time');
      await flow.send({ 'How often is it tried at most?': '4', 'How long after the first failure?': '1s' });
      await flow.saved();
      await flow.done();
      await flow.edit('2. File it', 'Routes', 'Where it leads');
      await flow.send({}, { 'When it is done': 'Finish the task' });
      await flow.saved();
      await flow.done();

      await flow.edit('4. Approve the answer', 'Rules', 'Rules of the decision');
      await flow.send({ 'How many people must agree?': '2' });
      await flow.saved();
      await flow.next('Form: what is filled in', 'Form of the step');
      await flow.send({}, { 'What do you want to do?': 'Add a field' });
      await ui.waitForModal('Add a field');
      await flow.send(
        { Label: 'Answer', 'Starts with': '{{steps.check_our_rules.output.draft}}' },
        { Type: 'Text, several lines' },
      );
      await flow.saved();
      await flow.done();
      await ui.waitForText('“High risk” → Check our rules', { within: card });
      await ui.clickButton('Activate', { within: card });
      await ui.waitForText('Active', { within: card });
      await ui.screenshot('79-contract-active');
    });

    it('runs to its end while the provider misbehaves: extracts, checks, asks, is edited, and answers', async () => {
      await aimock.answer(...misbehaving());
      await ui.typeCommand(
        '/workflow start contract-intake customer="Acme Inc" contract="Twelve months, 12,000 euros"',
      );
      await ui.waitForText('Contract intake #');
      await ui.actAs('Bo Chen');
      await waitForDm('Bo Chen', 'Let the agent Contract checker call get-sum');
      await ui.screenshot('80-contract-tool-approval');
      await ui.clickButton('Allow', { within: { message: 'Let the agent Contract checker call get-sum' } });
      await waitForDm('Bo Chen', 'Send Acme Inc this answer?');
      await ui.clickButton('Send it', { within: { message: 'Send Acme Inc this answer?' } });
      await ui.waitForModal('Send it');
      expect(await ui.readField('Answer')).toBe('Dear Acme, we need a second signature.');
      await ui.screenshot('81-contract-edited-draft');
      await flow.send({ Answer: 'Dear Acme, please sign twice.' });
      await flow.closed();
      await ui.actAs('Chi Okafor');
      await waitForDm('Chi Okafor', 'Send Acme Inc this answer?');
      await ui.clickButton('Send it', { within: { message: 'Send Acme Inc this answer?' } });
      await ui.waitForModal('Send it');
      expect(await ui.readField('Answer')).toBe('Dear Acme, please sign twice.');
      await flow.send({});
      await flow.closed();
      await ui.actAs('Ana Ruiz');
      await waitForDm('Ana Ruiz', 'Send this to Acme Inc: Dear Acme, please sign twice.');
      await ui.clickButton('Mark done', { within: { message: 'Send this to Acme Inc' } });
      await ui.openChannel('general');
      await ui.waitForText(/Completed/, { within: { message: 'Contract intake #' } });
      await ui.screenshot('82-contract-done');
    });

    it('leaves a log that reads like a report', async () => {
      const { id, status, context } = await latestTask(bot, 'contract-intake');
      expect(status).toBe('COMPLETED');
      expect(Object.keys(context.steps)).toEqual([
        'extract_the_terms',
        'check_our_rules',
        'approve_the_answer',
        'answer_the_customer',
      ]);
      await ui.openThread('Contract intake #');
      await ui.screenshot('83-contract-report');
      for (const line of [
        'takes no more calls for now: 429',
        'attempt 3: ended with stop',
        'broke off or is no valid answer',
        'Let the agent Contract checker call get-sum (everything)?',
        'tool everything/get-sum',
        '“Send it” chosen by',
        '“Dear Acme, we need a second signature.” became “Dear Acme, please sign twice.”',
      ])
        await ui.waitForText(line, { within: 'thread' });
      expect(await eventsOf(id)).toEqual([
        'WORKFLOW_EXECUTION_STARTED',
        'extract_the_terms SCHEDULED',
        'extract_the_terms STARTED',
        'extract_the_terms RETRIED',
        'extract_the_terms RETRIED',
        'extract_the_terms COMPLETED',
        'check_our_rules SCHEDULED',
        'check_our_rules STARTED',
        'check_our_rules RETRIED',
        'check_our_rules STARTED',
        'check_our_rules DECIDED',
        'check_our_rules COMPLETED',
        'approve_the_answer SCHEDULED',
        'approve_the_answer STARTED',
        'approve_the_answer DECIDED',
        'approve_the_answer DECIDED',
        'approve_the_answer COMPLETED',
        'answer_the_customer SCHEDULED',
        'answer_the_customer STARTED',
        'answer_the_customer COMPLETED',
        'WORKFLOW_EXECUTION_COMPLETED',
      ]);
    });
  },
);

/** Each call fails first as providers do, and is answered in the end. */
function misbehaving(): AimockFixture[] {
  const extract = { userMessage: 'Extract the terms' };
  const terms = { risk: 'high', amount: 12_000, summary: 'Twelve months, 12,000 euros' };
  const check = { userMessage: 'Check the contract of Acme Inc' };
  const call = { name: 'everything__get-sum', arguments: JSON.stringify({ a: 10_000, b: 2_000 }) };
  const verdict = { verdict: 'against policy', draft: 'Dear Acme, we need a second signature.' };
  return [
    { match: { ...extract, sequenceIndex: 0 }, response: { content: 'x' }, chaos: { rateLimitRate: 1 } },
    { match: { ...extract, sequenceIndex: 1 }, response: { content: 'x' }, chaos: { disconnectRate: 1 } },
    { match: { ...extract, sequenceIndex: 2 }, response: { content: JSON.stringify(terms) } },
    {
      match: { ...check, turnIndex: 0, sequenceIndex: 0 },
      response: { content: 'x' },
      chaos: { malformedRate: 1 },
    },
    { match: { ...check, turnIndex: 0, sequenceIndex: 1 }, response: { toolCalls: [call] } },
    { match: { ...check, turnIndex: 1 }, response: { content: JSON.stringify(verdict) } },
  ];
}
