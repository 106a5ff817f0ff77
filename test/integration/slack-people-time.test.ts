import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { human, testOrgId, userMessage } from '../support/builders.ts';
import { decideButtons, people, type PeopleStage, startPeopleStage, words } from '../support/people-stage.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const { ana, bo, chi, dee, eve } = people;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const minuteMs = 60_000;

describe.skipIf(isMongoMissing())('reminders and deadlines in Slack', () => {
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
    await stage.pass(5 * minuteMs);
  });

  function reminders(channel: string, about: string): string[] {
    return stage.bot.slack
      .messages(channel)
      .map(words)
      .filter((text) => text.includes('Still waiting for') && text.includes(about));
  }

  it('wait for the working hours of the person, and say what, since when and how many', async () => {
    await stage.passTo(5, 15);
    await stage.start([human('slow', { assignees: [bo], reminder: { every: '4h', max: 2 } })]);
    // Friday 19:00 is no working hour; Monday 09:00 is the next.
    await stage.pass(4 * hourMs + minuteMs);
    expect(reminders(bo, 'slow')).toEqual([]);
    await stage.passTo(7, 12);
    expect(reminders(bo, 'slow')).toEqual([]);
    await stage.passTo(1, 10);
    const found = reminders(bo, 'slow');
    // The second one, which fell due at night, stands for both.
    expect(found).toHaveLength(1);
    expect(found[0]).toContain('Reminder 2 of 2');
    expect(found[0]).toContain('since <!date^');
    const inThread = stage.bot.slack
      .messages(bo)
      .findLast((message) => words(message).includes('Reminder 2'));
    expect(inThread?.thread_ts).toBe(stage.ask('bo').ts);
    await stage.pass(5 * dayMs);
    expect(reminders(bo, 'slow')).toHaveLength(1);
  });

  it('keep to the hours that the person has set', async () => {
    const by = {
      access: { orgId: testOrgId, role: 'member', teamIds: [], userId: bo, handler: null },
      actor: { kind: 'system' },
    } as const;
    const night = { days: [6, 7], from: '22:00', to: '02:00' };
    await stage.bot.org.settings.change(by, testOrgId, bo, { workingHours: night });
    await stage.passTo(3, 10);
    await stage.start([human('owl', { assignees: [bo], reminder: { every: '1h', max: 1 } })]);
    await stage.passTo(6, 21);
    expect(reminders(bo, 'owl')).toEqual([]);
    await stage.passTo(6, 23);
    expect(reminders(bo, 'owl')).toHaveLength(1);
    await stage.bot.org.settings.change(by, testOrgId, bo, { workingHours: null });
  });

  it('go at once where the step says so, and only to those who have not chosen', async () => {
    await stage.passTo(7, 3);
    await stage.start([
      human('some', {
        assignees: [bo, chi],
        policy: { required: 2 },
        reminder: { every: '1h', max: 3, workingHours: false },
      }),
    ]);
    await stage.click('bo', 'Approve');
    await stage.pass(hourMs + minuteMs);
    expect(reminders(bo, 'some')).toEqual([]);
    expect(reminders(chi, 'some')).toHaveLength(1);
    await stage.click('chi', 'Approve');
    await stage.pass(3 * hourMs);
    expect(reminders(chi, 'some')).toHaveLength(1);
  });

  it('do not disturb those who are away', async () => {
    await stage.passTo(2, 10);
    await stage.start([human('gone', { assignees: [bo], reminder: { every: '1h', max: 1 } })]);
    await stage.command('bo', 'away for 2d');
    await stage.pass(5 * hourMs);
    expect(reminders(bo, 'Decide gone')).toEqual([]);
    await stage.passTo(5, 10);
    expect(reminders(bo, 'Decide gone')).toHaveLength(1);
  });

  it('warn once of a deadline, then escalate; the old ask says so and stays answerable', async () => {
    await stage.passTo(2, 10);
    await stage.start([
      human('late', { assignees: [bo], deadline: { after: '4h', then: 'escalate', escalateTo: [chi] } }),
    ]);
    expect(words(stage.ask('bo'))).toMatch(/Due <!date.*then escalates to <@U01CHI>/);
    await stage.pass(3 * hourMs + minuteMs);
    expect(reminders(bo, 'late')).toHaveLength(1);
    expect(reminders(bo, 'late')[0]).toContain('The deadline is near');
    expect(reminders(bo, 'late')[0]).toContain('then escalates to');
    await stage.pass(30 * minuteMs);
    expect(reminders(bo, 'late')).toHaveLength(1);
    await stage.pass(30 * minuteMs);
    expect((await stage.step()).assignees).toEqual([bo, chi]);
    expect(words(stage.ask('bo'))).toContain('Escalated to');
    expect(stage.shown('#general')).toContain('Escalated to');
    expect(words(stage.ask('chi'))).toContain('Decide late?');
    await stage.click('bo', 'Approve');
    expect(await stage.task()).toMatchObject({ status: 'COMPLETED' });
  });

  it('escalate so that the old ask is closed, where the step says so', async () => {
    await stage.passTo(2, 10);
    await stage.start([
      human('shut', {
        assignees: [bo],
        deadline: { after: '2h', then: 'escalate', escalateTo: [chi], keepAnswerable: false },
      }),
    ]);
    const seen = stage.ask('bo');
    await stage.pass(2 * hourMs + minuteMs);
    const now = stage.bot.slack.messages(bo).find(({ ts }) => ts === seen.ts);
    expect(decideButtons(now)).toBe(0);
    expect(words(now)).toContain(`Escalated to <@${chi}>`);
    await stage.bot.slack.clickButton({ user: bo, channel: bo, ts: seen.ts, buttonText: 'Approve', seen });
    await expect.poll(() => stage.told('bo')).toContain('was escalated');
    await stage.click('chi', 'Approve');
    expect(await stage.task()).toMatchObject({ status: 'COMPLETED' });
  });

  it('escalate to who stands in for the one who did not answer', async () => {
    await stage.passTo(2, 10);
    await stage.command('bo', `away for 1h delegate <@${dee}>`);
    await stage.pass(2 * hourMs);
    await stage.start([
      human('deputy', {
        assignees: [bo],
        deadline: { after: '2h', then: 'escalate', escalateTo: ['@delegate'] },
      }),
    ]);
    await stage.pass(2 * hourMs + minuteMs);
    expect((await stage.step()).assignees).toContain(dee);
    expect(words(stage.ask('dee'))).toContain(`You are asked for <@${bo}>, who has not answered`);
    await stage.start([
      human('lonely', {
        assignees: [chi],
        deadline: { after: '2h', then: 'escalate', escalateTo: ['@delegate'] },
      }),
    ]);
    await stage.pass(2 * hourMs + minuteMs);
    expect((await stage.step()).asks.at(-1)?.closed?.why).toBe('no-delegate');
    expect(stage.shown('ana')).toMatch(/❗.*lonely/i);
  });

  it('stop the task, or take the condition that the step names', async () => {
    await stage.passTo(2, 10);
    await stage.start([human('fail', { assignees: [bo], deadline: { after: '2h', then: 'fail' } })]);
    expect(words(stage.ask('bo'))).toContain('then the task stops');
    await stage.pass(2 * hourMs + minuteMs);
    expect(await stage.task()).toMatchObject({ status: 'FAILED', failure: { code: 'deadline-passed' } });
    await stage.start([
      human('auto', {
        assignees: [bo],
        deadline: { after: '2h', then: 'rejected' },
        handoffs: [
          { condition: 'approved', to: 'complete' },
          { condition: 'rejected', to: 'complete' },
        ],
      }),
    ]);
    const seen = stage.ask('bo');
    await stage.pass(2 * hourMs + minuteMs);
    expect((await stage.task()).stack[0]).toMatchObject({ outcome: 'rejected', actor: { kind: 'system' } });
    await stage.bot.slack.clickButton({ user: bo, channel: bo, ts: seen.ts, buttonText: 'Approve', seen });
    await expect.poll(() => stage.told('bo')).toContain('Nobody decided in time');
  });

  it('remind of messages, and end with them', async () => {
    await stage.passTo(2, 10);
    await stage.start([
      userMessage('ship', {
        assignee: chi,
        reminder: { every: '1h', max: 5 },
        deadline: { after: '4h', then: 'escalate', escalateTo: [eve] },
      }),
    ]);
    await stage.pass(hourMs + minuteMs);
    expect(reminders(chi, 'Please do ship')[0]).toContain('you to mark as done');
    await stage.command('ana', `reassign ${(await stage.task()).id} to=<@${dee}> note="Chi is busy"`);
    expect(words(stage.ask('dee'))).toContain('Chi is busy');
    await stage.click('dee', 'Mark done');
    await stage.pass(5 * hourMs);
    expect(reminders(dee, 'Please do ship').length).toBeLessThanOrEqual(1);
    expect(await stage.task()).toMatchObject({ status: 'COMPLETED' });
  });

  it('refund over 1,000: two of three finance people, not the requester, reminded daily, escalated after two days', async () => {
    await stage.passTo(1, 10);
    await stage.start(
      [
        human('refund_ok', {
          inputsTemplate: { message: 'Approve refund of {{inputs.amount}} to {{inputs.customer}}?' },
          assignees: [bo, chi, dee],
          policy: { required: 2, excludeStarter: true },
          reminder: { every: '1d', max: 5 },
          deadline: { after: '2d', then: 'escalate', escalateTo: [eve] },
          handoffs: [
            { condition: 'approved', to: 'pay' },
            { condition: 'rejected', to: 'complete' },
          ],
        }),
        userMessage('pay', { assignee: ana, inputsTemplate: { message: 'Pay {{inputs.amount}}' } }),
      ],
      {
        by: 'bo',
        inputs: { amount: 1_500, customer: 'Acme' },
        inputsSchema: {
          type: 'object',
          properties: { amount: { type: 'number' }, customer: { type: 'string' } },
        },
      },
    );
    // Bo asked for it, so Bo is not even asked.
    const { asks } = await stage.step();
    expect(asks.map(({ recipient, closed }) => [recipient, closed?.why ?? 'open'])).toEqual([
      [bo, 'excluded'],
      [chi, 'open'],
      [dee, 'open'],
    ]);
    expect(stage.shown('bo')).not.toContain('Approve refund of 1500');
    await stage.click('chi', 'Approve');
    expect(words(stage.ask('dee'))).toContain('1 of 2 approved so far');
    await stage.passTo(2, 11);
    expect(reminders(chi, 'Approve refund of 1500')).toEqual([]);
    expect(reminders(dee, 'Approve refund of 1500')).toHaveLength(1);
    expect(reminders(dee, 'Approve refund of 1500')[0]).toContain('Reminder 1 of 5');
    await stage.passTo(3, 11);
    expect((await stage.step()).escalatedAt).not.toBeNull();
    expect(words(stage.ask('eve'))).toContain('Approve refund of 1500 to Acme?');
    expect(words(stage.ask('dee'))).toContain(`Escalated to <@${eve}>`);
    await stage.click('eve', 'Approve');
    const task = await stage.task();
    expect(task.stack[0]).toMatchObject({ status: 'COMPLETED', outcome: 'approved' });
    expect(task.stack[0]?.votes.map(({ actor }) => actor)).toMatchObject([{ userId: chi }, { userId: eve }]);
    expect(decideButtons(stage.bot.slack.messages(dee).findLast((one) => words(one).includes('Acme?')))).toBe(
      0,
    );
    await stage.click('ana', 'Mark done');
    expect(await stage.task()).toMatchObject({ status: 'COMPLETED' });
    const decided = await stage.log('WORKFLOW_STEP_EXECUTION_DECIDED');
    expect(decided.map(({ data }) => typeof data['digest'])).toEqual(['string', 'string']);
  });
});
