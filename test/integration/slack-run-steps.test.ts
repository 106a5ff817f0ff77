import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { Step } from '../../src/domain/definition.ts';
import type { ModelProvider } from '../../src/domain/provider.ts';
import type { ToolServers } from '../../src/domain/tool-server.ts';
import { createLogger } from '../../src/logger.ts';
import { createToolServers } from '../../src/mcp/create-tool-servers.ts';
import { human, testOrgId } from '../support/builders.ts';
import { everythingOverStdio } from '../support/mcp/everything-server.ts';
import { findMenuValue } from '../support/slack/find-menu-value.ts';
import type { SubmitResult } from '../support/slack/fake-view-driver.ts';
import type { FakeMessage } from '../support/slack/fake-workspace.ts';
import type { FieldInputs } from '../support/slack/view-input.ts';
import { idOf, type SlackBot, startSlackBot } from '../support/slack-bot.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const ana = idOf('ana');
const system = { kind: 'system' } as const;
const inputsSchema = {
  type: 'object',
  properties: { text: { type: 'string' }, amount: { type: 'number' } },
  required: ['text', 'amount'],
  additionalProperties: false,
};
const providers: ModelProvider[] = [
  {
    name: 'acme',
    baseUrl: 'http://127.0.0.1:1/v1',
    apiKey: null,
    models: ['small', 'large'],
    defaultModel: 'small',
    maxParallel: 1,
  },
];

describe.skipIf(isMongoMissing())('steps that models and tools do, made and changed in Slack', () => {
  let database: TestDatabase;
  let bot: SlackBot;
  let toolServers: ToolServers;
  let workflowId: string;
  let agentId: string;
  let count = 0;

  beforeAll(async () => {
    database = await createTestDatabase();
    toolServers = createToolServers({
      servers: [everythingOverStdio()],
      clock: systemClock,
      logger: createLogger('fatal'),
    });
    // The program of the server takes its time to start.
    await toolServers.list('everything');
    bot = await startSlackBot(database.uri, {}, { providers, toolServers });
    const access = { orgId: testOrgId, userId: ana, role: 'owner', teamIds: [], handler: null } as const;
    const input = {
      name: 'Rule checker',
      instructions: 'You check.',
      contextFiles: [],
      tools: [],
      maxTurns: 5,
    };
    agentId = (await bot.org.agents.create({ access, actor: system }, testOrgId, input)).id;
  });
  afterAll(async () => {
    await bot.close();
    await toolServers.close();
    await database.drop();
  });
  beforeEach(async () => {
    count += 1;
    const workflow = await bot.addWorkflow(`Flow ${count}`, [human('approve')], inputsSchema);
    workflowId = workflow.id;
    await bot.slack.sendCommand({ user: ana, channel: '#general', text: `edit ${workflow.slug}` });
  });
  afterEach(() => {
    expect(bot.slack.violations()).toEqual([]);
    bot.clock.advance(60_000);
  });

  function card(): FakeMessage {
    const shown = bot.slack.ephemerals(ana).at(-1);
    if (shown === undefined) throw new Error('no card was shown');
    return shown;
  }

  async function lastStep(): Promise<Step> {
    const step = (await bot.fixture.workflows.get(testOrgId, workflowId)).definition.steps.at(-1);
    if (step === undefined) throw new Error('there is no step');
    return step;
  }

  function submit(values: FieldInputs): Promise<SubmitResult> {
    return bot.slack.submitView({ user: ana, values });
  }

  async function choose(kind: string): Promise<SubmitResult> {
    await bot.slack.clickButton({
      user: ana,
      channel: '#general',
      ts: card().ts,
      buttonText: 'Add another step',
    });
    return submit({ 'Which kind of step?': kind });
  }

  async function change(step: string, part: string): Promise<SubmitResult> {
    await expect.poll(() => JSON.stringify(card().blocks)).toContain(step);
    const value = findMenuValue(card(), step, 'Edit');
    await bot.slack.clickButton({
      user: ana,
      channel: '#general',
      ts: card().ts,
      value,
      chosen: value,
      seen: card(),
    });
    return submit({ 'What do you want to change?': part });
  }

  async function addPrompt(fields: string): Promise<SubmitResult> {
    await choose('PROMPT');
    return submit({
      Step: 'Extract the terms',
      'What is the model asked?': 'Extract: {{inputs.text}}',
      'What is it to find out?': fields,
      Model: 'acme: large',
    });
  }

  async function addTool(tool: string): Promise<SubmitResult> {
    await choose('TOOL');
    return submit({ Step: 'Add them up', Tool: tool });
  }

  function shown(result: SubmitResult): string {
    return JSON.stringify(result.view?.blocks);
  }

  it('a prompt is added with its fields, its model and its variables', async () => {
    expect((await addPrompt('Risk: low, high; Amount: number; Summary')).outcome).toBe('closed');
    expect(await lastStep()).toMatchObject({
      name: 'extract_the_terms',
      type: 'PROMPT',
      provider: 'acme',
      model: 'large',
      inputsTemplate: { prompt: 'Extract: {{inputs.text}}' },
      outputSchema: {
        properties: {
          risk: { enum: ['low', 'high'] },
          amount: { type: 'number' },
          summary: { type: 'string' },
        },
        required: ['risk', 'amount', 'summary'],
        additionalProperties: false,
      },
    });
    await expect.poll(() => JSON.stringify(card().blocks)).toContain('Gives: Risk, Amount, Summary');
    expect(JSON.stringify(card().blocks)).toContain('by large of acme');
  });

  it('says at the field what is wrong with a prompt', async () => {
    await choose('PROMPT');
    const wrong = await submit({
      Step: 'Extract',
      'What is the model asked?': 'Extract {{inputs.nothing}}',
      'What is it to find out?': 'Risk: whatever',
    });
    expect(wrong.errors).toMatchObject({
      message: expect.stringContaining('“nothing” is not an input') as string,
      answer_fields: expect.stringContaining('behind the colon write') as string,
    });
  });

  it('changes the model of a prompt, how often it is tried, and where fields of its answer lead', async () => {
    await addPrompt('Risk: low, high');
    await change('2. *Extract the terms*', 'Model');
    const wrong = await submit({ Temperature: '7' });
    expect(wrong.errors).toEqual({ prompt_temperature: expect.stringContaining('from 0 to 2') as string });
    await submit({ Model: 'The default (small of acme)', Temperature: '0', 'Tokens at most': '500' });
    await submit({ 'What do you want to change?': 'Attempts and time' });
    await submit({
      'How often is it tried at most?': '5',
      'How long after the first failure?': '5m',
      'How long may one attempt take?': '90s',
    });
    await submit({ 'What do you want to change?': 'Routes' });
    await submit({ 'Conditions on what was answered': 'Save, and add a condition' });
    await submit({ Name: 'Risky', 'Field 1': 'risk', 'Value 1': 'high', 'Then go to': 'Back to: Approve' });
    const step = await lastStep();
    expect(step).toMatchObject({
      temperature: 0,
      maxTokens: 500,
      retry: { maxAttempts: 5, initialDelayMs: 300_000, maxDelayMs: 300_000 },
      timeoutMs: 90_000,
    });
    expect(step).not.toHaveProperty('model');
    expect(step.handoffs?.[0]).toMatchObject({ condition: 'Risky', to: 'approve' });
  });

  it('gives a prompt that answers with a text conditions by name, which a model picks', async () => {
    await addPrompt('');
    await change('2. *Extract the terms*', 'Routes');
    const asked = await submit({ 'Conditions on what was answered': 'Save, and add a condition' });
    expect(shown(asked)).toContain('a model reads the answer');
    expect(shown(asked)).not.toContain('Field 1');
    await submit({ Name: 'The customer is angry', 'Then go to': 'Back to: Approve' });
    expect((await lastStep()).handoffs).toEqual([
      { condition: 'The customer is angry', to: 'approve' },
      { condition: 'default', to: 'complete' },
    ]);
    const routes = await change('2. *Extract the terms*', 'Routes');
    expect(shown(routes)).toContain('When the answer means “The customer is angry”');
    await submit({
      'When the answer means “The customer is angry”': 'Finish the task',
      'Conditions on what was answered': 'Change “The customer is angry”',
    });
    await submit({ 'Keep this condition?': 'Remove it' });
    expect((await lastStep()).handoffs).toEqual([{ condition: 'default', to: 'complete' }]);
  });

  it('adds an agent by its name, and the people who allow its calls', async () => {
    await choose('AGENT');
    await submit({
      Step: 'Check our rules',
      Agent: 'Rule checker',
      'What is the agent to do?': 'Check {{inputs.text}}',
      'Groups, channels or addresses': 'bo@example.com',
    });
    expect(await lastStep()).toMatchObject({
      type: 'AGENT',
      agentId,
      approvers: ['bo@example.com'],
      inputsTemplate: { task: 'Check {{inputs.text}}' },
    });
    await expect.poll(() => JSON.stringify(card().blocks)).toContain('🤖 Agent by *Rule checker*');
    const form = await change('2. *Check our rules*', 'Agent');
    expect(shown(form)).toContain('Rule checker');
    await submit({ 'Groups, channels or addresses': '' });
    expect(await lastStep()).not.toHaveProperty('approvers');
  });

  it("asks for a tool's arguments by its own schema, and checks what is written out", async () => {
    const form = await addTool('everything: get-sum');
    expect(shown(form)).toContain('{{inputs.amount}}');
    const wrong = await submit({ A: 'many', B: '2' });
    expect(wrong.errors).toEqual({ 'argument:a': expect.stringContaining('Must be a number') as string });
    await submit({ A: '{{inputs.amount}}', B: '2.5' });
    expect(await lastStep()).toMatchObject({
      name: 'add_them_up',
      type: 'TOOL',
      toolServer: 'everything',
      tool: 'get-sum',
      inputsTemplate: { arguments: { a: '{{inputs.amount}}', b: 2.5 } },
    });
    await expect
      .poll(() => JSON.stringify(card().blocks))
      .toContain('With a = `{{inputs.amount}}`, b = `2.5`');
  });

  it('exchanges a tool together with its arguments', async () => {
    await addTool('everything: get-sum');
    await submit({ A: '1', B: '2' });
    await change('2. *Add them up*', 'Tool');
    const next = await submit({ Tool: 'everything: echo' });
    expect(await lastStep()).toMatchObject({ tool: 'get-sum' });
    expect(shown(next)).toContain('Message');
    await submit({ Message: 'Hello {{inputs.text}}' });
    expect(await lastStep()).toMatchObject({
      tool: 'echo',
      inputsTemplate: { arguments: { message: 'Hello {{inputs.text}}' } },
    });
  });

  it('saves no step that names an agent which is not there', async () => {
    const gone = {
      name: 'check',
      type: 'AGENT',
      agentId: 'a'.repeat(24),
      inputsTemplate: { task: 'x' },
    } as const;
    await expect(bot.fixture.workflows.addStep(testOrgId, workflowId, gone, system)).rejects.toMatchObject({
      fields: [{ path: 'steps/1/agentId', message: expect.stringContaining('Rule checker') as string }],
    });
  });
});
