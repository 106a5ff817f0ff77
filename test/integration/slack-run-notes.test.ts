import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { StepInput } from '../../src/domain/definition.ts';
import type { ExecutionState } from '../../src/domain/execution.ts';
import type { ToolServers } from '../../src/domain/tool-server.ts';
import { createLogger } from '../../src/logger.ts';
import { createToolServers } from '../../src/mcp/create-tool-servers.ts';
import { type Aimock, startAimock } from '../support/llm/aimock.ts';
import { aProvider } from '../support/llm/provider-builder.ts';
import { type ScriptedProvider, json, startScriptedProvider } from '../support/llm/scripted-provider.ts';
import { everythingOverStdio } from '../support/mcp/everything-server.ts';
import { isOver } from '../support/run-stage.ts';
import { type SlackBot, idOf, startSlackBot } from '../support/slack-bot.ts';
import { type SlackRuns, startSlackRuns } from '../support/slack-run-stage.ts';
import type { FakeMessage } from '../support/slack/fake-workspace.ts';
import { type TestDatabase, createTestDatabase, isMongoMissing } from '../support/test-mongo.ts';

const ana = idOf('ana');
const secretKey = 'sk-very-secret';

function prompt(more: Partial<Extract<StepInput, { type: 'PROMPT' }>> = {}): StepInput {
  return { name: 'write_summary', type: 'PROMPT', inputsTemplate: { prompt: 'Sum it up' }, ...more };
}

describe.skipIf(isMongoMissing())('what models and tools did, in Slack', { timeout: 60_000 }, () => {
  let database: TestDatabase;
  let bot: SlackBot;
  let aimock: Aimock;
  let scripted: ScriptedProvider;
  let runs: SlackRuns;
  let tools: ToolServers;
  let count = 0;

  beforeAll(async () => {
    [database, aimock, scripted] = await Promise.all([
      createTestDatabase(),
      startAimock(),
      startScriptedProvider(),
    ]);
    const providers = [
      aProvider({ baseUrl: aimock.baseUrl, apiKey: secretKey }),
      aProvider({ name: 'scripted', baseUrl: scripted.baseUrl, apiKey: secretKey, maxParallel: 1 }),
    ];
    const servers = [everythingOverStdio()];
    tools = createToolServers({ servers, clock: systemClock, logger: createLogger('silent') });
    bot = await startSlackBot(database.uri, {}, { providers, toolServers: tools });
    runs = await startSlackRuns(bot, { providers, toolServers: servers });
  }, 60_000);
  afterEach(() => {
    expect(bot.slack.violations()).toEqual([]);
    bot.clock.advance(60_000);
  });
  afterAll(async () => {
    await runs.stop();
    await bot.close();
    await Promise.all([aimock.stop(), scripted.stop(), tools.close()]);
    await database.drop();
  });

  async function start(steps: StepInput[], typed = ''): Promise<ExecutionState> {
    count += 1;
    await bot.addWorkflow(`Runs ${count}`, steps);
    await bot.slack.sendCommand({
      user: ana,
      channel: '#general',
      text: `start runs-${count} ${typed}`.trim(),
    });
    return bot.settle();
  }

  function card(): FakeMessage {
    const found = bot.slack
      .messages('#general')
      .findLast(
        ({ ts, thread_ts: root, blocks }) =>
          (root ?? ts) === ts && JSON.stringify(blocks).includes(`Runs ${count}`),
      );
    if (found === undefined) throw new Error('there is no card');
    return found;
  }

  function thread(): FakeMessage[] {
    return bot.slack
      .messages('#general')
      .filter(({ ts, thread_ts: root }) => root === card().ts && ts !== root);
  }

  function words(...messages: FakeMessage[]): string {
    return JSON.stringify(messages.map(({ text, blocks }) => [text, blocks ?? []]));
  }

  function answer(content: string): object {
    return {
      choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 11, completion_tokens: 5, total_tokens: 16 },
    };
  }

  it('stands in the thread of the card as Markdown, with model, provider, tokens and time', async () => {
    scripted.answer(json(200, answer('## Terms\n\n- **Net 30**\n- <!channel> pays')));
    const task = await start([prompt({ provider: 'scripted', model: 'gpt-x' })]);
    await runs.until(task.id, isOver);
    const note = words(...thread());
    expect(note).toContain('*Terms*');
    expect(note).toContain('• *Net 30*');
    expect(note).toContain('gpt-x (scripted)');
    expect(note).toContain('11 + 5 tokens');
    expect(note).toContain('ended with stop');
    expect(note).not.toContain('<!channel>');
    expect(note).not.toContain(secretKey);
  });

  it('says with which arguments a tool was called, how much came back, and no secret of them', async () => {
    const task = await start([
      {
        name: 'repeat',
        type: 'TOOL',
        toolServer: 'everything',
        tool: 'echo',
        inputsTemplate: { arguments: { message: 'hello', api_key: 'k-123' } },
      },
    ]);
    const ended = await runs.until(task.id, isOver);
    expect(ended.failure).toBeNull();
    const note = words(...thread());
    expect(note).toContain('everything/echo');
    expect(note).toContain('hello');
    expect(note).toMatch(/\d+ bytes/);
    expect(note).not.toContain('k-123');
    expect(JSON.stringify(ended.stack[0]?.run?.log)).not.toContain('k-123');
  });

  it('is cut when it is long, and the whole of it is there once, as a file', async () => {
    const long = `# All of it\n\n${'A line of the report that goes on and on.\n\n'.repeat(400)}The end.`;
    scripted.answer(json(200, answer(long)));
    const task = await start([prompt({ provider: 'scripted', model: 'gpt-x' })]);
    await runs.until(task.id, isOver);
    const [note, file] = thread();
    expect(words(note as FakeMessage)).toContain('Cut here');
    expect(bot.slack.files.textOf(file as FakeMessage)).toBe(long);
    const withFile = thread().filter((message) => bot.slack.files.textOf(message) !== undefined);
    expect(withFile).toHaveLength(1);
  });

  it('says why it stopped, with the answer and what was wrong with it; Retry on the card tries it anew', async () => {
    scripted.answer(json(200, answer('{"risk":"<!here> none"}')));
    const outputSchema = { type: 'object', properties: { risk: { enum: ['low', 'high'] } } };
    const task = await start([prompt({ provider: 'scripted', model: 'gpt-x', outputSchema })]);
    const failed = await runs.until(task.id, isOver);
    expect(failed.status).toBe('FAILED');
    const note = words(...thread());
    expect(note).toContain('stopped at');
    expect(note).toContain('What it answered');
    expect(note).toContain('risk');
    expect(note).toContain('shown its errors');
    expect(note).not.toContain('<!here>');
    scripted.answer(json(200, answer('{"risk":"low"}')));
    await bot.slack.clickButton({
      user: ana,
      channel: '#general',
      ts: card().ts,
      buttonText: 'Retry this step',
    });
    const again = await runs.until(task.id, ({ status }) => status === 'COMPLETED');
    expect(again.stack).toHaveLength(2);
    expect(words(...thread())).toContain('*Risk:* low');
  });

  it('says on the card that a step runs and since when, and which step waits for its turn behind it', async () => {
    const held: (() => void)[] = [];
    scripted.answer((response) => {
      held.push(() => json(200, answer('fine'))(response, { headers: {}, body: {} as never }));
    });
    const step = prompt({ provider: 'scripted', model: 'gpt-x' });
    const first = await start([step]);
    await runs.until(first.id, ({ stack }) => stack[0]?.status === 'STARTED');
    expect(words(card())).toContain('Running since <!date^');
    const second = await start([step]);
    await runs.until(second.id, ({ stack }) => stack[0]?.run?.waiting?.kind === 'queued');
    expect(words(card())).toContain('All places of the model provider');
    await expect.poll(() => held.length).toBe(1);
    held.shift()?.();
    await expect.poll(() => held.length, { timeout: 20_000 }).toBe(1);
    held.shift()?.();
    await runs.until(first.id, isOver);
    await runs.until(second.id, isOver);
  });

  it('says on the card that nobody offers the model, and which attempt comes next', async () => {
    const lost = await start([prompt({ provider: 'nobody' })]);
    await runs.until(lost.id, ({ stack }) => stack[0]?.run?.waiting?.kind === 'no-provider');
    expect(words(card())).toContain('nobody');
    scripted.answer(json(500, { error: { message: 'overloaded' } }));
    const retry = { maxAttempts: 2, initialDelayMs: 60_000 };
    const task = await start([prompt({ provider: 'scripted', model: 'gpt-x', retry })]);
    await runs.until(task.id, ({ stack }) => stack[0]?.run?.waiting?.kind === 'retrying');
    expect(words(card())).toContain('attempt 2');
  });
});
