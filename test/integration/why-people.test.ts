import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { StepInput } from '../../src/domain/definition.ts';
import type { Why } from '../../src/domain/why.ts';
import type { WhySource } from '../../src/engine/explain/create-why.ts';
import { human, programKey, testOrgId, userMessage, wait } from '../support/builders.ts';
import { type PeopleStage, people, startPeopleStage } from '../support/people-stage.ts';
import { createTestWhy } from '../support/test-why.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const hourMs = 3_600_000;
const { bo, chi, gone } = people;

describe.skipIf(isMongoMissing())('why a task of people waits', { timeout: 30_000 }, () => {
  let database: TestDatabase;
  let stage: PeopleStage;
  let source: WhySource;

  beforeAll(async () => {
    database = await createTestDatabase();
    stage = await startPeopleStage(database.uri);
    const { fixture, clock, org, connections } = stage.bot;
    source = createTestWhy({ database: fixture.database, clock, settings: org.settings, connections }).why;
  });
  afterAll(async () => {
    await stage.close();
    await database.drop();
  });
  afterEach(async () => {
    stage.bot.clock.advance(60_000);
    await stage.command('bo', 'away off');
  });

  async function why(): Promise<Why> {
    const { id } = await stage.task();
    return source.ofTask(stage.bot.fixture.engine, testOrgId, id);
  }
  async function start(...steps: StepInput[]): Promise<string> {
    return (await stage.start(steps)).id;
  }
  function typesOf({ events }: Why): string[] {
    return events.map(({ type }) => type.replace('WORKFLOW_STEP_EXECUTION_', ''));
  }

  it('waiting for people: who, asked and reminded when, and what to do', async () => {
    const reminder = { every: '4h', workingHours: false };
    await start(human('ok', { assignees: [bo], reminder, deadline: { after: '2d', then: 'rejected' } }));
    await stage.pass(5 * hourMs);
    const found = await why();
    expect(found).toMatchObject({ cause: 'waiting-for-people', next: { kind: 'reassign' } });
    expect(found.sentence).toBe(`"ok" waits for ${bo}, asked 5 hours ago.`);
    expect(found.details.join('\n')).toMatch(/asked 20\d\d-.* UTC, reminded once\.[^]*Deadline: 20/);
    expect(typesOf(found)).toEqual(['STARTED', 'REMINDER']);
    expect(found.events[1]?.words).toBe(`${bo} reminded`);
  });

  it('waiting for people: somebody is away, or has left', async () => {
    await start(human('ok', { assignees: [bo, chi] }));
    await stage.command('bo', 'away for 2d');
    await expect.poll(() => stage.told('bo')).toContain('You are away');
    const found = await why();
    expect(found.cause).toBe('waiting-for-people');
    expect(found.details.join('\n')).toMatch(new RegExp(`${bo} is away until 20.* UTC`));
    expect(found.details.join('\n')).not.toContain(`${chi} is away`);
    await start(human('ok', { assignees: [gone] }));
    const left = await why();
    expect(left).toMatchObject({ cause: 'waiting-for-people', next: { kind: 'reassign' } });
    expect(left.details.join()).toContain(`${gone}: the account is deactivated.`);
    expect(left.next.words).toBe('Ask somebody who is there.');
  });

  it('waiting for votes: how many there are, and who is left', async () => {
    await start(human('ok', { assignees: [bo, chi], policy: { required: 2 } }));
    await stage.click('bo', 'Approve');
    const found = await why();
    expect(found.cause).toBe('waiting-for-votes');
    expect(found.sentence).toBe(`"ok" waits for more decisions (Approve: 1 of 2); ${chi} is left.`);
    expect(found.events.at(-1)).toMatchObject({ words: '"approved" chosen by Bo Chen, 1 of 2' });
  });

  it('waiting until a time', async () => {
    await start(wait('pause', { for: '2d' }));
    await stage.pass(hourMs);
    const found = await why();
    expect(found).toMatchObject({ cause: 'waiting-until-time', next: { kind: 'none' } });
    expect(found.sentence).toMatch(/"pause" waits until 20.* UTC, which is in 1 day/);
  });

  it('waiting for a signal', async () => {
    await start(wait('pause', { signal: 'paid' }));
    const found = await why();
    expect(found).toMatchObject({ cause: 'waiting-for-signal', next: { kind: 'reroute' } });
    expect(found.sentence).toContain('the signal "paid"');
  });

  it('Slack refused the message', async () => {
    await start(userMessage('tell', { assignee: '#nowhere' }));
    const found = await why();
    expect(found).toMatchObject({ cause: 'slack-refused', next: { kind: 'reassign' } });
    expect(found.sentence).toContain('Slack did not take the message to #nowhere');
    expect(found.details.join()).toContain('#nowhere');
    expect(typesOf(found)).toEqual(['STARTED']);
  });

  it('no handoff matched: each condition beside what was there', async () => {
    const when = { type: 'object', properties: { amount: { minimum: 100 } }, required: ['amount'] };
    const id = await start(
      wait('paid', { signal: 'paid', handoffs: [{ condition: 'large', when, to: 'complete' }] }),
    );
    const signal = {
      type: 'signal',
      name: 'paid',
      payload: { amount: 7, token: 't0p' },
      by: programKey,
    } as const;
    await stage.bot.fixture.engine.execute(testOrgId, id, signal);
    const found = await why();
    expect(found).toMatchObject({ cause: 'no-handoff-matched', next: { kind: 'reroute' } });
    expect(found.details).toEqual([
      'The output was {"amount":7,"token":"••••••"}.',
      '"large" did not match: amount must be >= 100.',
    ]);
    expect(typesOf(found)).toEqual(['FAILED']);
  });

  it('a value that a template needs is missing', async () => {
    await start(
      userMessage('tell', { assignee: bo, inputsTemplate: { message: 'For {{inputs.customer}}' } }),
    );
    const found = await why();
    expect(found).toMatchObject({ cause: 'value-missing', next: { kind: 'reroute' } });
    expect(found.details).toEqual(['Missing: inputs.customer.']);
  });

  it('the visit cap was reached', async () => {
    await start(
      userMessage('again', { assignee: bo, maxVisits: 1, handoffs: [{ condition: 'default', to: 'again' }] }),
    );
    await stage.click('bo', 'Mark done');
    const found = await why();
    expect(found).toMatchObject({ cause: 'visit-cap-reached', next: { kind: 'reroute' } });
    expect(found.sentence).toContain('was reached more than once');
    expect(found.details).toEqual(['Allowed is 1 visit.']);
  });

  it('stopped for another reason: the deadline has passed', async () => {
    await start(human('ok', { assignees: [bo], deadline: { after: '4h', then: 'fail' } }));
    await stage.pass(5 * hourMs);
    const found = await why();
    expect(found).toMatchObject({ cause: 'stopped', next: { kind: 'retry' } });
    expect(found.sentence).toContain('Nobody decided');
  });

  it('the task has ended', async () => {
    const id = await start(human('ok', { assignees: [bo] }));
    const by = {
      kind: 'person',
      userId: people.ana,
      name: 'ana',
      email: null,
      handles: [],
      channels: [],
    } as const;
    await stage.bot.fixture.engine.execute(testOrgId, id, {
      type: 'cancel',
      reason: 'a duplicate',
      by: { ...by, handles: [], channels: [] },
    });
    const found = await why();
    expect(found).toMatchObject({ cause: 'ended', next: { kind: 'none' } });
    expect(found.sentence).toMatch(/cancelled by ana at 20.* UTC: a duplicate/);
    expect(found.events[0]?.type).toBe('WORKFLOW_EXECUTION_CANCELLED');
  });

  it('is answered in Slack, with the one button that helps', async () => {
    await start(human('ok', { assignees: [bo] }));
    const { id } = await stage.task();
    await stage.command('ana', `why ${id.slice(-6)}`);
    await expect.poll(() => stage.told('ana')).toContain(`waits for <@${bo}>, asked`);
    expect(stage.told('ana')).toContain('"text":"Reassign"');
    expect(stage.told('ana')).not.toContain('plain words');
    await stage.command('ana', 'why');
    await expect.poll(() => stage.told('ana')).toContain('Which task do you ask about?');
    await stage.command('ana', 'why zzzzzz');
    await expect.poll(() => stage.told('ana')).toContain('There is no task');
  });

  it('sends a task that has stopped to another step, by a button', async () => {
    await start(
      userMessage('tell', { assignee: bo, inputsTemplate: { message: '{{inputs.customer}}' } }),
      userMessage('other', { assignee: chi }),
    );
    const { id } = await stage.task();
    await stage.command('ana', `why ${id.slice(-6)}`);
    const answer = stage.bot.slack.ephemerals(people.ana).at(-1);
    await stage.bot.slack.clickButton({
      user: people.ana,
      channel: '#general',
      ts: answer?.ts ?? '',
      buttonText: 'Send to another step',
    });
    const sent = await stage.bot.slack.submitView({ user: people.ana, values: { 'Go on at': '2. Other' } });
    expect(sent.outcome).toBe('closed');
    expect(await stage.task()).toMatchObject({ status: 'RUNNING', waitingFor: [chi] });
  });

  it('says of a paused workflow that nothing of it starts, and offers to activate it', async () => {
    await start(userMessage('tell', { assignee: bo }));
    const { workflowId, workflowName } = await stage.task();
    const by = { kind: 'system' } as const;
    await stage.bot.fixture.workflows.setStatus(testOrgId, workflowId, 'PAUSED', by);
    await stage.command('ana', `why ${workflowName}`);
    await expect.poll(() => stage.told('ana')).toContain('is paused, so no new tasks of it are started');
    expect(stage.told('ana')).toContain('"text":"Activate"');
    await stage.bot.fixture.workflows.setStatus(testOrgId, workflowId, 'ACTIVE', by);
    await stage.command('ana', `why ${workflowName}`);
    await expect
      .poll(() => stage.told('ana'))
      .toContain('is active: nothing keeps new tasks of it from starting');
  });
});
