import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemberStore } from '../../models/member-store.ts';
import { deriveId } from '../../src/domain/ids.ts';
import type { Trigger, TriggerInput } from '../../src/domain/trigger.ts';
import type { Workflow } from '../../src/domain/workflow.ts';
import { operatorOf } from '../support/access-stage.ts';
import { human, testOrgId } from '../support/builders.ts';
import { BOT, DEFAULT_SEED, type FakeMessage } from '../support/slack/fake-workspace.ts';
import { type SlackBot, idOf, startSlackBot } from '../support/slack-bot.ts';
import { type TestDatabase, createTestDatabase, isMongoMissing } from '../support/test-mongo.ts';

const bo = idOf('bo');
/** Owns the workspace that #general is shared with. */
const eve = { id: 'U0EVE', name: 'eve', realName: 'Eve Else', teamId: 'T0ELSE', isOwner: true };
const gus = { id: 'U0GUS', name: 'gus', realName: 'Gus Guest', guest: 'single-channel' as const };
const general = DEFAULT_SEED.channels[0]?.id ?? '';
const by = operatorOf(testOrgId);

describe.skipIf(isMongoMissing())('people who are not, or not wholly, of the workspace', () => {
  let database: TestDatabase;
  let bot: SlackBot;
  let workflow: Workflow;

  beforeEach(async () => {
    database = await createTestDatabase();
    bot = await startSlackBot(database.uri, { seed: { users: [...DEFAULT_SEED.users, eve, gus] } });
    workflow = await bot.addWorkflow('Ship', [human('ok', { assignees: [eve.id, gus.id] })]);
  });
  afterEach(async () => {
    expect(bot.slack.violations()).toEqual([]);
    await bot.close();
    await database.drop();
  });

  async function trigger(kind: 'message' | 'reaction', settings: object = {}): Promise<Trigger> {
    const all = { channels: [general], ...(kind === 'reaction' ? { reaction: 'ticket' } : {}), ...settings };
    const input = { name: `Any ${kind}`, kind, enabled: true, settings: all } as unknown as TriggerInput;
    return bot.triggers.triggers.create(by, workflow.id, input);
  }
  async function write(user: string): Promise<FakeMessage> {
    const message = await bot.slack.postAs({ user, channel: '#general', text: 'ship it' });
    await bot.app.idle();
    return message;
  }
  async function react(user: string, ts: string): Promise<void> {
    const item = { type: 'message', channel: general, ts };
    await bot.slack.sendEvent({ event: { type: 'reaction_added', user, reaction: 'ticket', item } });
    await bot.app.idle();
  }
  async function starters(): Promise<unknown[]> {
    const tasks = await bot.fixture.tasks.list(testOrgId, {}, { limit: 10 });
    return tasks.map(({ startedBy }) => ('userId' in startedBy ? startedBy.userId : startedBy.kind));
  }
  async function reasons({ id }: Trigger): Promise<unknown[]> {
    const entries = await bot.triggers.triggers.log(by, workflow.id, id, { limit: 10 });
    return entries.map(({ decision, reason }) => `${decision}: ${reason}`);
  }
  async function say(user: string, text: string): Promise<string> {
    const before = bot.slack.ephemerals(user).length;
    await bot.slack.sendCommand({ user, channel: '#general', text });
    await expect.poll(() => bot.slack.ephemerals(user).length).toBeGreaterThan(before);
    return JSON.stringify(bot.slack.ephemerals(user).at(-1));
  }
  async function roleOf(userId: string): Promise<string | null> {
    const member = await bot.org.members.find(testOrgId, userId);
    return member === null ? null : `${member.role} ${member.status}`;
  }
  async function askOf(user: string): Promise<FakeMessage> {
    await say(bo, 'start ship');
    await bot.settle();
    const ask = bot.slack.messages(user).at(-1);
    if (ask === undefined) throw new Error('nobody was asked');
    return ask;
  }
  async function approve(user: string, { ts }: FakeMessage): Promise<string> {
    await bot.slack.clickButton({ user, channel: user, ts, buttonText: 'Approve' });
    return (await bot.settle()).status;
  }

  it('start nothing as people of another workspace, by messages or emoji, and the log says why', async () => {
    const made = await trigger('message', { match: { by: 'keywords', keywords: ['ship'] } });
    const emoji = await trigger('reaction');
    const { ts } = await write(eve.id);
    await react(eve.id, ts);
    expect(await starters()).toEqual([]);
    const why = 'and this trigger takes only what people of this one do.';
    expect(await reasons(made)).toEqual([`skipped: Somebody of another workspace wrote it, ${why}`]);
    expect(await reasons(emoji)).toEqual([`skipped: Somebody of another workspace put the reaction, ${why}`]);
    expect(await roleOf(eve.id)).toBeNull();
  });

  it('are told so when they mention the bot with what starts something for others', async () => {
    const made = await trigger('message', { match: { by: 'keywords', keywords: ['ship'] } });
    const text = `<@${BOT.userId}> ship it`;
    const { ts } = await bot.slack.postAs({ user: eve.id, channel: '#general', text });
    const event = { type: 'app_mention', channel: general, user: eve.id, text, ts };
    expect((await bot.slack.sendEvent({ event })).status).toBe(200);
    await bot.app.idle();
    expect(JSON.stringify([bot.slack.ephemerals(eve.id), bot.slack.messages(eve.id)])).toContain(
      'You belong to another workspace than the one that Baton works for here',
    );
    expect(await reasons(made)).toEqual([expect.stringMatching(/^skipped: Somebody of another workspace/)]);
    expect(await starters()).toEqual([]);
  });

  it('start what listens to them, and become no members by it', async () => {
    const made = await trigger('message', { allowOutside: true });
    expect(await say(bo, 'trigger ship')).toContain(
      'When somebody, also of another workspace, writes a message',
    );
    await write(eve.id);
    expect(await starters()).toEqual([eve.id]);
    await bot.triggers.triggers.change(by, workflow.id, made.id, {
      settings: { allowOutside: false, from: [eve.id] },
    });
    await write(eve.id);
    expect(await starters()).toEqual([eve.id, eve.id]);
    expect(await roleOf(eve.id)).toBeNull();
  });

  it('are told why they cannot use Baton from another workspace, in commands, clicks and on the Home tab', async () => {
    const why = 'You belong to another workspace than the one that Baton works for here';
    expect(await say(eve.id, 'list')).toContain(why);
    const ask = await askOf(eve.id);
    expect(await approve(eve.id, ask)).toBe('RUNNING');
    await expect.poll(() => JSON.stringify(bot.slack.ephemerals(eve.id).at(-1))).toContain(why);
    expect(JSON.stringify((await bot.slack.openHome(eve.id)).view)).toContain(why);
    expect(await roleOf(eve.id)).toBeNull();
  });

  it('are let in from another workspace by an admin, as guests whatever they are there', async () => {
    const { id } = await bot.org.members.add(by, testOrgId, {
      userId: eve.id,
      name: null,
      email: null,
      role: null,
    });
    expect(await roleOf(eve.id)).toBe('guest ACTIVE');
    expect(await say(eve.id, 'list')).not.toContain('Ship');
    expect(await approve(eve.id, await askOf(eve.id))).toBe('COMPLETED');
    bot.clock.advance(600_000);
    expect(await bot.org.members.current(testOrgId, eve.id)).toMatchObject({
      role: 'guest',
      status: 'ACTIVE',
    });
    await bot.org.members.remove(by, testOrgId, id);
    expect(await say(eve.id, 'list')).toContain('no longer a member here');
  });

  it('lose what they had when they came in from another workspace before that was refused', async () => {
    const now = bot.clock.now();
    await createMemberStore(bot.fixture.database).insertIfMissing({
      id: deriveId('member', testOrgId, eve.id),
      orgId: testOrgId,
      userId: eve.id,
      name: 'Eve Else',
      email: null,
      role: 'owner',
      isRoleSet: false,
      status: 'ACTIVE',
      createdAt: now,
      updatedAt: now,
    });
    expect(await bot.org.members.current(testOrgId, eve.id)).toMatchObject({ status: 'OUTSIDE' });
    expect(await say(eve.id, 'list')).toContain('You belong to another workspace');
    const back = { userId: eve.id, name: null, email: null, role: 'member' } as const;
    await bot.org.members.add(by, testOrgId, back);
    expect(await say(eve.id, 'list')).toContain('Ship');
  });

  it('as guests of the workspace answer what they are asked, and neither see nor make workflows', async () => {
    await trigger('message');
    await write(gus.id);
    expect(await starters()).toEqual([gus.id]);
    expect(await roleOf(gus.id)).toBe('guest ACTIVE');
    expect(await say(gus.id, 'list')).not.toContain('Ship');
    expect(await say(gus.id, 'start ship')).not.toContain('Started');
    expect(await say(gus.id, 'keys')).toContain('You are a guest in this workspace');
    await bot.slack.sendCommand({ user: gus.id, channel: '#general', text: 'new' });
    await bot.slack.submitView({ user: gus.id, values: { Name: 'Mine' } });
    expect((await bot.fixture.workflows.list(testOrgId)).map(({ name }) => name)).toEqual(['Ship']);
    expect(await approve(gus.id, await askOf(gus.id))).toBe('COMPLETED');
  });

  it('as guests of the workspace see and start, and do not change, what their team owns', async () => {
    await say(gus.id, 'list');
    const member = await bot.org.members.find(testOrgId, gus.id);
    const team = await bot.org.teams.create(by, testOrgId, 'Field');
    await bot.org.teams.addMember(by, testOrgId, team.id, member?.id ?? '');
    await bot.fixture.workflows.setTeam(testOrgId, workflow.id, team.id, by.actor);
    expect(await say(gus.id, 'list')).toContain('Ship');
    expect(await say(gus.id, 'start ship')).toContain('Started');
    expect(await say(gus.id, 'pause ship')).toContain('You are a guest in this workspace');
    expect((await bot.fixture.workflows.get(testOrgId, workflow.id)).workflow.status).toBe('ACTIVE');
  });
});
