import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { memberModel } from '../../models/member.ts';
import { systemClock } from '../../src/clock.ts';
import type { StoredAgent } from '../../src/domain/stored-agent.ts';
import type { ToolServers } from '../../src/domain/tool-server.ts';
import type { Manager } from '../../src/engine/people/manager.ts';
import { createLogger } from '../../src/logger.ts';
import { createToolServers } from '../../src/mcp/create-tool-servers.ts';
import { testOrgId } from '../support/builders.ts';
import { everythingOverStdio } from '../support/mcp/everything-server.ts';
import { oddServer } from '../support/mcp/odd-server.ts';
import type { SubmitResult } from '../support/slack/fake-view-driver.ts';
import type { FakeMessage } from '../support/slack/fake-workspace.ts';
import type { FieldInputs } from '../support/slack/view-input.ts';
import { idOf, type SlackBot, startSlackBot } from '../support/slack-bot.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const ana = idOf('ana');
const bo = idOf('bo');
const manager: Manager = {
  access: { orgId: testOrgId, userId: ana, role: 'owner', teamIds: [], handler: null },
  actor: { kind: 'system' },
};

describe.skipIf(isMongoMissing())('/workflow agents', () => {
  let database: TestDatabase;
  let bot: SlackBot;
  let toolServers: ToolServers;

  beforeAll(async () => {
    database = await createTestDatabase();
    const servers = [everythingOverStdio(), oddServer()];
    toolServers = createToolServers({ servers, clock: systemClock, logger: createLogger('fatal') });
    // The programs of the servers take their time to start.
    await Promise.all([toolServers.list('everything'), toolServers.list('odd')]);
    bot = await startSlackBot(database.uri, {}, { providers: [], toolServers });
  });
  afterAll(async () => {
    await bot.close();
    await toolServers.close();
    await database.drop();
  });
  afterEach(() => {
    expect(bot.slack.violations()).toEqual([]);
    bot.clock.advance(60_000);
  });

  async function open(user = ana): Promise<FakeMessage> {
    await bot.slack.sendCommand({ user, channel: '#general', text: 'agents' });
    const shown = bot.slack.ephemerals(user).at(-1);
    if (shown === undefined) throw new Error('nothing was shown');
    return shown;
  }

  async function click(buttonText: string, user = ana): Promise<void> {
    await bot.slack.clickButton({ user, channel: '#general', ts: (await open(user)).ts, buttonText });
  }

  function submit(values: FieldInputs, user = ana): Promise<SubmitResult> {
    return bot.slack.submitView({ user, values });
  }

  function shown(value: unknown): string {
    return JSON.stringify(value);
  }

  async function only(): Promise<StoredAgent> {
    const [agent] = await bot.org.agents.list(manager, testOrgId);
    if (agent === undefined) throw new Error('there is no agent');
    return agent;
  }

  it('begins with none, and says who makes them', async () => {
    expect(shown((await open()).blocks)).toContain('There are no agents yet');
    await memberModel(bot.fixture.database).updateOne({ orgId: testOrgId, userId: bo }, { role: 'member' });
    const list = shown((await open(bo)).blocks);
    expect(list).toContain('The owners and admins make and change agents.');
    expect(list).not.toContain('New agent');
  });

  it('makes an agent, gives it tools, a model and a context file, step by step', async () => {
    await click('New agent');
    const made = await submit({ Name: 'Contract checker', 'Job description': 'You check contracts.' });
    expect(shown(made.view?.blocks)).toContain('The agent is made');
    const tools = await submit({ 'What do you want to change?': 'Tools of everything' });
    expect(shown(tools.view?.blocks)).toContain('Not allowed');
    const saved = await submit({
      'get-sum': 'Allowed',
      echo: 'Allowed, but a person is asked before each call',
    });
    expect(shown(saved.view?.blocks)).toContain('echo (a person is asked first)');
    expect((await only()).tools).toEqual([
      { server: 'everything', tool: 'echo', approval: 'required' },
      { server: 'everything', tool: 'get-sum' },
    ]);
    await submit({ 'What do you want to change?': 'Model and limits' });
    const wrong = await submit({ 'Turns at most': '99' });
    expect(wrong.errors).toEqual({ agent_turns: expect.stringContaining('from 1 to 50') as string });
    await submit({ 'Turns at most': '4', Temperature: '0' });
    await submit({ 'What do you want to change?': 'Add a context file' });
    const none = await submit({ Name: 'Policy' });
    expect(none.errors).toEqual({ context_content: 'Please give its text.' });
    await submit({ Name: 'Policy', Text: 'Nothing above 10,000.' });
    expect(await only()).toMatchObject({
      name: 'Contract checker',
      maxTurns: 4,
      temperature: 0,
      contextFiles: [{ name: 'Policy', content: 'Nothing above 10,000.' }],
    });
    expect(shown((await open()).blocks)).toContain('2 tools of everything; one asks a person first');
  });

  it('warns of tools that their server calls destructive, and asks before them unless somebody says otherwise', async () => {
    await click('Edit');
    const tools = await submit({ 'What do you want to change?': 'Tools of odd' });
    expect(shown(tools.view?.blocks)).toContain('it may destroy something');
    await submit({ refund: 'Allowed' });
    expect((await only()).tools.at(-1)).toEqual({ server: 'odd', tool: 'refund', approval: 'not-required' });
    await submit({ 'What do you want to change?': 'Tools of odd' });
    await submit({ refund: 'Not allowed' });
    expect((await only()).tools.map(({ server }) => server)).not.toContain('odd');
  });

  it('saves nothing over what somebody else saved meanwhile', async () => {
    await click('Edit');
    await submit({ 'What do you want to change?': 'Name and job description' });
    await bot.org.agents.change(manager, testOrgId, (await only()).id, { maxTurns: 7 });
    const result = await submit({ Name: 'Other', 'Job description': 'Other.' });
    expect(shown(result.view?.blocks)).toContain('Somebody else changed this agent');
    expect(await only()).toMatchObject({ name: 'Contract checker', maxTurns: 7 });
  });

  it('is said to be used only by workflows that whoever asks may see', async () => {
    const { id: agentId } = await only();
    const made = await bot.org.teams.create(manager, testOrgId, 'Board of directors');
    const step = { name: 'check', type: 'AGENT', agentId, inputsTemplate: { task: 'Check' } } as const;
    const { workflow } = await bot.fixture.workflows.create({
      orgId: testOrgId,
      teamId: made.id,
      name: 'Secret takeover',
      description: '',
      inputsSchema: { type: 'object' },
      steps: [step],
      status: 'ACTIVE',
      createdBy: manager.actor,
    });
    expect(shown((await open()).blocks)).toContain('used by Secret takeover');
    expect(shown((await open(bo)).blocks)).not.toContain('Secret takeover');
    await bot.fixture.workflows.archive(testOrgId, workflow.id, manager.actor);
  });

  it('is deleted only while no workflow uses it', async () => {
    const { id: agentId } = await only();
    const step = { name: 'check', type: 'AGENT', agentId, inputsTemplate: { task: 'Check' } } as const;
    const workflow = await bot.addWorkflow('Contract intake', [step]);
    expect(shown((await open()).blocks)).toContain('used by Contract intake');
    await click('Edit');
    const used = await submit({ 'What do you want to change?': 'Delete…' });
    expect(shown(used.view?.blocks)).toContain('cannot be deleted: used by Contract intake');
    await expect(bot.org.agents.delete(manager, testOrgId, agentId)).rejects.toMatchObject({
      code: 'agent-in-use',
    });
    await bot.fixture.workflows.archive(testOrgId, workflow.id, manager.actor);
    await click('Edit');
    await submit({ 'What do you want to change?': 'Delete…' });
    expect(shown((await submit({})).view?.blocks)).toContain('is deleted');
    expect(await bot.org.agents.list(manager, testOrgId)).toEqual([]);
  });

  it('lets nobody but admins open the forms', async () => {
    const list = await open();
    await bot.slack.clickButton({
      user: bo,
      channel: '#general',
      ts: list.ts,
      buttonText: 'New agent',
      seen: list,
    });
    await expect.poll(() => shown(bot.slack.ephemerals(bo).at(-1))).toContain('Only the owners and admins');
  });
});
