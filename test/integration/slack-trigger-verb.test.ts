import { WebClient } from '@slack/web-api';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { memberModel } from '../../models/member.ts';
import type { JsonSchema } from '../../src/domain/json-schema.ts';
import type { Trigger } from '../../src/domain/trigger.ts';
import type { Workflow } from '../../src/domain/workflow.ts';
import type { Manager } from '../../src/engine/people/manager.ts';
import { human, testOrgId } from '../support/builders.ts';
import type { SubmitResult } from '../support/slack/fake-view-driver.ts';
import { DEFAULT_SEED, type FakeMessage } from '../support/slack/fake-workspace.ts';
import type { FieldInputs } from '../support/slack/view-input.ts';
import { type SlackBot, idOf, startSlackBot } from '../support/slack-bot.ts';
import { type TestDatabase, createTestDatabase, isMongoMissing } from '../support/test-mongo.ts';

const ana = idOf('ana');
const bo = idOf('bo');
const general = DEFAULT_SEED.channels[0]?.id ?? '';
const helpers = { id: 'S0HELPERS', handle: 'helpers', name: 'Helpers', users: [bo] };
const quiet = { id: 'C0QUIET', name: 'quiet', members: [ana] };
const inputs: JsonSchema = {
  type: 'object',
  properties: {
    amount: { type: 'number', title: 'Amount' },
    reason: { type: 'string', title: 'Reason' },
    link: { type: 'string', title: 'Link' },
  },
  required: ['amount', 'reason'],
};

describe.skipIf(isMongoMissing())('/workflow trigger', () => {
  let database: TestDatabase;
  let bot: SlackBot;
  let workflow: Workflow;
  const by: Manager = {
    access: { orgId: testOrgId, role: 'owner', teamIds: [], userId: ana, handler: null },
    actor: { kind: 'person', userId: ana, name: 'ana' },
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    bot = await startSlackBot(database.uri, {
      seed: { usergroups: [helpers], channels: [...DEFAULT_SEED.channels, quiet] },
    });
    workflow = await bot.addWorkflow('Refund', [human('ok', { assignees: [bo] })], inputs);
    await bot.addWorkflow('Other', [human('ok', { assignees: [bo] })]);
  });
  afterAll(async () => {
    await bot.close();
    await database.drop();
  });
  afterEach(() => {
    expect(bot.slack.violations()).toEqual([]);
    bot.clock.advance(60_000);
  });

  async function open(user = ana, text = 'trigger refund'): Promise<FakeMessage> {
    await bot.slack.sendCommand({ user, channel: '#general', text });
    const shown = bot.slack.ephemerals(user).at(-1);
    if (shown === undefined) throw new Error('nothing was shown');
    return shown;
  }
  async function click(buttonText: string): Promise<void> {
    await bot.slack.clickButton({ user: ana, channel: '#general', ts: (await open()).ts, buttonText });
  }
  function submit(values: FieldInputs = {}): Promise<SubmitResult> {
    return bot.slack.submitView({ user: ana, values });
  }
  async function choose(choice: string): Promise<SubmitResult> {
    await click('Open');
    return submit({ 'What do you want to do?': choice });
  }
  async function only(): Promise<Trigger> {
    const [trigger] = await bot.triggers.triggers.list(by, workflow.id);
    if (trigger === undefined) throw new Error('there is none');
    return trigger;
  }
  function words(value: unknown): string {
    return JSON.stringify(value);
  }

  it('asks which workflow, says that nothing starts it yet, and lets only its editors make something', async () => {
    expect(words(await open(ana, 'trigger'))).toContain('Which workflow should start by itself?');
    expect(words(await open())).toContain('Nothing starts this workflow by itself yet');
    await memberModel(bot.fixture.database).updateOne({ orgId: testOrgId, userId: bo }, { role: 'member' });
    const shown = words(await open(bo));
    expect(shown).toContain('Whoever may change the workflow');
    expect(shown).not.toContain('New for messages');
  });

  it('makes one for messages, with what it gives the task guessed from the names', async () => {
    await click('New for messages');
    const field = 'Words, or the regular expression';
    const typed = {
      Name: 'Asked for in general',
      Channels: '#nowhere',
      Messages: 'That match a regular expression',
      [field]: 'refund (',
    };
    const wrong = await submit(typed);
    expect(words(wrong.errors)).toContain('#nowhere');
    const expression = await submit({ ...typed, Channels: 'general' });
    expect(words(expression.errors)).toContain('missing closing )');
    const pattern = 'refund of (?P<amount>\\d+)';
    const made = await submit({ ...typed, Channels: 'general', [field]: pattern });
    expect(made.outcome).toBe('updated');
    expect(await only()).toMatchObject({
      name: 'Asked for in general',
      kind: 'message',
      enabled: true,
      settings: {
        channels: [general],
        match: { by: 'pattern', pattern },
        inputsTemplate: { amount: '{{groups.amount}}', reason: '{{message.text}}', link: '{{message.link}}' },
      },
    });
    const bad = await submit({ Reason: '{{inputs.x}}' });
    expect(words(bad.errors)).toContain('values start with');
    await submit({ Reason: 'Asked by {{message.authorName}}: {{message.text}}' });
    expect((await only()).settings).toMatchObject({
      inputsTemplate: {
        amount: '{{groups.amount}}',
        reason: 'Asked by {{message.authorName}}: {{message.text}}',
      },
    });
  });

  it('tries it with a sample, and starts nothing', async () => {
    await choose('Try it with a sample text');
    const fits = await submit({ 'A sample text': 'a refund of 42, please' });
    expect(words(fits.view)).toMatch(
      /It would start a task.*\*amount\*: 42.*Asked by Ana Ruiz: a refund of 42/s,
    );
    const none = await submit({ 'A sample text': 'nothing' });
    expect(words(none.view)).toContain('It would start nothing');
    expect(await bot.fixture.tasks.list(testOrgId, {}, { limit: 1 })).toEqual([]);
  });

  it('changes where it listens and to whom, as people write it', async () => {
    const form = await choose('Change where it listens, and to whom');
    expect(words(form.view)).toContain('#general');
    const wrong = await submit({ 'Only when these people write': '@nobody' });
    expect(words(wrong.errors)).toContain('@nobody');
    await submit({
      Channels: '#general',
      'Only when these people write': '@helpers, @ana',
      'Replies in threads count too': 'Yes',
    });
    expect((await only()).settings).toMatchObject({
      from: [helpers.id, ana],
      includeReplies: true,
      channels: [general],
    });
    expect(words(await open())).toContain('writes a message or a reply in');
  });

  it('shows what it did and why, switches off and on, and deletes', async () => {
    await bot.slack.postAs({ user: ana, channel: '#general', text: 'a refund of 7' });
    await bot.app.idle();
    await bot.triggers.triggerStarts.note(await only(), 'x', 'skipped', 'A bot wrote it.');
    const log = await choose('Show what it did, and why');
    expect(words(log.view)).toMatch(/started task.*A bot wrote it\.|A bot wrote it\..*started task/s);
    await submit({ 'What do you want to do?': 'Switch it off' });
    expect(await only()).toMatchObject({ enabled: false });
    await choose('Delete it…');
    await submit();
    expect(await bot.triggers.triggers.list(by, workflow.id)).toEqual([]);
  });

  it('says where it hears nothing, because the bot is not in the channel, until it is invited', async () => {
    const where = 'I am not in <#C0QUIET>: invite me with /invite @baton. Until then I hear nothing there.';
    await click('New for messages');
    const made = await submit({
      Name: 'Quiet',
      Channels: '#general, #quiet',
      'Words, or the regular expression': 'refund',
    });
    expect(words(made.view)).toContain(where);
    const gives = await submit();
    expect(words(gives.view)).toContain('Saved');
    expect(words(gives.view)).toContain(where);
    const client = new WebClient(bot.slack.botToken, { slackApiUrl: bot.slack.apiUrl });
    await client.conversations.join({ channel: quiet.id });
    await click('Open');
    const switched = await submit({ 'What do you want to do?': 'Switch it off' });
    expect(words(switched.view)).toContain('Saved');
    expect(words(switched.view)).not.toContain('I am not in');
    await bot.triggers.triggers.delete(by, workflow.id, (await only()).id);
  });

  it('stands on the card of the workflow, everything with a switch, and the card follows', async () => {
    const settings = { channels: [], match: { by: 'anything' }, reaction: 'ticket' };
    const input = { name: 'By ticket', kind: 'reaction', enabled: true, settings } as never;
    await bot.triggers.triggers.create(by, workflow.id, input);
    const schedule = {
      name: 'Weekly',
      kind: 'schedule',
      enabled: true,
      settings: { cron: '0 9 * * 1', words: 'Every Monday at 09:00', timeZone: 'Europe/Berlin' },
    } as never;
    await bot.triggers.triggers.create(by, workflow.id, schedule);
    await bot.slack.sendCommand({ user: ana, channel: '#general', text: 'edit refund' });
    const card = bot.slack.ephemerals(ana).at(-1);
    expect(words(card)).toMatch(/Starts by itself.*By ticket.*:ticket:.*Weekly.*Every Monday at 09:00/s);
    const ts = card?.ts ?? '';
    const [{ id }] = (await bot.triggers.triggers.list(by, workflow.id)) as [Trigger];
    await bot.slack.clickButton({ user: ana, channel: '#general', ts, value: `${workflow.id}:${id}:off` });
    expect(await bot.triggers.triggers.get(by, workflow.id, id)).toMatchObject({ enabled: false });
    expect(words(bot.slack.ephemerals(ana).at(-1))).toContain('switched off');
  });
});
