import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { assertJsonSchema } from '../../src/domain/json-schema.ts';
import { workflowProposalSchema } from '../../src/domain/workflow-proposal.ts';
import { testOrgId } from '../support/builders.ts';
import { type Aimock, type AimockFixture, startAimock } from '../support/llm/aimock.ts';
import type { FakeMessage } from '../support/slack/fake-workspace.ts';
import { idOf, type SlackBot, startSlackBot } from '../support/slack-bot.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const ana = idOf('ana');
const bo = idOf('bo');
const description = 'Somebody asks for a refund, a lead decides, and finance pays.';
const proposal = {
  name: 'Refund',
  description: 'From the wish to the money.',
  inputsSchema: {
    type: 'object',
    properties: {
      amount: { type: 'number', title: 'Amount' },
      lead: { type: 'string', format: 'email', title: 'Team lead' },
    },
    required: ['amount', 'lead'],
    additionalProperties: false,
  },
  steps: [
    {
      name: 'lead_decides',
      description: 'The lead decides',
      type: 'HUMAN',
      inputsTemplate: { message: 'Refund {{inputs.amount}} euros? <!channel>' },
      assignees: ['{{inputs.lead}}'],
      handoffs: [
        { condition: 'approved', to: 'pay' },
        { condition: 'rejected', to: 'complete' },
      ],
    },
    { name: 'pay', type: 'USER_MESSAGE', inputsTemplate: { message: 'Pay {{inputs.amount}} euros.' } },
  ],
  assumptions: ['Whoever asks pays. <@U0EVIL>'],
};
const wrong = { ...proposal, steps: [{ ...proposal.steps[0], name: 'lead decides' }, proposal.steps[1]] };

function says(content: unknown, sequenceIndex?: number): AimockFixture {
  const match = { userMessage: '', ...(sequenceIndex === undefined ? {} : { sequenceIndex }) };
  return { match, response: { content: typeof content === 'string' ? content : JSON.stringify(content) } };
}

describe.skipIf(isMongoMissing())('/workflow draft', () => {
  let database: TestDatabase;
  let aimock: Aimock;
  let bot: SlackBot;
  /** How many messages Ana had when she asked. */
  let seen = 0;

  beforeAll(async () => {
    database = await createTestDatabase();
    aimock = await startAimock();
    const provider = {
      name: 'default',
      baseUrl: aimock.baseUrl,
      apiKey: 'sk-test-draft',
      models: [],
      defaultModel: 'gpt-4o',
      maxParallel: 4,
    };
    const toolServers = { names: () => [], list: () => Promise.resolve([]) };
    bot = await startSlackBot(database.uri, {}, { providers: [provider], toolServers });
  });
  afterAll(async () => {
    await bot.close();
    await aimock.stop();
    await database.drop();
  });
  afterEach(() => {
    expect(bot.slack.violations()).toEqual([]);
    bot.clock.advance(60_000);
  });

  function shown(value: unknown): string {
    return JSON.stringify(value) ?? '';
  }

  /** What Ana was sent directly, newest. */
  function newest(): FakeMessage {
    const message = bot.slack.messages(ana).at(-1);
    if (message === undefined) throw new Error('nothing was sent');
    return message;
  }

  async function draft(text = description): Promise<void> {
    seen = bot.slack.messages(ana).length;
    await bot.slack.sendCommand({ user: ana, channel: '#general', text: `draft ${text}` });
  }

  /** What was sent since the draft was asked for. */
  async function answered(): Promise<FakeMessage> {
    await expect.poll(() => bot.slack.messages(ana).length, { timeout: 15_000 }).toBeGreaterThan(seen);
    return newest();
  }

  async function proposed(): Promise<FakeMessage> {
    const message = await answered();
    expect(shown(message)).toContain('Proposed:');
    return message;
  }

  async function clickSave(message: FakeMessage, user = ana): Promise<void> {
    await bot.slack.clickButton({
      user,
      channel: ana,
      ts: message.ts,
      buttonText: 'Save as draft',
      seen: message,
    });
  }

  it('has a schema that our own checks take', () => {
    expect(() => assertJsonSchema(workflowProposalSchema, 'proposal')).not.toThrow();
  });

  it('answers at once, proposes a workflow with its graph, and saves it only by a button, once', async () => {
    await aimock.answer(says(proposal));
    await draft();
    expect(shown(bot.slack.ephemerals(ana).at(-1))).toContain('A model is drafting');
    const message = await proposed();
    const text = shown(message.blocks);
    expect(text).toContain('1 ⚖️ The lead decides');
    expect(text).toContain('├─ Approve → 2 Pay');
    expect(text).toContain('Whoever asks pays');
    expect(text).not.toContain('<!channel>');
    expect(text).not.toContain('<@U0EVIL>');
    expect((await bot.fixture.workflows.list(testOrgId)).map(({ name }) => name)).toEqual([]);
    await clickSave(message, bo);
    expect(await bot.fixture.workflows.list(testOrgId)).toEqual([]);
    await clickSave(message);
    await clickSave(message);
    const [saved, ...more] = await bot.fixture.workflows.list(testOrgId);
    expect(more).toEqual([]);
    expect(saved).toMatchObject({
      name: 'Refund',
      status: 'DRAFT',
      createdBy: { kind: 'person', userId: ana },
    });
    await expect.poll(() => shown(newest())).toContain('This workflow is a draft');
    const events = await bot.org.orgEvents.list(testOrgId);
    const drafted = events.find(({ type }) => type === 'WORKFLOW_DRAFTED');
    expect(drafted).toMatchObject({ subject: { name: 'Refund' }, data: { outcome: 'proposed' } });
    expect(shown(drafted?.data)).toContain('"provider":"default"');
  });

  it('sends what people say as data, and asks by our schema', async () => {
    const [request] = await aimock.requests();
    expect(request?.messages.map(({ role }) => role)).toEqual(['system', 'user']);
    expect(request?.messages[0]?.content).not.toContain(description);
    expect(request?.messages[1]?.content).toContain(description);
    expect(request?.response_format?.type).toBe('json_schema');
  });

  it('tells the model what is wrong, twice at most, and takes what it answers then', async () => {
    await aimock.answer(says(wrong, 0), says({ ...proposal, steps: [] }, 1), says(proposal, 2));
    await draft();
    await proposed();
    const requests = await aimock.requests();
    expect(requests).toHaveLength(3);
    expect(requests[1]?.messages.at(-1)?.content).toContain('steps/0/name');
    await clickSave(newest());
    const names = (await bot.fixture.workflows.list(testOrgId)).map(({ name }) => name);
    expect(names).toEqual(['Refund', 'Refund 2']);
  });

  it('says what stayed wrong when the model does not come to it, and asks no fourth time', async () => {
    await aimock.answer(says(wrong));
    await draft();
    const message = shown(await answered());
    expect(message).toContain('There is no draft of');
    expect(message).toContain('steps/0/name');
    expect(await aimock.requests()).toHaveLength(3);
  });

  it('asks for words in a form when there are none, and offers those of before', async () => {
    await bot.slack.sendCommand({ user: ana, channel: '#general', text: 'draft' });
    const short = await bot.slack.submitView({ user: ana, values: { 'What do you do today?': 'Refund' } });
    expect(shown(short)).toContain('Please say in a sentence');
    const message = newest();
    await bot.slack.clickButton({
      user: ana,
      channel: ana,
      ts: message.ts,
      buttonText: 'Describe it again',
    });
    await aimock.answer(says(proposal));
    seen = bot.slack.messages(ana).length + 1;
    const sent = await bot.slack.submitView({ user: ana, values: {} });
    expect(sent.outcome).toBe('closed');
    await proposed();
  });

  it('is taken up by another process when the one that asked has died', async () => {
    await aimock.answer(says({ ...proposal, name: 'Taken up' }));
    const claimed = await bot.fixture.database.collection('workflow_drafts').insertOne({
      _id: 'a'.repeat(24) as never,
      orgId: testOrgId,
      userId: ana,
      requestedBy: { kind: 'person', userId: ana, name: 'ana' },
      channelId: null,
      text: description,
      outcomeText: '{"kind":"waiting"}',
      attempts: 1,
      usage: { promptTokens: 0, completionTokens: 0 },
      log: [],
      createdAt: bot.clock.now(),
      dueAt: new Date(bot.clock.now().getTime() - 1_000),
    });
    expect(claimed.acknowledged).toBe(true);
    await expect.poll(() => shown(newest()), { timeout: 20_000 }).toContain('Proposed: Taken up');
  });
});

describe.skipIf(isMongoMissing())('/workflow draft without a model', () => {
  let database: TestDatabase;
  let bot: SlackBot;

  beforeAll(async () => {
    database = await createTestDatabase();
    bot = await startSlackBot(database.uri);
  });
  afterAll(async () => {
    await bot.close();
    await database.drop();
  });

  it('says so', async () => {
    await bot.slack.sendCommand({ user: ana, channel: '#general', text: `draft ${description}` });
    expect(JSON.stringify(bot.slack.ephemerals(ana).at(-1))).toContain('there is no model to ask');
  });
});
