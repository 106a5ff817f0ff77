import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberModel } from '../../models/member.ts';
import { systemClock } from '../../src/clock.ts';
import { createBoardTriggers } from '../../src/composition/board-triggers.ts';
import type { Trigger } from '../../src/domain/trigger.ts';
import { createLogger } from '../../src/logger.ts';
import { createSlackConnection } from '../../src/slack/connection.ts';
import { type BoardAnswer, type BoardVisitor, signInAs } from '../support/board/board-visitor.ts';
import { readForm } from '../support/board/page-form.ts';
import { testOrgId, userMessage } from '../support/builders.ts';
import { createHttpFixture, type HttpFixture } from '../support/http-fixture.ts';
import { DEFAULT_SEED } from '../support/slack/fake-workspace.ts';
import { type SlackFake, startSlackFake } from '../support/slack/slack-fake.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const inputs = {
  type: 'object',
  properties: { customer: { type: 'string' }, amount: { type: 'number' } },
  required: ['customer'],
};

describe.skipIf(isMongoMissing())('what starts a workflow by itself, on the board', () => {
  let database: TestDatabase;
  let slack: SlackFake;
  let board: HttpFixture;
  let visitor: BoardVisitor;
  let id: string;
  let path: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    slack = await startSlackFake({
      clock: systemClock,
      seed: { channels: [...DEFAULT_SEED.channels, { id: 'C0QUIET', name: 'quiet', members: ['U0ANA'] }] },
    });
    const connection = createSlackConnection({
      botToken: slack.botToken,
      slackApiUrl: slack.apiUrl,
      clock: systemClock,
      logger: createLogger('fatal'),
    });
    const triggerForms = createBoardTriggers(() => Promise.resolve(connection), 'http://localhost:3000');
    board = await createHttpFixture(database.uri, { triggerForms });
    board.clock.set(new Date());
    visitor = await signInAs(board, 'U0ANA');
    await memberModel(board.database).updateOne({ orgId: testOrgId, userId: 'U0ANA' }, { role: 'owner' });
    id = (await board.createWorkflow([userMessage('tell')], inputs)).id;
    path = `/board/workflows/${id}`;
  });
  afterAll(async () => {
    await board.close();
    await slack.close();
    await database.drop();
  });

  async function triggerNamed(name: string): Promise<Trigger> {
    const { body } = await board.ask<{ items: Trigger[] }>('GET', `/api/workflows/${id}/triggers`);
    const found = body.items.find((one) => one.name === name);
    if (found === undefined) throw new Error(`there is no trigger ${name}`);
    return found;
  }
  const pageOf = async (name: string): Promise<string> => `${path}/triggers/${(await triggerNamed(name)).id}`;
  const follow = ({ headers }: BoardAnswer): Promise<BoardAnswer> =>
    visitor.get(headers.get('location')?.split('#')[0] ?? '');

  it('keeps what was typed while Slack cannot be asked', async () => {
    const form = readForm(await visitor.get(`${path}/new-trigger/message`));
    slack.failNext({ method: 'conversations.list', status: 429 });
    const limited = await form.send(visitor, {
      Name: 'Complaints',
      Channels: '#general',
      'Words, or the regular expression': 'complaint',
    });
    expect(limited.status).toBe(503);
    expect(limited.text).toContain('Slack asks to wait a moment. Nothing was saved. Please try again.');
    const made = await readForm(limited).send(visitor);
    expect(made.status).toBe(303);
    const where = readForm(await visitor.get(await pageOf('Complaints')), 'id="part-where"');
    slack.failNext({ method: 'users.lookupByEmail', status: 503 });
    const asked = 'Only when these people write';
    const silent = await where.send(visitor, { [asked]: 'ana@example.com' });
    expect(silent.status).toBe(503);
    expect(silent.text).toContain('Slack does not answer at the moment. Nothing was saved.');
    expect((await readForm(silent, 'id="part-where"').send(visitor)).status).toBe(303);
    expect(await triggerNamed('Complaints')).toMatchObject({
      settings: { from: [expect.stringMatching(/^U/)] },
    });
  });

  it('makes a trigger for messages in a channel, and shows what it gives the task', async () => {
    const form = readForm(await visitor.get(`${path}/new-trigger/message`));
    const typed = { Name: 'Refunds', 'Words, or the regular expression': 'refund of' };
    const refused = await form.send(visitor, { ...typed, Channels: '#nowhere' });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('nowhere');
    const made = await readForm(refused).send(visitor, { Channels: '#general' });
    expect(made.status).toBe(303);
    expect(await triggerNamed('Refunds')).toMatchObject({
      kind: 'message',
      enabled: true,
      settings: {
        match: { by: 'keywords', keywords: ['refund of'] },
        channels: [expect.stringMatching(/^C/)],
      },
    });
    expect((await follow(made)).text).toMatch(/id="part-inputs" open/);
    expect((await visitor.get(`${path}/edit`)).text).toContain(await pageOf('Refunds'));
  });

  it('says where it hears nothing, because the bot is not in the channel', async () => {
    const page = await pageOf('Refunds');
    const hears = await visitor.get(page);
    expect(hears.text).not.toContain('I am not in');
    const where = readForm(hears, 'id="part-where"');
    await where.send(visitor, { Channels: '#general, #quiet' });
    const deaf = (await visitor.get(page)).text;
    expect(deaf).toContain('I am not in #C0QUIET: invite me with /invite @baton. Until then I hear nothing');
    await readForm(await visitor.get(page), 'id="part-where"').send(visitor, { Channels: '#general' });
  });

  it('changes it part by part, and marks what is wrong where it was typed', async () => {
    const page = await pageOf('Refunds');
    const match = readForm(await visitor.get(page), 'id="part-match"');
    const wrong = await match.send(visitor, {
      Messages: 'That match a regular expression',
      'Words, or the regular expression': 'refund of (?P<amount>\\d+',
    });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toMatch(/class="error"/);
    const right = readForm(wrong, 'id="part-match"');
    await right.send(visitor, {
      'Words, or the regular expression': 'refund of (?P<amount>\\d+) to (?P<customer>\\w+)',
    });
    const gives = readForm(await visitor.get(page), 'id="part-inputs"');
    await gives.send(visitor, { Customer: '{{groups.customer}}', Amount: '{{groups.amount}}' });
    expect(await triggerNamed('Refunds')).toMatchObject({
      settings: { match: { by: 'pattern' }, inputsTemplate: { amount: '{{groups.amount}}' } },
    });
    const tried = readForm(await visitor.get(page), 'id="part-try"');
    const result = await tried.send(visitor, { 'A sample text': 'Please make a refund of 42 to Acme' });
    expect(result.text).toContain('It would start a task');
    expect(result.text).toMatch(/Acme/);
    // Two forms that were open at once: what the first one saved is not overwritten by the second.
    const [first, second] = await Promise.all([visitor.get(page), visitor.get(page)]);
    await readForm(first, 'id="part-name"').send(visitor, { Name: 'Refunds asked for' });
    const late = await readForm(second, 'id="part-name"').send(visitor, { Name: 'Other' });
    expect(late.status).toBe(422);
    expect(late.text).toContain('Somebody else changed this while your form was open');
    expect((await triggerNamed('Refunds asked for')).id).toBe(page.split('/').at(-1));
  });

  it('makes a schedule in words, changes it, and tells its next times', async () => {
    const form = readForm(await visitor.get(`${path}/new-trigger/schedule`));
    const refused = await form.send(visitor, { When: 'whenever', Customer: 'Acme' });
    expect(refused.status).toBe(422);
    expect(refused.text).toMatch(/every Monday/i);
    const made = await readForm(refused).send(visitor, {
      When: 'every Monday at 9am',
      'By the clocks of': 'UTC',
    });
    expect(made.status).toBe(303);
    const shown = await follow(made);
    expect(shown.text).toMatch(/<dt>Next<\/dt><dd><time/);
    expect(shown.text).toContain('Nothing yet: none of its times has come.');
    const times = readForm(shown, 'id="part-times"');
    const saved = await times.send(visitor, {
      When: 'every Friday at 17:00',
      'When the task of the time before is still running': 'Leave out this time',
    });
    expect(saved.status).toBe(303);
    const { body } = await board.ask<{ items: unknown[] }>('GET', `/api/workflows/${id}/schedules`);
    expect(body.items).toEqual([
      expect.objectContaining({ cron: '0 17 * * 5', overlap: 'skip', inputsTemplate: { customer: 'Acme' } }),
    ]);
  });

  it('marks what a schedule gives wrongly at its input, and lets two run at the same time', async () => {
    const form = readForm(await visitor.get(`${path}/new-trigger/schedule`));
    const when = 'every Sunday at 6:00';
    const refused = await form.send(visitor, { When: when, Customer: 'Acme', Amount: 'many' });
    expect(refused.status).toBe(422);
    expect(refused.text).toMatch(
      /Amount[^]*?<p class="error"[^>]*>Must be a number, such as 42 or 12\.5\.<\/p>/,
    );
    expect((await readForm(refused).send(visitor, { Amount: '5' })).status).toBe(303);
    expect((await form.send(visitor, { When: when, Customer: 'Beta' })).status).toBe(303);
    const { id: second } = await triggerNamed('Every Sunday at 06:00 (2)');
    const times = readForm(await visitor.get(`${path}/triggers/${second}`), 'id="part-times"');
    await times.send(visitor, { When: 'every Saturday at 6:00' });
    await triggerNamed('Every Saturday at 06:00');
  });

  it('changes when a schedule runs, and keeps the inputs that its form does not show', async () => {
    const schedules = `/api/workflows/${id}/schedules`;
    const long = `{{today}} ${'x'.repeat(3_000)}`;
    const made = await board.ask<{ id: string }>('POST', schedules, {
      body: {
        name: 'Nightly',
        when: 'every day at 3am',
        inputsTemplate: { customer: long, note: 'by night' },
      },
    });
    const page = await visitor.get(`${path}/triggers/${made.body.id}`);
    const saved = await readForm(page, 'id="part-times"').send(visitor, {
      When: 'every day at 4am',
      Amount: '7',
    });
    expect(saved.status).toBe(303);
    const { body } = await board.ask('GET', `${schedules}/${made.body.id}`);
    expect(body).toMatchObject({
      cron: '0 4 * * *',
      inputsTemplate: { customer: long, note: 'by night', amount: '7' },
    });
  });

  it('makes an intake with a command that works when it is pasted', async () => {
    const form = readForm(await visitor.get(`${path}/new-trigger/intake`));
    const made = await form.send(visitor, { Name: 'Web shop' });
    expect(made.status).toBe(200);
    expect(made.headers.get('cache-control')).toBe('no-store');
    const markup = /<pre class="command">([^<]+)</.exec(made.text)?.[1] ?? '';
    const command = markup.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
    const here = command.replace('http://localhost:3000', board.url);
    const { stdout } = await promisify(execFile)('sh', ['-c', here]);
    expect(JSON.parse(stdout)).toMatchObject({ work_id: expect.any(String) });
    const page = await visitor.get(await pageOf('Web shop'));
    expect(page.text).toContain('$BATON_KEY');
    expect(page.text).not.toContain(/Bearer (user-[\w.-]+)/.exec(command)?.[1]);
    // The log says what became of it.
    expect(page.text).toContain('Started task');
  });

  it('makes the inputs of an intake out of places in the body, with a command that shows such a body', async () => {
    const page = await pageOf('Web shop');
    const first = await visitor.get(page);
    expect(first.text).toContain('the fields of the body are the inputs');
    const wrong = await readForm(first, 'id="part-inputs"').send(visitor, { Customer: '{{order.name}}' });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toMatch(/Customer[^]*?<p class="error"[^>]*>[^<]*body/);
    const typed = { Customer: '{{body.order.name}}', Amount: '{{body.order.total}}' };
    expect((await readForm(wrong, 'id="part-inputs"').send(visitor, typed)).status).toBe(303);
    const inputsTemplate = { customer: '{{body.order.name}}', amount: '{{body.order.total}}' };
    expect((await triggerNamed('Web shop')).settings).toMatchObject({ inputsTemplate, outputTemplate: null });
    const mapped = await visitor.get(page);
    expect(mapped.text).toContain('{&quot;order&quot;:{&quot;name&quot;:&quot;text&quot;');
    const emptied = readForm(mapped, 'id="part-inputs"').send(visitor, { Customer: '', Amount: '' });
    expect((await emptied).status).toBe(303);
    expect((await triggerNamed('Web shop')).settings).toMatchObject({ inputsTemplate: null });
  });

  it('says of a form that was sent twice that its intake is there, and where new secrets are made', async () => {
    const form = readForm(await visitor.get(`${path}/new-trigger/intake`));
    await form.send(visitor, { Name: 'Clicked twice' });
    const second = await form.send(visitor, { Name: 'Clicked twice' });
    expect(second.status).toBe(200);
    const { id: intakeId } = await triggerNamed('Clicked twice');
    expect(second.text).toContain(`${path}/triggers/${intakeId}`);
    expect(second.text).toContain('/workflow keys');
    expect(second.text).toContain(`intakes/${intakeId}/rotate-secret`);
    // Another name is another intake, also in a form to which somebody has gone back.
    await form.send(visitor, { Name: 'Clicked again' });
    expect((await triggerNamed('Clicked again')).id).not.toBe(intakeId);
  });

  it('says in the log why it started nothing', async () => {
    await visitor.post(`${path}/status`, { status: 'PAUSED' });
    const intake = await triggerNamed('Web shop');
    await board.ask('POST', `/v1/intake/${intake.id}`, { body: { customer: 'Acme' } });
    const { text } = await visitor.get(await pageOf('Web shop'));
    expect(text).toMatch(/Refused<\/span><\/td><td>[^<]*paused/i);
    expect(text).toContain('Until it is active, this starts nothing.');
    await visitor.post(`${path}/status`, { status: 'ACTIVE' });
  });

  it('switches each off and on, and deletes it once that is confirmed', async () => {
    const page = await pageOf('Web shop');
    await visitor.post(`${page}/switch`, { enabled: 'off' });
    expect(await triggerNamed('Web shop')).toMatchObject({ enabled: false });
    expect((await visitor.get(page)).text).toContain('Switch on');
    const asked = await visitor.get(`${page}/delete`);
    expect(asked.text).toContain('are refused from then on');
    expect((await visitor.get(page)).status).toBe(200);
    await readForm(asked).send(visitor);
    expect((await visitor.get(page)).status).toBe(404);
  });

  it('shows them to whoever sees the workflow, and lets nobody change them who may not', async () => {
    const other = await signInAs(board, 'U0BO');
    const page = await pageOf('Refunds asked for');
    const shown = await other.get(page);
    expect(shown.status).toBe(200);
    expect(shown.text).not.toContain('Delete');
    expect((await other.get(`${path}/new-trigger/message`)).status).toBe(403);
    expect((await other.get(`${page}/delete`)).status).toBe(403);
    for (const address of [page, `${page}/switch`, `${page}/delete`, `${page}/try`]) {
      expect((await other.post(address, { part: 'name' })).status, address).toBe(403);
    }
    expect(await triggerNamed('Refunds asked for')).toMatchObject({ enabled: true });
  });
});
