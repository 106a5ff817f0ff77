import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import { digestToolCall } from '../../src/domain/tool-server.ts';
import { testOrgId } from '../support/builders.ts';
import { type SlackBot, idOf, startSlackBot } from '../support/slack-bot.ts';
import type { FakeMessage } from '../support/slack/fake-workspace.ts';
import { type TestDatabase, createTestDatabase, isMongoMissing } from '../support/test-mongo.ts';

const ana = idOf('ana');
const bo = idOf('bo');
const report = { entries: [], usage: { promptTokens: 1, completionTokens: 1 } };

describe.skipIf(isMongoMissing())('what an agent wants to do, in Slack', () => {
  let database: TestDatabase;
  let bot: SlackBot;
  let count = 0;

  beforeAll(async () => {
    database = await createTestDatabase();
    bot = await startSlackBot(database.uri);
  });
  afterEach(() => {
    expect(bot.slack.violations()).toEqual([]);
    bot.clock.advance(60_000);
  });
  afterAll(async () => {
    await bot.close();
    await database.drop();
  });

  function words(message: FakeMessage | undefined): string {
    return JSON.stringify([message?.text, message?.blocks ?? []]);
  }

  function thread(): FakeMessage[] {
    return bot.slack
      .messages('#general')
      .filter(({ ts, thread_ts: root }) => root !== undefined && root !== ts);
  }

  /**
   * Starts a task whose agent wants to call `refund` with these arguments, which Bo is asked about.
   *
   * @param byApi true: a program starts it, and the approver is who it is started for: the card is in their direct message
   */
  async function wantsToRefund(
    args: JsonObject,
    byApi = false,
  ): Promise<{ executionId: string; digest: string }> {
    count += 1;
    const access = { orgId: testOrgId, userId: ana, role: 'owner', teamIds: [], handler: null } as const;
    const name = `Checker ${count}`;
    const input = { name, instructions: 'You check.', contextFiles: [], tools: [], maxTurns: 5 };
    const agent = await bot.org.agents.create({ access, actor: { kind: 'system' } }, testOrgId, input);
    const workflow = await bot.addWorkflow(`Agent refund ${count}`, [
      {
        name: 'check',
        type: 'AGENT',
        agentId: agent.id,
        inputsTemplate: { task: 'Check it' },
        approvers: [bo],
      },
    ]);
    const { engine } = bot.fixture;
    if (byApi) {
      const startedBy = { kind: 'person', userId: bo, name: 'bo' } as const;
      const ofWorkflow = { orgId: testOrgId, workflowId: workflow.id, inputs: {}, startKey: null };
      await engine.start({ ...ofWorkflow, startedBy, origin: { kind: 'api' } });
    } else {
      await bot.slack.sendCommand({ user: ana, channel: '#general', text: `start agent-refund-${count}` });
    }
    const started = await bot.settle();
    const ids = { stepExecutionId: started.stack[0]?.id ?? '', token: 'token' } as const;
    await engine.execute(testOrgId, started.id, { type: 'start-run', ...ids, leaseMs: 60_000 });
    await bot.settle();
    const ref = { server: 'odd', tool: 'refund' };
    const call = { callId: 'c', ...ref, arguments: args, digest: digestToolCall(ref, args) };
    const end = { kind: 'needs-approval', agentName: name, calls: [call], report } as const;
    await engine.execute(testOrgId, started.id, { type: 'end-run', ...ids, end });
    await bot.settle();
    return { executionId: started.id, digest: call.digest };
  }

  function ask(): FakeMessage {
    const found = bot.slack.messages(bo).findLast((message) => words(message).includes('Let the agent'));
    if (found === undefined) throw new Error('Bo was not asked');
    return found;
  }

  /** The files in the thread of a message to Bo. */
  function filesBelow({ ts }: FakeMessage): string[] {
    return bot.slack
      .messages(bo)
      .filter(({ thread_ts: root }) => root === ts)
      .map((message) => bot.slack.files.textOf(message))
      .filter((text) => text !== undefined);
  }

  async function choose(buttonText: string): Promise<void> {
    await bot.slack.clickButton({ user: bo, channel: bo, ts: ask().ts, buttonText });
    await bot.settle();
  }

  it('is shown with its arguments, escaped; one click allows it, and then nobody can any more', async () => {
    const { executionId, digest } = await wantsToRefund({ customer: '<!channel> Acme', amount: 420 });

    expect(words(ask())).toContain('Let the agent Checker 1 call refund');
    expect(words(ask())).toContain('420');
    expect(words(ask())).not.toContain('<!channel>');
    await choose('Allow');
    const { state } = await bot.fixture.engine.read(testOrgId, executionId);
    expect(state.stack[0]).toMatchObject({
      status: 'SCHEDULED',
      run: { approval: null, decisions: [{ callId: 'c', decision: 'approved', digest }] },
    });
    expect(words(ask())).toContain('decided this');
    expect(words(ask())).not.toContain('"Allow"');
  });

  it('is still there once it is decided, and the thread of the task says who decided what', async () => {
    await wantsToRefund({ customer: 'Acme', amount: 421 });

    await choose('Refuse');

    expect(words(ask())).toContain('Let the agent Checker 2 call refund');
    expect(words(ask())).toContain('421');
    const note = words(thread().at(-1));
    expect(note).toContain(`decided by <@${bo}>`);
    expect(note).toContain('Refuse');
    expect(note).toContain('Let the agent Checker 2 call refund (odd)?');
  });

  it('shows arguments as they are: nothing in them is taken for markup, in the message and on the Home tab', async () => {
    await wantsToRefund({ note: '~not~ *paid* ``` [ok](https://evil.example)', amount: 422 });

    await bot.slack.openHome(bo);
    const home = JSON.stringify(bot.slack.homeView(bo)?.blocks ?? []);
    for (const shown of [words(ask()), home]) {
      const code = /```[^`]*422[^`]*```/.exec(shown)?.[0] ?? '';
      expect(code).toContain('~not~ *paid*');
      expect(shown).not.toContain('<https://evil.example');
    }
  });

  it('comes with a file of the whole when it is too long to be shown, which hides no argument', async () => {
    await wantsToRefund({ note: `${'long '.repeat(4_000)}the end`, amount: 423 });

    const shown = words(ask());
    expect(shown).toContain('423');
    expect(shown).toContain('All of it is in a file');
    expect(shown).not.toContain('the end');
    const files = filesBelow(ask());
    expect(files).toHaveLength(1);
    expect(files[0]).toContain('long the end');
    expect(files[0]).toContain('423');
    await bot.slack.openHome(bo);
    const home = JSON.stringify(bot.slack.homeView(bo)?.blocks ?? []);
    expect(home).toContain('423');
    expect(home).toContain('the message has all of it');
    await choose('Allow');
    expect(words(ask())).toContain('423');
  });

  it('has that file in the thread of the ask also where the card of the task is in the same direct message', async () => {
    await wantsToRefund({ note: 'long '.repeat(4_000), amount: 424 }, true);

    expect(bot.slack.messages(bo).some((message) => words(message).includes('Agent refund 5'))).toBe(true);
    expect(filesBelow(ask())).toHaveLength(1);
  });
});
