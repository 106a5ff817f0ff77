import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { JsonSchema } from '../../src/domain/json-schema.ts';
import { human, testOrgId, userMessage } from '../support/builders.ts';
import { decideButtons, people, type PeopleStage, startPeopleStage, words } from '../support/people-stage.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const { ana, bo, chi, dee } = people;
const replySchema: JsonSchema = {
  type: 'object',
  properties: { reply: { type: 'string', minLength: 1 }, refund: { type: 'number', minimum: 0 } },
  required: ['reply'],
};

describe.skipIf(isMongoMissing())('people who decide in Slack', () => {
  let database: TestDatabase;
  let stage: PeopleStage;

  beforeAll(async () => {
    database = await createTestDatabase();
    stage = await startPeopleStage(database.uri);
  });
  afterAll(async () => {
    await stage.close();
    await database.drop();
  });
  afterEach(async () => {
    expect(stage.bot.slack.violations()).toEqual([]);
    await stage.pass(120_000);
  });

  it('show a live count, and who has chosen, in every ask', async () => {
    await stage.start([human('pay', { assignees: [bo, chi, dee], policy: { required: 3 } })]);
    await stage.click('bo', 'Approve');
    for (const who of ['bo', 'chi', 'dee'] as const) {
      expect(words(stage.ask(who))).toContain('1 of 3 approved so far');
      expect(words(stage.ask(who))).toContain(`<@${bo}> chose “Approve”`);
    }
    await stage.click('chi', 'Approve');
    expect(words(stage.ask('dee'))).toContain('2 of 3 approved so far');
    await stage.click('dee', 'Approve');
    expect(await stage.task()).toMatchObject({ status: 'COMPLETED' });
  });

  it('may change their vote while it is open, and not cast the same one twice', async () => {
    await stage.start([
      human('pay', { assignees: [bo, chi], policy: { required: 2, rejectionsRequired: 2 } }),
    ]);
    await stage.click('bo', 'Approve');
    await stage.click('bo', 'Approve');
    await expect.poll(() => stage.told('bo')).toContain('You already chose');
    expect((await stage.step()).votes).toHaveLength(1);
    expect(words(stage.ask('bo'))).toContain('can choose again');
    await stage.click('bo', 'Reject');
    await stage.bot.slack.submitView({ user: bo, values: { Reason: 'Second thoughts' } });
    await stage.settle();
    expect((await stage.step()).votes).toMatchObject([{ outcome: 'rejected', comment: 'Second thoughts' }]);
    expect(words(stage.ask('chi'))).toContain('Second thoughts');
    const [, changed] = await stage.log('WORKFLOW_STEP_EXECUTION_DECIDED');
    expect(changed?.data).toMatchObject({ changedFrom: 'approved' });
  });

  it('reject with one vote unless the step wants more', async () => {
    await stage.start([human('pay', { assignees: [bo, chi, dee], policy: { required: 3 } })]);
    await stage.click('bo', 'Approve');
    await stage.click('chi', 'Reject');
    await stage.bot.slack.submitView({ user: chi, values: { Reason: 'No budget' } });
    await stage.settle();
    expect((await stage.step()).outcome).toBe('rejected');
  });

  it('are refused by the two-person rules, on the ask, on the Home tab and by reassignment', async () => {
    await stage.start([human('pay', { assignees: ['@finance'], policy: { excludeStarter: true } })], {
      by: 'bo',
    });
    const where = '#general';
    await stage.click('bo', 'Approve', where);
    await expect.poll(() => stage.told('bo')).toContain('You started this task');
    await stage.bot.slack.openHome(bo);
    await stage.bot.slack.clickInView({ user: bo, viewId: homeId(bo), buttonText: 'Approve' });
    await stage.settle();
    await expect.poll(() => stage.shown('bo')).toContain('You started this task');
    const { id } = await stage.task();
    await stage.command('bo', `reassign ${id} to=<@${bo}>`);
    await expect.poll(() => stage.told('bo')).toContain('must be decided by somebody else');
    expect((await stage.step()).votes).toEqual([]);
    await stage.click('chi', 'Approve', where);
    expect(await stage.task()).toMatchObject({ status: 'COMPLETED' });
  });

  it('who decided an earlier step do not decide the next', async () => {
    await stage.start([
      human('first', { assignees: [bo] }),
      human('second', { assignees: ['@finance'], policy: { excludePrevious: true } }),
    ]);
    await stage.click('bo', 'Approve');
    await stage.click('bo', 'Approve', '#general');
    await expect.poll(() => stage.told('bo')).toContain('You decided an earlier step');
    await stage.click('dee', 'Approve', '#general');
    expect(await stage.task()).toMatchObject({ status: 'COMPLETED' });
  });

  it('edit what they approve; the change goes on, and is said', async () => {
    const steps = [
      human('draft', {
        assignees: [bo],
        inputsTemplate: { message: 'Send this?' },
        outputSchema: replySchema,
        prefill: { reply: 'Dear {{inputs.customer}}, we are sorry.' },
      }),
      userMessage('send', {
        assignee: chi,
        inputsTemplate: { message: 'Send: {{steps.draft.output.reply}}' },
      }),
    ];
    await stage.start(steps, {
      inputs: { customer: 'Acme' },
      inputsSchema: { type: 'object', properties: { customer: { type: 'string' } } },
    });
    await stage.click('bo', 'Approve');
    expect((await stage.step()).votes).toEqual([]);
    expect(JSON.stringify(stage.bot.slack.modals(bo).at(-1))).toContain('Dear Acme, we are sorry.');
    const refused = await stage.bot.slack.submitView({
      user: bo,
      values: { Reply: 'Dear Acme, never mind.', Refund: '-1' },
    });
    expect(refused.outcome).toMatch(/errors|refused/);
    const sent = await stage.bot.slack.submitView({
      user: bo,
      values: { Reply: 'Dear Acme, never mind.', Refund: '3' },
    });
    expect(sent.outcome).toBe('closed');
    await stage.settle();
    const { stack } = await stage.task();
    expect(stack[0]).toMatchObject({
      outcome: 'approved',
      output: { reply: 'Dear Acme, never mind.', refund: 3 },
    });
    expect(words(stage.ask('chi'))).toContain('Send: Dear Acme, never mind.');
    const [decided] = await stage.log('WORKFLOW_STEP_EXECUTION_DECIDED');
    expect(decided?.data).toMatchObject({ edits: [{ field: 'reply' }], isDigestGiven: true });
    const note = stage.bot.slack
      .messages('#general')
      .findLast((message) => words(message).includes('became'));
    expect(words(note)).toContain('we are sorry');
    expect(words(note)).toContain('never mind');
  });

  it('are told what the first of two has edited, before they agree and after', async () => {
    const step = human('draft', {
      assignees: [bo, chi],
      policy: { required: 2 },
      inputsTemplate: { message: 'Send this?' },
      outputSchema: { type: 'object', properties: { reply: { type: 'string', title: 'Reply' } } },
      prefill: { reply: 'Dear Acme, we are sorry.' },
    });
    await stage.start([step]);
    await stage.click('bo', 'Approve');
    await stage.bot.slack.submitView({ user: bo, values: { Reply: 'Dear Acme, never mind.' } });
    await stage.settle();
    expect(words(stage.ask('chi'))).toContain('never mind');
    await stage.click('chi', 'Approve');
    await stage.bot.slack.submitView({ user: chi, values: {} });
    await stage.settle();
    expect(await stage.task()).toMatchObject({ status: 'COMPLETED' });
    const note = stage.bot.slack
      .messages('#general')
      .findLast((message) => words(message).includes('became'));
    for (const shown of [words(note), stage.shown('bo'), stage.shown('chi')]) {
      expect(shown).toContain('we are sorry');
      expect(shown).toContain('never mind');
    }
  });

  it('need no form to refuse, only the reason', async () => {
    await stage.start([human('draft', { assignees: [bo], outputSchema: replySchema })]);
    await stage.click('bo', 'Reject');
    const modal = JSON.stringify(stage.bot.slack.modals(bo).at(-1));
    expect(modal).toContain('Reason');
    expect(modal).not.toContain('"Reply"');
    await stage.bot.slack.submitView({ user: bo, values: { Reason: 'Wrong customer' } });
    await stage.settle();
    expect((await stage.task()).stack[0]).toMatchObject({ outcome: 'rejected', comment: 'Wrong customer' });
  });

  it('get no form when they may not decide', async () => {
    await stage.start([human('draft', { assignees: ['@finance'], outputSchema: replySchema })]);
    await stage.click('eve', 'Approve', '#general');
    expect(stage.bot.slack.modals(people.eve)).toEqual([]);
    await expect.poll(() => stage.told('eve')).toContain('Only @finance can decide this');
  });

  it('decide on what they saw: a button of something else is refused, and shown anew', async () => {
    await stage.start([human('pay', { assignees: [bo] })]);
    const ask = stage.ask('bo');
    const forged = JSON.parse(
      JSON.stringify(ask).replaceAll(/\\"d\\":\\"[0-9a-f]{64}\\"/g, `\\"d\\":\\"${'0'.repeat(64)}\\"`),
    );
    expect(JSON.stringify(forged)).not.toBe(JSON.stringify(ask));
    const before = stage.bot.slack.calls('chat.update').length;
    await stage.bot.slack.clickButton({
      user: bo,
      channel: bo,
      ts: ask.ts,
      buttonText: 'Approve',
      seen: forged,
    });
    await stage.settle();
    await expect.poll(() => stage.told('bo')).toContain('has changed since you saw it');
    await expect.poll(() => stage.bot.slack.calls('chat.update').length).toBe(before + 1);
    expect((await stage.step()).votes).toEqual([]);
    await stage.click('bo', 'Approve');
    expect(await stage.task()).toMatchObject({ status: 'COMPLETED' });
  });

  it('mark a message to a channel as done when they are in it, unless the step names people', async () => {
    await stage.start([userMessage('clean', { assignee: '#general' })]);
    await stage.click('eve', 'Mark done', '#general');
    expect(await stage.task()).toMatchObject({ status: 'COMPLETED' });
    const named = userMessage('clean', { assignees: ['#general', chi] });
    delete (named as { assignee?: string }).assignee;
    await stage.start([named]);
    await stage.click('eve', 'Mark done', '#general');
    expect(await stage.task()).toMatchObject({ status: 'RUNNING' });
    await stage.click('chi', 'Mark done', '#general');
    expect(await stage.task()).toMatchObject({ status: 'COMPLETED' });
  });

  it('get the buttons privately when they answer with words; nobody else does', async () => {
    await stage.start([human('pay', { assignees: ['@finance'] })]);
    const { ts, thread_ts: threadTs } = stage.ask('#general');
    const root = typeof threadTs === 'string' ? threadTs : ts;
    const before = stage.bot.slack.ephemerals(people.eve).length;
    await stage.bot.slack.postAs({ user: people.eve, channel: '#general', text: 'approved', threadTs: root });
    await stage.bot.slack.postAs({
      user: chi,
      channel: '#general',
      text: 'who approved this?',
      threadTs: root,
    });
    await stage.settle();
    expect(stage.bot.slack.ephemerals(people.eve)).toHaveLength(before);
    const told = stage.bot.slack.ephemerals(chi).length;
    await stage.bot.slack.postAs({ user: chi, channel: '#general', text: 'LGTM!', threadTs: root });
    await stage.settle();
    const own = stage.bot.slack.ephemerals(chi);
    expect(own).toHaveLength(told + 1);
    expect(words(own.at(-1))).toContain('only the buttons count');
    expect((await stage.step()).votes).toEqual([]);
    const message = own.at(-1);
    await stage.bot.slack.clickButton({
      user: chi,
      channel: '#general',
      ts: message?.ts ?? '',
      buttonText: 'Approve',
    });
    await stage.settle();
    expect(await stage.task()).toMatchObject({ status: 'COMPLETED' });
    const last = stage.bot.slack.ephemerals(chi).at(-1);
    expect(decideButtons(last)).toBe(0);
    expect(words(last)).toContain('Approved by');
  });

  it('get the buttons in the thread of a direct message too, and help when they write to the bot', async () => {
    await stage.start([human('direct', { assignees: [bo] })]);
    await stage.bot.slack.postAs({ user: bo, channel: bo, text: ':+1:', threadTs: stage.ask('bo').ts });
    await stage.settle();
    await expect.poll(() => stage.told('bo')).toContain('only the buttons count');
    await stage.bot.slack.postAs({ user: bo, channel: bo, text: 'mine' });
    await stage.settle();
    await expect.poll(() => stage.told('bo')).toContain('Decide direct?');
    await stage.bot.slack.postAs({ user: bo, channel: bo, text: 'hello there' });
    await stage.settle();
    await expect.poll(() => stage.told('bo')).toContain('/workflow');
    expect((await stage.step()).votes).toEqual([]);
  });

  it('pass an ask on with a note: who is asked, who started it, and who manages it, and nobody else', async () => {
    const { id } = await stage.start([human('pass', { assignees: [dee] })], { by: 'chi' });
    const seen = stage.ask('dee');
    await stage.command('eve', `reassign ${id} to=<@${people.eve}>`);
    await expect.poll(() => stage.told('eve')).toMatch(/can reassign|can do this|no task/i);
    expect((await stage.step()).assignees).toEqual([dee]);
    await stage.command('dee', `reassign ${id} to=<@${bo}> note="I am on leave"`);
    expect((await stage.step()).assignees).toEqual([bo]);
    const old = stage.bot.slack.messages(dee).find(({ ts }) => ts === seen.ts);
    expect(decideButtons(old)).toBe(0);
    expect(words(old)).toContain(`asked <@${bo}> instead`);
    expect(words(old)).toContain('I am on leave');
    expect(words(stage.ask('bo'))).toContain('I am on leave');
    await stage.bot.slack.clickButton({ user: dee, channel: dee, ts: seen.ts, buttonText: 'Approve', seen });
    await expect.poll(() => stage.told('dee')).toContain('was reassigned');
    await stage.command('chi', `reassign ${id} to=<@${chi}>`);
    expect((await stage.step()).assignees).toEqual([chi]);
    await stage.command('ana', `reassign ${id} to=@finance`);
    expect((await stage.step()).assignees).toEqual(['@finance']);
    await stage.click('bo', 'Approve', '#general');
    expect(await stage.task()).toMatchObject({ status: 'COMPLETED' });
  });

  it('are told when their task was cancelled, and its messages are closed', async () => {
    const { id } = await stage.start([userMessage('clean', { assignee: bo })]);
    const seen = stage.ask('bo');
    await stage.bot.fixture.engine.execute(testOrgId, id, {
      type: 'cancel',
      reason: null,
      by: { kind: 'person', userId: ana, name: 'Ana', email: null, handles: [], channels: [] },
    });
    await stage.settle();
    const now = stage.bot.slack.messages(bo).find(({ ts }) => ts === seen.ts);
    expect(decideButtons(now)).toBe(0);
    await stage.bot.slack.clickButton({ user: bo, channel: bo, ts: seen.ts, buttonText: 'Mark done', seen });
    await expect.poll(() => stage.told('bo')).toContain('already cancelled');
  });

  function homeId(user: string): string {
    return stage.bot.slack.homeView(user)?.id ?? '';
  }
});
