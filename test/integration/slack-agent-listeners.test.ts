import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createAgentStore } from '../../models/agent.ts';
import { AgentInput } from '../../src/domain/agent.ts';
import { deriveId } from '../../src/domain/ids.ts';
import { startTime, testOrgId, wait } from '../support/builders.ts';
import { aProvider } from '../support/llm/provider-builder.ts';
import { type ScriptedProvider, json, startScriptedProvider } from '../support/llm/scripted-provider.ts';
import { type SlackBot, idOf, startSlackBot } from '../support/slack-bot.ts';
import { type SlackRuns, startSlackRuns } from '../support/slack-run-stage.ts';
import { type TestDatabase, createTestDatabase, isMongoMissing } from '../support/test-mongo.ts';

const ana = idOf('ana');
const agentId = deriveId('agent', 'scribe');

describe.skipIf(isMongoMissing())('agents that listen, in Slack', { timeout: 60_000 }, () => {
  let database: TestDatabase;
  let bot: SlackBot;
  let scripted: ScriptedProvider;
  let runs: SlackRuns;

  beforeAll(async () => {
    [database, scripted] = await Promise.all([createTestDatabase(), startScriptedProvider()]);
    bot = await startSlackBot(database.uri);
    runs = await startSlackRuns(bot, { providers: [aProvider({ baseUrl: scripted.baseUrl })] });
    const input = AgentInput.parse({ name: 'Scribe', instructions: 'You keep the minutes.' });
    const stamps = { createdBy: { kind: 'system' }, createdAt: startTime, updatedAt: startTime } as const;
    await createAgentStore(bot.fixture.database).insert({
      ...input,
      ...stamps,
      id: agentId,
      orgId: testOrgId,
    });
  }, 60_000);
  afterEach(() => {
    expect(bot.slack.violations()).toEqual([]);
  });
  afterAll(async () => {
    await runs.stop();
    await bot.close();
    await scripted.stop();
    await database.drop();
  });

  function told(): string {
    const last = bot.slack.ephemerals(ana).at(-1);
    return JSON.stringify([last?.text, last?.blocks]);
  }

  async function click(buttonText: string): Promise<void> {
    const messages = [...bot.slack.messages('#general'), ...bot.slack.ephemerals(ana)];
    const message = messages.findLast(({ blocks }) =>
      JSON.stringify(blocks ?? []).includes(`"${buttonText}"`),
    );
    await bot.slack.clickButton({ user: ana, channel: '#general', ts: message?.ts ?? '', buttonText });
  }

  it('are attached from the card; what they did stands in the thread of the task; they are switched off and detached', async () => {
    await bot.addWorkflow('Minutes', [wait('pause', { signal: 'go' })]);
    await bot.slack.sendCommand({ user: ana, channel: '#general', text: 'edit minutes' });
    await click('Listeners');
    await expect.poll(told).toContain('No agent listens yet');
    await click('Attach an agent');
    const values = { Agent: ['Scribe'], When: ['A task is started'], 'Whom it asks': '' };
    await bot.slack.submitView({ user: ana, values });
    const direct = (): string => JSON.stringify(bot.slack.messages(ana).at(-1)?.blocks ?? []);
    await expect.poll(direct).toContain('It listens from now on');
    expect(direct()).toContain('When a task is started');

    scripted.answer(
      json(200, {
        choices: [
          {
            index: 0,
            message: { role: 'assistant', content: '**Noted** <!channel>' },
            finish_reason: 'stop',
          },
        ],
        usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
      }),
    );
    await bot.slack.sendCommand({ user: ana, channel: '#general', text: 'start minutes' });
    const said = (): string =>
      JSON.stringify(
        bot.slack.messages('#general').filter(({ thread_ts: root, ts }) => root !== undefined && root !== ts),
      );
    await expect.poll(said, { timeout: 20_000 }).toContain('*Noted* &lt;!channel&gt;');
    expect(said()).toContain('done by the agent Scribe with m (default)');
    expect(said()).toContain('When a task is started');

    await bot.slack.sendCommand({ user: ana, channel: '#general', text: 'edit minutes' });
    await click('Listeners');
    await expect.poll(told).toContain('it was called');
    await click('Switch off');
    await expect.poll(told).toContain('It is switched off');
    await click('Detach');
    await expect.poll(told).toContain('No agent listens yet');
  });
});
