import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { memberModel } from '../../models/member.ts';
import { taskRef } from '../../src/domain/ids.ts';
import { operatorOf } from '../support/access-stage.ts';
import { human, testOrgId } from '../support/builders.ts';
import type { FakeMessage } from '../support/slack/fake-workspace.ts';
import { idOf, type SlackBot, startSlackBot } from '../support/slack-bot.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const ana = idOf('ana');
const bo = idOf('bo');
const chi = idOf('chi');

describe.skipIf(isMongoMissing())("a team's workflow in Slack", () => {
  let database: TestDatabase;
  let bot: SlackBot;

  beforeAll(async () => {
    database = await createTestDatabase();
    bot = await startSlackBot(database.uri);
    const members = memberModel(bot.fixture.database);
    await members.updateMany({ userId: { $in: [ana, bo, chi] } }, { $set: { role: 'member' } });
    const by = operatorOf(testOrgId);
    const team = await bot.org.teams.create(by, testOrgId, 'Finance');
    const member = await bot.org.members.find(testOrgId, ana);
    await bot.org.teams.addMember(by, testOrgId, team.id, member?.id ?? '');
    const { id } = await bot.addWorkflow('Secret bonus', [human('boss_ok', { assignees: [bo] })]);
    await bot.fixture.workflows.setTeam(testOrgId, id, team.id, { kind: 'system' });
    await bot.addWorkflow('Open to all', [human('boss_ok', { assignees: [bo] })]);
  });
  afterAll(async () => {
    await bot.close();
    await database.drop();
  });
  afterEach(() => {
    expect(bot.slack.violations()).toEqual([]);
    bot.clock.advance(60_000);
  });

  async function say(user: string, text: string): Promise<string> {
    await bot.slack.sendCommand({ user, channel: '#general', text });
    return JSON.stringify(bot.slack.ephemerals(user).at(-1) ?? {});
  }

  async function startAsAna(): Promise<{ ref: string; ask: FakeMessage }> {
    await say(ana, 'start secret-bonus');
    const { id } = await bot.settle();
    const ask = bot.slack.messages(bo).at(-1);
    if (ask === undefined) throw new Error('bo was not asked');
    return { ref: taskRef(id), ask };
  }

  it('is listed to the team only, and is not to be found by others', async () => {
    expect(await say(ana, 'list')).toContain('Secret bonus');
    for (const text of ['list', 'start secret-bonus', 'start secret', '']) {
      expect(await say(chi, text), text).not.toContain('Secret bonus');
    }
    expect(await say(chi, 'list')).toContain('Open to all');
  });

  it('tells others who click on its ask who may decide, and shows its tasks to nobody else', async () => {
    const { ref, ask } = await startAsAna();
    const ts = bot.slack.messages('#general').at(-1)?.ts ?? '';
    const click = { user: chi, channel: '#general', ts, buttonText: 'Approve', seen: ask };
    await bot.slack.clickButton(click);
    const notice = (): string => JSON.stringify(bot.slack.ephemerals(chi).at(-1) ?? {});
    await expect.poll(notice).toContain(`Only <@${bo}> can decide this`);
    expect(await say(chi, `status ${ref}`)).toContain('There is no task');
    expect(await say(ana, `status ${ref}`)).toContain('Secret bonus');
  });

  it('is decided by who is asked, who sees the task and not the workflow', async () => {
    const { ref, ask } = await startAsAna();
    expect(await say(bo, `status ${ref}`)).toContain('Secret bonus');
    expect(await say(bo, 'list')).not.toContain('Secret bonus');
    await bot.slack.clickButton({ user: bo, channel: bo, ts: ask.ts, buttonText: 'Approve' });
    expect((await bot.settle()).status).toBe('COMPLETED');
  });
});
