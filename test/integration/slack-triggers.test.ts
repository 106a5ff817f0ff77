import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSlackInbox } from '../../models/slack-inbox.ts';
import type { JsonSchema } from '../../src/domain/json-schema.ts';
import type { ExecutionState } from '../../src/domain/execution.ts';
import type { Trigger, TriggerInput } from '../../src/domain/trigger.ts';
import type { Workflow } from '../../src/domain/workflow.ts';
import type { Manager } from '../../src/engine/people/manager.ts';
import { human, testOrgId } from '../support/builders.ts';
import { BOT, DEFAULT_SEED, type FakeMessage, TEAM } from '../support/slack/fake-workspace.ts';
import { type SlackBot, createBotParts, idOf, startSlackBot } from '../support/slack-bot.ts';
import { type TestDatabase, createTestDatabase, isMongoMissing } from '../support/test-mongo.ts';

const ana = idOf('ana');
const bo = idOf('bo');
const general = DEFAULT_SEED.channels[0]?.id ?? '';
const ops = { id: 'C0OPS', name: 'ops', members: [ana, bo, BOT.userId] };
const secret = { id: 'C0EXEC', name: 'exec', kind: 'private' as const, members: [ana, BOT.userId] };
const helpers = { id: 'S0HELPERS', handle: 'helpers', name: 'Helpers', users: [bo] };
const owner: Manager = {
  access: { orgId: testOrgId, role: 'owner', teamIds: [], userId: ana, handler: null },
  actor: { kind: 'person', userId: ana, name: 'ana' },
};
const inputs: JsonSchema = {
  type: 'object',
  properties: {
    text: { type: 'string' },
    amount: { type: 'number', title: 'Amount' },
    who: { type: 'string' },
    link: { type: 'string' },
  },
  required: ['text', 'amount'],
};
const refund = {
  channels: [general],
  match: { by: 'pattern', pattern: 'refund(?: of)? \\$?(?P<amount>\\d+)?' },
  inputsTemplate: {
    text: '{{message.text}}',
    amount: '{{groups.amount}}',
    who: '{{message.author}} ({{message.authorName}})',
    link: '{{message.link}}',
  },
};

describe.skipIf(isMongoMissing())('messages and reactions', () => {
  let database: TestDatabase;
  let bot: SlackBot;
  let workflow: Workflow;

  beforeEach(async () => {
    database = await createTestDatabase();
    const seed = { channels: [...DEFAULT_SEED.channels, ops, secret], usergroups: [helpers] };
    bot = await startSlackBot(database.uri, { seed });
    workflow = await bot.addWorkflow('Refund', [human('ok', { assignees: [bo] })], inputs);
  });
  afterEach(async () => {
    expect(bot.slack.violations()).toEqual([]);
    await bot.close();
    await database.drop();
  });

  let named = 0;
  async function trigger(settings: object = {}, kind: Trigger['kind'] = 'message'): Promise<Trigger> {
    const all = { ...refund, ...settings };
    const input = {
      name: `Trigger ${named++}`,
      kind,
      enabled: true,
      settings: all,
    } as unknown as TriggerInput;
    return bot.triggers.triggers.create(owner, workflow.id, input);
  }
  async function write(
    text: string,
    more: { user?: string; channel?: string; threadTs?: string } = {},
  ): Promise<FakeMessage> {
    return bot.slack.postAs({ user: ana, channel: '#general', text, ...more });
  }
  async function tasks(): Promise<ExecutionState[]> {
    await bot.app.idle();
    await bot.fixture.engine.idle();
    return bot.fixture.tasks.list(testOrgId, {}, { limit: 50 });
  }
  function thread(message: { ts: string }, channel = general): FakeMessage[] {
    return bot.slack
      .messages(channel)
      .filter(({ ts, thread_ts }) => thread_ts === message.ts && ts !== message.ts);
  }
  async function logOf({ id }: Trigger): Promise<[string, string | null][]> {
    await bot.app.idle();
    const entries = await bot.triggers.triggers.log(owner, workflow.id, id, { limit: 50 });
    return entries.map(({ decision, reason }) => [decision, reason]);
  }
  async function react(ts: string, user = bo, reaction = 'ticket'): Promise<void> {
    const item = { type: 'message', channel: general, ts };
    const event = { type: 'reaction_added', user, reaction, item, item_user: ana };
    expect((await bot.slack.sendEvent({ event })).status).toBe(200);
  }

  it('start a task with what they say, and its card comes to their thread', async () => {
    const made = await trigger();
    const message = await write(`Please refund $420 to <@${bo}> &amp; co {{inputs.x}}`);
    const [task] = await tasks();
    expect(task).toMatchObject({ status: 'RUNNING', startedBy: { kind: 'person', userId: ana } });
    expect(task?.context.inputs).toEqual({
      text: 'Please refund $420 to @Bo Chen & co {{inputs.x}}',
      amount: 420,
      who: `${ana} (Ana Ruiz)`,
      link: `https://acme.slack.com/archives/${general}/p${message.ts.replace('.', '')}`,
    });
    expect(JSON.stringify(thread(message))).toContain('Refund');
    expect(await logOf(made)).toEqual([['started', null]]);
  });

  it('that do not say everything are told what is missing, with a form that has the rest', async () => {
    const made = await trigger();
    const message = await write('I want a refund please');
    expect(await tasks()).toEqual([]);
    const [answer, ...more] = thread(message);
    expect(more).toEqual([]);
    expect(JSON.stringify(answer?.blocks)).toMatch(/\*Amount\*.*Please fill this in/);
    expect(await logOf(made)).toEqual([['refused', expect.stringContaining('amount')]]);
    await bot.slack.clickButton({
      user: bo,
      channel: '#general',
      ts: answer?.ts ?? '',
      buttonText: 'Fill in the rest',
    });
    await bot.slack.submitView({ user: bo, values: { Amount: '12' } });
    const [task] = await tasks();
    expect(task?.context.inputs).toMatchObject({ text: 'I want a refund please', amount: 12 });
    expect(thread(message)).toHaveLength(2);
  });

  it('start nothing elsewhere, as replies, without the word, by others or by bots, and the log says what almost did', async () => {
    const made = await trigger({ from: [helpers.id] });
    const root = await write('hello');
    await write('refund 1', { user: bo, channel: '#ops' });
    await write('refund 2', { user: bo, threadTs: root.ts });
    await write('refund 3', { user: ana });
    await write('something else', { user: bo });
    const event = { type: 'message', channel: general, channel_type: 'channel', text: 'refund 4' };
    await bot.slack.sendEvent({
      event: { ...event, ts: '1700000000.000100', bot_id: 'B0OTHER', subtype: 'bot_message' },
    });
    await bot.slack.sendEvent({
      event: { ...event, ts: '1700000000.000200', bot_id: BOT.botId, user: BOT.userId },
    });
    expect(await tasks()).toEqual([]);
    await write('refund 5', { user: bo });
    expect((await tasks()).map(({ context }) => context.inputs['amount'])).toEqual([5]);
    expect((await logOf(made)).map(([decision, reason]) => `${decision}: ${reason}`).toSorted()).toEqual([
      'skipped: A bot or an app wrote it, and this trigger takes only what people do.',
      'skipped: It is a reply in a thread, and this trigger takes only messages that begin one.',
      'skipped: Somebody else wrote it than those whom this trigger listens to.',
      'started: null',
    ]);
  });

  it('count also as replies, of bots and only with a mention, where the trigger says so', async () => {
    const made = await trigger({ includeReplies: true, allowBots: true, mentionsOnly: true, channels: [] });
    const root = await write('hello', { channel: '#ops' });
    await write(`<@${BOT.userId}> refund 7`, { channel: '#ops', threadTs: root.ts });
    await write('refund 8');
    const event = { type: 'message', subtype: 'bot_message', channel: general, channel_type: 'channel' };
    const text = `refund 9 <@${BOT.userId}>`;
    await bot.slack.sendEvent({
      event: { ...event, text, username: 'Forms', bot_id: 'B0F', ts: '1700000000.000300' },
    });
    const started = (await tasks()).map(({ context, startedBy, origin }) => [
      context.inputs['amount'],
      startedBy.kind,
      origin,
    ]);
    expect(started).toEqual([
      [9, 'system', { kind: 'slack', channelId: general, threadTs: '1700000000.000300' }],
      [7, 'person', { kind: 'slack', channelId: ops.id, threadTs: root.ts }],
    ]);
    expect(await logOf(made)).toContainEqual(['skipped', 'It does not mention the bot.']);
  });

  it('start one task, however often Slack delivers them, and whatever is edited', async () => {
    await trigger();
    await trigger({ match: { by: 'keywords', keywords: ['never'] } });
    const ts = '1700000000.000400';
    const event = {
      type: 'message',
      channel: general,
      channel_type: 'channel',
      user: ana,
      text: 'refund 3',
      ts,
    };
    const { eventId } = await bot.slack.sendEvent({ event });
    await bot.slack.sendEvent({ event, eventId, retryNum: 1 });
    await bot.slack.sendEvent({ event });
    const message = { type: 'message', user: ana, text: 'refund 4', ts, edited: { user: ana, ts } };
    await bot.slack.sendEvent({
      event: {
        type: 'message',
        subtype: 'message_changed',
        channel: general,
        channel_type: 'channel',
        message,
        ts: '1700000001.000100',
      },
    });
    await bot.fixture.database.collection('slack_deliveries').deleteMany({});
    await bot.slack.sendEvent({ event, eventId, retryNum: 2 });
    expect(await tasks()).toHaveLength(1);
  });

  it('are nothing to a trigger whose workflow is deleted', async () => {
    const gone = await bot.addWorkflow('Soon gone', []);
    const settings = { ...refund, inputsTemplate: {} };
    const input = { name: 'Of one that is gone', kind: 'message', enabled: true, settings } as never;
    const made = await bot.triggers.triggers.create(owner, gone.id, input);
    await bot.fixture.workflows.archive(testOrgId, gone.id, owner.actor);
    bot.clock.advance(4_000);
    const message = await write('refund 3');
    await bot.app.idle();
    expect(thread(message)).toEqual([]);
    expect(await bot.triggers.triggerLog.list(testOrgId, made.id, { limit: 5 })).toEqual([]);
  });

  it('start a task of each workflow that means them, and none that is paused, whose log says so', async () => {
    const made = await trigger();
    await bot.fixture.workflows.setStatus(testOrgId, workflow.id, 'PAUSED', owner.actor);
    const message = await write('refund 3');
    expect(await tasks()).toEqual([]);
    expect(thread(message)).toEqual([]);
    expect(await logOf(made)).toEqual([['refused', expect.stringContaining('paused')]]);
    await bot.fixture.workflows.setStatus(testOrgId, workflow.id, 'ACTIVE', owner.actor);
    await trigger({ match: { by: 'anything' }, inputsTemplate: { ...refund.inputsTemplate, amount: 1 } });
    await write('refund 3');
    expect(new Set((await tasks()).map(({ context }) => context.inputs['amount']))).toEqual(new Set([1, 3]));
  });

  it.each(['message', 'reaction'] as const)(
    'start what they mean to one trigger, while the answer about another one has to wait: %s',
    async (kind) => {
      const of = kind === 'reaction' ? { reaction: 'ticket' } : {};
      const complete = { inputsTemplate: { text: 'x', amount: 1 } };
      for (const settings of [complete, {}, complete]) await trigger({ ...of, ...settings }, kind);
      bot.slack.failNext({ method: 'chat.postMessage', status: 429, retryAfterSec: 3_600 });
      const message = await write('refund please');
      if (kind === 'reaction') await react(message.ts);
      expect(await tasks()).toHaveLength(2);
      const asides = await bot.fixture.database.collection('slack_inbox').find().toArray();
      expect(asides.map((item) => item['lane'])).toEqual([`${TEAM.id}:${general}:answers`]);
    },
  );

  it('are heard by triggers that are switched on', async () => {
    const made = await trigger();
    await bot.triggers.triggers.change(owner, workflow.id, made.id, { enabled: false });
    await write('refund 3');
    expect(await tasks()).toEqual([]);
  });

  it('of private channels are heard where somebody who is in them has named them, and not by all others', async () => {
    const anywhere = { channels: [], match: { by: 'anything' }, inputsTemplate: { text: 'x', amount: 1 } };
    await trigger(anywhere);
    await trigger({ ...anywhere, reaction: 'ticket' }, 'reaction');
    const { ts } = await write('we sell', { channel: '#exec' });
    const text = `<@${BOT.userId}> we sell`;
    await bot.slack.sendEvent({ event: { type: 'app_mention', channel: secret.id, user: ana, text, ts } });
    const item = { type: 'message', channel: secret.id, ts };
    await bot.slack.sendEvent({ event: { type: 'reaction_added', user: ana, reaction: 'ticket', item } });
    expect(await tasks()).toEqual([]);
    await trigger({ ...anywhere, channels: [secret.id] });
    await write('we buy', { channel: '#exec' });
    expect(await tasks()).toHaveLength(1);
  });

  it('of a private channel are for triggers of those who are in it', async () => {
    const by = (userId: string): Manager => ({
      access: { orgId: testOrgId, role: 'member', teamIds: [], userId, handler: null },
      actor: { kind: 'person', userId, name: null },
    });
    const mine = await bot.fixture.workflows.create({
      orgId: testOrgId,
      teamId: null,
      name: 'Mine',
      description: '',
      inputsSchema: inputs,
      steps: [human('ok', { assignees: [bo] })],
      status: 'ACTIVE',
      createdBy: by(bo).actor,
    });
    const settings = { ...refund, channels: [general] };
    const input = { name: 'All', kind: 'message', enabled: true, settings } as unknown as TriggerInput;
    const made = await bot.triggers.triggers.create(by(bo), mine.workflow.id, input);
    const closed = { settings: { channels: [secret.id] } };
    await expect(
      bot.triggers.triggers.change(by(bo), mine.workflow.id, made.id, closed),
    ).rejects.toMatchObject({
      fields: [{ path: 'settings/channels', message: expect.stringContaining('C0EXEC') }],
    });
  });

  it('of a private channel are heard by the right of whoever last saved the trigger, as it stands when they come', async () => {
    const anything = { match: { by: 'anything' }, inputsTemplate: { text: 'x', amount: 1 } };
    const as = (userId: string, role: Manager['access']['role']): Manager => ({
      access: { orgId: testOrgId, role, teamIds: [], userId, handler: null },
      actor: { kind: 'person', userId, name: null },
    });
    const change = (by: Manager, changes: object): Promise<Trigger> =>
      bot.triggers.triggers.change(by, workflow.id, made.id, changes);
    const made = await bot.triggers.triggers.create(as(bo, 'admin'), workflow.id, {
      name: 'Exec',
      kind: 'message',
      enabled: true,
      settings: { ...anything, channels: [secret.id] },
    } as unknown as TriggerInput);
    await write('we sell', { channel: '#exec' });
    expect(await tasks()).toHaveLength(1);
    const member = await bot.org.members.find(testOrgId, bo);
    await bot.org.members.changeRole(owner, testOrgId, member?.id ?? '', 'member');
    await write('we buy', { channel: '#exec' });
    expect(await tasks()).toHaveLength(1);
    expect((await logOf(made))[0]).toEqual([
      'skipped',
      'Whoever last saved this trigger is no longer in this private channel, or in the org. Somebody who is can save it again.',
    ]);
    const text = `<@${BOT.userId}> we sell`;
    const { ts } = await write(text, { channel: '#exec' });
    await bot.slack.sendEvent({ event: { type: 'app_mention', channel: secret.id, user: ana, text, ts } });
    expect(bot.slack.ephemerals(ana, secret.id)).toHaveLength(1);
    await change(as(ana, 'owner'), { settings: {} });
    await write('we hold', { channel: '#exec' });
    expect(await tasks()).toHaveLength(2);
    await bot.org.members.remove(owner, testOrgId, (await bot.org.members.find(testOrgId, ana))?.id ?? '');
    await write('we wait', { user: bo, channel: '#exec' });
    expect(await tasks()).toHaveLength(2);
  });

  it('of a private channel are not skipped while Slack cannot say who is in it', async () => {
    const ofAna = await bot.org.members.find(testOrgId, ana);
    const asBo = { ...owner, access: { ...owner.access, userId: bo } };
    await bot.org.members.changeRole(asBo, testOrgId, ofAna?.id ?? '', 'member');
    const made = await trigger({ channels: [secret.id] });
    bot.slack.failNext({ method: 'conversations.members', error: 'fetch_members_failed' });
    await write('refund 3', { channel: '#exec' });
    await expect.poll(() => logOf(made), { timeout: 20_000, interval: 200 }).toEqual([['started', null]]);
  }, 30_000);

  it('of a private channel are not turned to something else by whoever may not read them', async () => {
    const { id: teamId } = await bot.org.teams.create(owner, testOrgId, 'Support');
    const by = (userId: string): Manager => ({
      access: { orgId: testOrgId, role: 'member', teamIds: [teamId], userId, handler: null },
      actor: { kind: 'person', userId, name: null },
    });
    await bot.fixture.workflows.setTeam(testOrgId, workflow.id, teamId, owner.actor);
    const made = await bot.triggers.triggers.create(by(ana), workflow.id, {
      name: 'Exec',
      kind: 'message',
      enabled: true,
      settings: { ...refund, channels: [secret.id] },
    } as unknown as TriggerInput);
    const change = (changes: object): Promise<Trigger> =>
      bot.triggers.triggers.change(by(bo), workflow.id, made.id, changes);
    const refused = { fields: [{ path: 'settings/channels' }] };
    await expect(change({ settings: { match: { by: 'anything' } } })).rejects.toMatchObject(refused);
    expect(await change({ name: 'Board', enabled: false })).toMatchObject({ name: 'Board', enabled: false });
    await expect(change({ enabled: true })).rejects.toMatchObject(refused);
    expect(await change({ settings: { channels: [general] }, enabled: true })).toMatchObject({
      enabled: true,
    });
  });

  it('with a certain reaction start one task for the message, by whoever put it first', async () => {
    const settings = {
      match: { by: 'anything' },
      reaction: 'ticket',
      inputsTemplate: { text: '{{message.text}}', amount: 1, who: '{{message.author}} by {{reaction.by}}' },
    };
    await trigger(settings, 'reaction');
    const root = await write('The printer is on fire');
    const reply = await write('and the coffee machine', { threadTs: root.ts });
    await react(reply.ts, bo, 'ticket::skin-tone-2');
    await react(reply.ts, ana);
    await react(reply.ts, bo, 'eyes');
    const [task, ...more] = await tasks();
    expect(more).toEqual([]);
    expect(task).toMatchObject({ startedBy: { userId: bo }, origin: { threadTs: root.ts } });
    expect(task?.context.inputs).toMatchObject({ text: 'and the coffee machine', who: `${ana} by ${bo}` });
  });

  it('that mention the bot and start a task get its card, and no help', async () => {
    await trigger();
    const text = `<@${BOT.userId}> refund 3`;
    const message = await write(text);
    const mention = { type: 'app_mention', channel: general, user: ana, text, ts: message.ts };
    await bot.slack.sendEvent({ event: mention });
    expect(await tasks()).toHaveLength(1);
    expect(bot.slack.ephemerals(ana, general)).toEqual([]);
  });

  it('cost the database nothing while no trigger means them', async () => {
    await trigger();
    await write('hello');
    const deliveries = bot.fixture.database.collection('slack_deliveries');
    const before = await deliveries.countDocuments();
    for (let count = 0; count < 5; count += 1) await write(`hello ${count}`);
    expect(await deliveries.countDocuments()).toBe(before);
    await write('refund 3');
    expect(await deliveries.countDocuments()).toBe(before + 1);
  });

  it('are all taken when many come at once', async () => {
    await trigger();
    const event = { type: 'message', channel: general, channel_type: 'channel', user: ana };
    const send = async (index: number): Promise<number> => {
      const ts = `1700000000.${String(index + 1).padStart(6, '0')}`;
      return (await bot.slack.sendEvent({ event: { ...event, text: `refund ${index}`, ts } })).status;
    };
    for (let wave = 0; wave < 5; wave += 1) {
      const statuses = await Promise.all([0, 1, 2, 3].map((index) => send(wave * 4 + index)));
      expect(statuses).toEqual([200, 200, 200, 200]);
    }
    await bot.app.idle();
    const started = await bot.fixture.tasks.list(testOrgId, {}, { limit: 50 });
    expect(started.map(({ context }) => context.inputs['amount'])).toHaveLength(20);
  });

  it('are taken in order and once when many come at once, also when another process takes over', async () => {
    await trigger();
    const others = await createBotParts(database.uri, bot.config, bot.slack.apiUrl, bot.clock);
    await others.app.start();
    // Whoever begins with the first one gets no answer from Slack, as if it had died.
    bot.slack.failNext({ method: 'chat.postMessage', hang: true });
    const event = { type: 'message', channel: general, channel_type: 'channel', user: ana };
    const send = async (index: number): Promise<number> => {
      const ts = `1700000000.${String(index + 1).padStart(6, '0')}`;
      const text = index === 0 ? 'refund please' : `refund ${index}`;
      return (await bot.slack.sendEvent({ event: { ...event, text, ts } })).status;
    };
    const statuses = [await send(0)];
    const numbers = Array.from({ length: 40 }, (_, index) => index + 1);
    for (let first = 0; first < numbers.length; first += 4) {
      statuses.push(...(await Promise.all(numbers.slice(first, first + 4).map(send))));
    }
    expect(new Set(statuses)).toEqual(new Set([200]));
    bot.clock.advance(61_000);
    const started = async (): Promise<unknown[]> => {
      const found = await bot.fixture.tasks.list(testOrgId, {}, { limit: 100 });
      return found.map(({ context }) => context.inputs['amount']).toReversed();
    };
    await expect.poll(started, { timeout: 40_000, interval: 500 }).toEqual(numbers);
    await Promise.all([bot.app.idle(), others.app.idle()]);
    expect(thread({ ts: '1700000000.000001' })).toHaveLength(1);
    await others.app.stop(5_000);
    await others.fixture.close();
  }, 60_000);

  it('that were acknowledged are taken over when the process that was at them has died', async () => {
    const made = await trigger();
    const event = {
      type: 'message',
      channel: general,
      channel_type: 'channel',
      user: ana,
      text: 'refund 3',
      ts: '1.1',
    };
    const lane = `${TEAM.id}:${general}`;
    const receivedAt = new Date(bot.clock.now().getTime() - 120_000);
    const item = { id: 'T:1', slackTeamId: TEAM.id, lane, place: event.ts, event, receivedAt };
    const inbox = createSlackInbox(bot.fixture.database);
    await inbox.add(item);
    const begun = await inbox.claim(lane, receivedAt, new Date(receivedAt.getTime() + 60_000));
    expect(begun === null ? null : await inbox.begin(begun)).toMatchObject({ id: 'T:1', attempts: 1 });
    await expect.poll(() => logOf(made), { timeout: 30_000, interval: 200 }).toEqual([['started', null]]);
    expect(await bot.fixture.database.collection('slack_inbox').countDocuments()).toBe(0);
  }, 40_000);

  it('of somebody who was taken out of the org start nothing', async () => {
    const made = await trigger();
    const member = await bot.org.members.find(testOrgId, bo);
    await bot.org.members.remove(owner, testOrgId, member?.id ?? '');
    await write('refund 3', { user: bo });
    expect(await tasks()).toEqual([]);
    expect(await logOf(made)).toEqual([['skipped', 'Whoever did this is no longer a member here.']]);
  });
});
