import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAgenda } from '../../jobs/create-agenda.ts';
import { scheduleFireSchedule } from '../../jobs/fire-schedule.ts';
import { createLogger } from '../../src/logger.ts';
import { testOrgId } from '../support/builders.ts';
import { createHttpFixture, type HttpFixture } from '../support/http-fixture.ts';
import { type TestDatabase, createTestDatabase, isMongoMissing } from '../support/test-mongo.ts';

interface Schedule {
  id: string;
  when: string;
  cron: string;
  enabled: boolean;
  nextRuns: string[];
  lastRunAt: string | null;
  lastExecutionId: string | null;
  [field: string]: unknown;
}
interface Task {
  id: string;
  createdAt: string;
  context: { inputs: Record<string, unknown> };
  startedBy: object;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const summary = {
  name: 'summary',
  type: 'USER_MESSAGE',
  assignee: '#general',
  inputsTemplate: { message: 'The week until {{inputs.until}}' },
};

describe.skipIf(isMongoMissing())('a schedule', () => {
  let database: TestDatabase;
  let api: HttpFixture;
  let workflowId: string;

  beforeEach(async () => {
    database = await createTestDatabase();
    api = await createHttpFixture(database.uri);
    const inputsSchema = {
      type: 'object',
      properties: { until: { type: 'string' }, count: { type: 'integer' } },
    };
    const body = { orgId: testOrgId, name: 'Weekly summary', inputsSchema, steps: [summary] };
    workflowId = String((await api.ask('POST', '/api/workflows', { body })).body['id']);
  });
  afterEach(async () => {
    await api.close();
    await database.drop();
  });

  const base = (): string => `/api/workflows/${workflowId}/schedules`;
  async function make(body: object): Promise<Schedule> {
    const answer = await api.ask<Schedule>('POST', base(), { body });
    expect(answer.status, answer.text).toBe(201);
    return answer.body;
  }
  async function read({ id }: Schedule): Promise<Schedule> {
    return (await api.ask<Schedule>('GET', `${base()}/${id}`)).body;
  }
  /** Oldest first. */
  async function tasks(): Promise<Task[]> {
    const { items } = (await api.ask<{ items: Task[] }>('GET', `/api/workflows/${workflowId}/executions`))
      .body;
    return items.toReversed();
  }
  async function fire(): Promise<void> {
    await api.incoming.scheduleRunner.fireDue({ maxMs: 10_000 });
    await api.engine.idle();
  }
  async function fireAt(time: string): Promise<void> {
    api.clock.set(time);
    await fire();
  }
  async function logOf({ id }: Schedule): Promise<{ decision: string; reason: string | null }[]> {
    return api.triggers.triggerLog.list(testOrgId, id, { limit: 20 });
  }

  it.each([
    ['to summer time', '2026-03-20T12:00:00Z', ['2026-03-23T08:00', '2026-03-30T07:00', '2026-04-06T07:00']],
    ['to winter time', '2026-10-16T12:00:00Z', ['2026-10-19T07:00', '2026-10-26T08:00', '2026-11-02T08:00']],
  ])(
    'posts the weekly summary every Monday at nine, over the change %s, through the real job',
    async (_which, from, times) => {
      api.clock.set(from);
      const schedule = await make({
        when: 'every Monday at 9am',
        timeZone: 'Europe/Berlin',
        inputsTemplate: { until: '{{today}}', count: '7' },
      });
      expect(schedule).toMatchObject({ when: 'Every Monday at 09:00', cron: '0 9 * * 1' });
      expect(schedule.nextRuns.map((time) => time.slice(0, 16))).toEqual(times);

      const agenda = createAgenda(api.database, createLogger('fatal'), () => undefined);
      await agenda.start();
      try {
        await scheduleFireSchedule(
          agenda,
          api.incoming.scheduleRunner,
          () => Promise.resolve([testOrgId]),
          api.clock,
        );
        for (const [index, time] of times.entries()) {
          // A minute before it is quiet; a few seconds after, the job has started it.
          api.clock.set(new Date(new Date(`${time}:00Z`).getTime() - minuteMs));
          await fire();
          expect(await tasks()).toHaveLength(index);
          api.clock.set(`${time}:02Z`);
          await expect.poll(async () => (await tasks()).length, { timeout: 20_000 }).toBe(index + 1);
        }
      } finally {
        await agenda.stop(false);
      }
      expect((await tasks()).map(({ context }) => context.inputs)).toEqual(
        times.map((time) => ({ until: time.slice(0, 10), count: 7 })),
      );
      expect((await tasks())[0]?.startedBy).toMatchObject({
        kind: 'schedule',
        name: 'Every Monday at 09:00',
      });
    },
  );

  it.each([
    ['at the end of the gap', '2026-03-28T12:00:00Z', '2026-03-29T01:00:00Z'],
    ['the first time, where it comes twice', '2026-10-24T12:00:00Z', '2026-10-25T00:30:00Z'],
  ])('at half past two runs once, %s', async (_what, from, expected) => {
    api.clock.set(from);
    const schedule = await make({ when: 'every day at 2:30', timeZone: 'Europe/Berlin' });
    const next = (): Promise<Schedule> => read(schedule);
    expect((await next()).nextRuns[0]).toBe(new Date(expected).toISOString());
    await fireAt(expected);
    const end = new Date(expected).getTime() + 6 * hourMs;
    while (api.clock.now().getTime() < end) {
      api.clock.advance(10 * minuteMs);
      await fire();
    }
    expect(await tasks()).toHaveLength(1);
  });

  it('fires once when two processes look at the same moment, and after one has died', async () => {
    const other = await createHttpFixture(database.uri);
    try {
      await make({ when: 'every hour' });
      const time = '2026-03-02T10:00:01Z';
      api.clock.set(time);
      other.clock.set(time);
      await Promise.all([fire(), other.incoming.scheduleRunner.fireDue({ maxMs: 10_000 }), fire()]);
      expect(await tasks()).toHaveLength(1);
      // As a process leaves it that started the task and did not move the clock on.
      await api.database
        .collection('schedule_clocks')
        .updateMany(
          {},
          { $set: { nextAt: new Date('2026-03-02T10:00:00Z'), dueAt: new Date('2026-03-02T10:01:00Z') } },
        );
      await fireAt('2026-03-02T10:01:02Z');
      expect(await tasks()).toHaveLength(1);
    } finally {
      await other.close();
    }
  });

  it.each([
    ['run', 1, '2026-03-05T09:00:00.000Z'],
    ['skip', 0, null],
  ])('that was missed while Baton was down: %s', async (missed, count, lastRunAt) => {
    const schedule = await make({ when: 'every day at 9:00', missed, inputsTemplate: { until: '{{now}}' } });
    await fireAt('2026-03-05T15:00:00Z');
    expect(await tasks()).toHaveLength(count);
    expect((await tasks()).map(({ context }) => context.inputs['until'])).toEqual(
      lastRunAt === null ? [] : [lastRunAt],
    );
    expect(await read(schedule)).toMatchObject({ lastRunAt });
    if (count === 0) expect((await logOf(schedule))[0]).toMatchObject({ decision: 'skipped' });
    await fireAt('2026-03-06T09:00:02Z');
    expect(await tasks()).toHaveLength(count + 1);
  });

  it.each([
    ['run', 1, '2026-03-05T09:00:00.000Z'],
    ['skip', 0, null],
  ])(
    'starts nothing while its org is parked, and afterwards what it says: %s',
    async (missed, count, lastRunAt) => {
      const schedule = await make({ when: 'every day at 9:00', missed });
      const why = 'Baton was taken out of the Slack workspace.';
      api.parked.set(testOrgId, why);
      await fireAt('2026-03-03T09:00:02Z');
      await fireAt('2026-03-04T09:00:02Z');
      await fireAt('2026-03-05T09:00:02Z');
      expect(await tasks()).toEqual([]);
      expect(new Set((await logOf(schedule)).map(({ reason }) => reason))).toEqual(new Set([why]));
      expect(await logOf(schedule)).toHaveLength(3);
      api.parked.clear();
      await fireAt('2026-03-05T12:00:00Z');
      expect(await tasks()).toHaveLength(count);
      expect(await read(schedule)).toMatchObject({ lastRunAt });
      await fireAt('2026-03-06T09:00:02Z');
      expect(await tasks()).toHaveLength(count + 1);
    },
  );

  it('leaves out a time while the task before is running, when it is to', async () => {
    const schedule = await make({
      when: 'every hour',
      overlap: 'skip',
      inputsTemplate: { until: '{{lastRun}}' },
    });
    await fireAt('2026-03-02T10:00:02Z');
    await fireAt('2026-03-02T11:00:02Z');
    const [first] = await tasks();
    expect(await tasks()).toHaveLength(1);
    expect((await logOf(schedule))[0]).toMatchObject({
      decision: 'skipped',
      reason: expect.stringContaining('still running') as string,
    });
    await api.ask('POST', `/api/workflows/executions/${first?.id ?? ''}/cancel`, { body: {} });
    await fireAt('2026-03-02T12:00:02Z');
    // The first time it has not run before: the time before, which it would have run for, stands for that.
    expect((await tasks()).map(({ context }) => context.inputs)).toEqual([
      { until: '2026-03-02T09:00:00.000Z' },
      { until: '2026-03-02T10:00:00.000Z' },
    ]);
  });

  it('says in its log why it started nothing, and goes on to the next time', async () => {
    const schedule = await make({ when: 'every hour', inputsTemplate: { until: 'now' } });
    const needsCount = { type: 'object', properties: { count: { type: 'integer' } }, required: ['count'] };
    await api.ask('PATCH', `/api/workflows/${workflowId}`, { body: { inputsSchema: needsCount } });
    await fireAt('2026-03-02T10:00:02Z');
    await api.ask('PATCH', `/api/workflows/${workflowId}`, { body: { status: 'PAUSED' } });
    await fireAt('2026-03-02T11:00:02Z');
    expect(await tasks()).toEqual([]);
    expect((await logOf(schedule)).map(({ decision, reason }) => `${decision}: ${reason ?? ''}`)).toEqual([
      expect.stringMatching(/^refused: .*paused/) as string,
      expect.stringMatching(/^refused: The inputs do not fit/) as string,
    ]);
    expect((await read(schedule)).nextRuns[0]).toBe('2026-03-02T12:00:00.000Z');
  });

  it('is switched off and on, changed and deleted', async () => {
    const schedule = await make({ name: 'Mine', when: 'every hour' });
    const path = `${base()}/${schedule.id}`;
    expect((await api.ask('PATCH', path, { body: { enabled: false } })).body).toMatchObject({
      enabled: false,
      nextRuns: [],
    });
    await fireAt('2026-03-02T10:00:02Z');
    expect(await tasks()).toEqual([]);
    await api.ask('PATCH', path, { body: { enabled: true } });
    expect((await read(schedule)).nextRuns[0]).toBe('2026-03-02T11:00:00.000Z');
    const moved = await api.ask('PATCH', path, {
      body: { when: 'every day at 18:00', timeZone: 'America/New_York' },
    });
    expect(moved.body).toMatchObject({
      when: 'Every day at 18:00',
      nextRuns: ['2026-03-02T23:00:00.000Z', expect.any(String), expect.any(String)],
    });
    await fireAt('2026-03-02T11:00:02Z');
    expect(await tasks()).toEqual([]);
    expect((await api.ask('DELETE', path)).status).toBe(204);
    expect(await api.database.collection('schedule_clocks').countDocuments()).toBe(0);
    expect((await api.ask('GET', path)).status).toBe(404);
  });

  it('does nothing any more once its workflow is deleted, and says nothing of it', async () => {
    const schedule = await make({ when: 'every hour' });
    expect((await api.ask('DELETE', `/api/workflows/${workflowId}`)).status).toBe(204);
    await fireAt('2026-03-02T10:00:02Z');
    await fireAt('2026-03-02T11:00:02Z');
    expect(await logOf(schedule)).toEqual([]);
    const [clock] = await api.database.collection('schedule_clocks').find({}).toArray();
    expect(clock).toMatchObject({ nextAt: null, dueAt: null });
  });

  it('whose process died before it wound the clock is repaired', async () => {
    const schedule = await make({ when: 'every hour' });
    await api.database.collection('schedule_clocks').deleteMany({});
    await api.incoming.scheduleRunner.repair(testOrgId);
    await fireAt('2026-03-02T10:00:02Z');
    expect(await tasks()).toHaveLength(1);
    expect((await read(schedule)).lastRunAt).toBe('2026-03-02T10:00:00.000Z');
  });

  it('is made once for one Idempotency-Key', async () => {
    const body = { when: 'every hour' };
    const headers = { 'idempotency-key': 'once' };
    const made = await Promise.all([1, 2].map(() => api.ask<Schedule>('POST', base(), { body, headers })));
    expect(made.some(({ status }) => status === 201)).toBe(true);
    expect((await api.ask<{ items: unknown[] }>('GET', base())).body.items).toHaveLength(1);
  });

  it.each([
    ['words that nobody understands', { when: 'now and then' }, 'when'],
    ['a zone that is none', { when: 'every hour', timeZone: 'Mars/Olympus' }, 'timeZone'],
    ['a pattern that is none', { when: '99 9 * * 1' }, 'when'],
    [
      'a template over something else',
      { when: 'every hour', inputsTemplate: { a: '{{body.x}}' } },
      'inputsTemplate/a',
    ],
    [
      'inputs that the workflow does not take',
      { when: 'every hour', inputsTemplate: { until: '{{today}}', count: 'many' } },
      'inputsTemplate/count',
    ],
  ])('is not made with %s, and says where', async (_what, body, path) => {
    const answer = await api.ask<{ errors: { path: string; message: string }[] }>('POST', base(), { body });
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map((error) => error.path)).toEqual([path]);
  });

  it('may need the time that it ran before, also the first time', async () => {
    const inputsSchema = {
      type: 'object',
      properties: { since: { type: 'string', format: 'date-time' } },
      required: ['since'],
    };
    await api.ask('PATCH', `/api/workflows/${workflowId}`, { body: { inputsSchema } });
    await make({ when: 'every Monday at 9am', inputsTemplate: { since: '{{lastRun}}' } });
    await fireAt('2026-03-09T09:00:02Z');
    await fireAt('2026-03-16T09:00:02Z');
    expect((await tasks()).map(({ context }) => context.inputs['since'])).toEqual([
      '2026-03-02T09:00:00.000Z',
      '2026-03-09T09:00:00.000Z',
    ]);
  });

  it('is not changed to inputs that the workflow does not take, and can be paused with such', async () => {
    const schedule = await make({ when: 'every hour', inputsTemplate: { count: '7' } });
    const path = `${base()}/${schedule.id}`;
    const refused = await api.ask<{ errors: { path: string }[] }>('PATCH', path, {
      body: { when: 'every day', inputsTemplate: { count: 'many' } },
    });
    expect(refused.status).toBe(422);
    expect(refused.body.errors.map((error) => error.path)).toEqual(['inputsTemplate/count']);
    expect((await read(schedule)).cron).toBe('0 * * * *');
    const needsMore = { type: 'object', properties: { who: { type: 'string' } }, required: ['who'] };
    await api.ask('PATCH', `/api/workflows/${workflowId}`, { body: { inputsSchema: needsMore } });
    expect((await api.ask('PATCH', path, { body: { enabled: false } })).status).toBe(200);
  });

  it('is called as it runs unless it has a name of its own, also beside others and after it was moved', async () => {
    const names = async (): Promise<unknown[]> =>
      (await api.ask<{ items: Schedule[] }>('GET', base())).body.items.map(({ name }) => name);
    const first = await make({ when: 'every Monday at 9am', inputsTemplate: { until: 'EU' } });
    const second = await make({ when: 'every Monday at 9am', inputsTemplate: { until: 'US' } });
    const mine = await make({ when: 'every Monday at 9am', name: 'Mine' });
    expect(await names()).toEqual(['Every Monday at 09:00', 'Every Monday at 09:00 (2)', 'Mine']);
    for (const { id } of [second, mine])
      await api.ask('PATCH', `${base()}/${id}`, { body: { when: 'every Friday at 17:00' } });
    await api.ask('PATCH', `${base()}/${first.id}`, { body: { timeZone: 'Europe/Berlin' } });
    expect(await names()).toEqual(['Every Friday at 17:00', 'Every Monday at 09:00', 'Mine']);
  });

  it('keeps the pattern that was set as a trigger when only its zone is changed', async () => {
    const schedule = await make({ when: 'every Monday at 9am' });
    await api.ask('PATCH', `/api/workflows/${workflowId}/triggers/${schedule.id}`, {
      body: { settings: { cron: '0 10 * * 2' } },
    });
    const moved = await api.ask<Schedule>('PATCH', `${base()}/${schedule.id}`, {
      body: { timeZone: 'Europe/Berlin' },
    });
    expect(moved.body).toMatchObject({
      cron: '0 10 * * 2',
      when: 'Cron 0 10 * * 2',
      timeZone: 'Europe/Berlin',
    });
  });

  it('costs nothing while none is due', async () => {
    await make({ when: 'every hour' });
    const due = { dueAt: { $gt: new Date(0), $lte: api.clock.now() } };
    const plan = await api.database
      .collection('schedule_clocks')
      .find(due)
      .sort({ dueAt: 1 })
      .explain('executionStats');
    const stats = plan['executionStats'] as { totalKeysExamined: number; totalDocsExamined: number };
    expect(stats).toMatchObject({ totalKeysExamined: 0, totalDocsExamined: 0 });
  });
});
