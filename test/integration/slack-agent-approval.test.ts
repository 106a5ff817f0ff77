import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

  beforeAll(async () => {
    database = await createTestDatabase();
    bot = await startSlackBot(database.uri);
  });
  afterAll(async () => {
    await bot.close();
    await database.drop();
  });

  function words(message: FakeMessage | undefined): string {
    return JSON.stringify([message?.text, message?.blocks ?? []]);
  }

  it('is shown with its arguments, escaped; one click allows it, and then nobody can any more', async () => {
    const access = { orgId: testOrgId, userId: ana, role: 'owner', teamIds: [], handler: null } as const;
    const input = { name: 'Checker', instructions: 'You check.', contextFiles: [], tools: [], maxTurns: 5 };
    const agent = await bot.org.agents.create({ access, actor: { kind: 'system' } }, testOrgId, input);
    await bot.addWorkflow('Agent refund', [
      {
        name: 'check',
        type: 'AGENT',
        agentId: agent.id,
        inputsTemplate: { task: 'Check it' },
        approvers: [bo],
      },
    ]);
    await bot.slack.sendCommand({ user: ana, channel: '#general', text: 'start agent-refund' });
    const started = await bot.settle();
    const { engine } = bot.fixture;
    const executionId = started.id;
    const stepExecutionId = started.stack[0]?.id ?? '';
    const ids = { stepExecutionId, token: 'token' } as const;
    await engine.execute(testOrgId, executionId, { type: 'start-run', ...ids, leaseMs: 60_000 });
    await bot.settle();
    const args = { customer: '<!channel> Acme', amount: 420 };
    const ref = { server: 'odd', tool: 'refund' };
    const call = { callId: 'c', ...ref, arguments: args, digest: digestToolCall(ref, args) };
    const end = { kind: 'needs-approval', agentName: 'Checker', calls: [call], report } as const;
    await engine.execute(testOrgId, executionId, { type: 'end-run', ...ids, end });
    await bot.settle();

    const ask = bot.slack.messages(bo).at(-1);
    expect(words(ask)).toContain('Let the agent Checker call refund');
    expect(words(ask)).toContain('420');
    expect(words(ask)).not.toContain('<!channel>');
    const click = { user: bo, channel: bo, ts: ask?.ts ?? '', buttonText: 'Allow' };
    await bot.slack.clickButton(click);
    await bot.settle();
    const { state } = await engine.read(testOrgId, executionId);
    expect(state.stack[0]).toMatchObject({
      status: 'SCHEDULED',
      run: { approval: null, decisions: [{ callId: 'c', decision: 'approved', digest: call.digest }] },
    });
    const decided = words(bot.slack.messages(bo).at(-1));
    expect(decided).toContain('decided this');
    expect(decided).not.toContain('"Allow"');
    expect(bot.slack.violations()).toEqual([]);
  });
});
