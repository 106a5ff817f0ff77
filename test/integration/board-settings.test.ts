import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemberStore } from '../../models/member-store.ts';
import { systemClock } from '../../src/clock.ts';
import { createBoardPeople } from '../../src/composition/board-people.ts';
import type { Workflow } from '../../src/domain/workflow.ts';
import { createLogger } from '../../src/logger.ts';
import { createSlackConnection } from '../../src/slack/connection.ts';
import { operatorOf } from '../support/access-stage.ts';
import { type BoardVisitor, signInAs } from '../support/board/board-visitor.ts';
import { readForm } from '../support/board/page-form.ts';
import { testOrgId, userMessage } from '../support/builders.ts';
import { createHttpFixture, type HttpFixture } from '../support/http-fixture.ts';
import { type SlackFake, startSlackFake } from '../support/slack/slack-fake.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const team = 'Team that owns it';
const where = 'Where the card of each task is posted';
const inChannel = 'In the channel below';

describe.skipIf(isMongoMissing())('the settings of a workflow, on the board', () => {
  let database: TestDatabase;
  let slack: SlackFake;
  let board: HttpFixture;
  let visitor: BoardVisitor;
  let id: string;
  let path: string;
  let financeId: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    slack = await startSlackFake({ clock: systemClock });
    const { directory } = createSlackConnection({
      botToken: slack.botToken,
      slackApiUrl: slack.apiUrl,
      clock: systemClock,
      logger: createLogger('fatal'),
    });
    const people = createBoardPeople({ find: () => Promise.resolve(null) }, () => Promise.resolve(directory));
    board = await createHttpFixture(database.uri, { people });
    board.clock.set(new Date());
    visitor = await signInAs(board, 'U0ANA');
    const by = operatorOf(testOrgId);
    const member = await createMemberStore(board.database).find(testOrgId, 'U0ANA');
    financeId = (await board.org.teams.create(by, testOrgId, 'Finance')).id;
    await board.org.teams.addMember(by, testOrgId, financeId, member?.id ?? '');
    await board.org.teams.create(by, testOrgId, 'Somebody else’s');
    const made = await board.workflows.create({
      orgId: testOrgId,
      teamId: null,
      name: 'Refunds',
      description: '',
      inputsSchema: { type: 'object' },
      steps: [userMessage('tell')],
      status: 'ACTIVE',
      createdBy: { kind: 'person', userId: 'U0ANA', name: 'Ana' },
    });
    id = made.workflow.id;
    path = `/board/workflows/${id}/settings`;
  });
  afterAll(async () => {
    await board.close();
    await slack.close();
    await database.drop();
  });

  const read = async (): Promise<Workflow> => (await board.workflows.get(testOrgId, id)).workflow;

  it('says that Slack cannot be asked, and keeps what was typed', async () => {
    const form = readForm(await visitor.get(path));
    slack.failNext({ method: 'conversations.list', status: 429 });
    const limited = await form.send(visitor, { [where]: inChannel, Channel: '#random' });
    expect(limited.status).toBe(422);
    expect(limited.text).toContain('Slack asks to wait a moment.');
    expect(limited.text).toContain('value="#random"');
    expect((await read()).postTo).toBeUndefined();
  });

  it('gives it to one of the teams that the person is in', async () => {
    const form = readForm(await visitor.get(path));
    expect([...form.optionsOf(team).values()]).toEqual(['Choose …', 'No team', 'Finance']);
    expect((await form.send(visitor, { [team]: 'Finance' })).status).toBe(303);
    expect(await read()).toMatchObject({ teamId: financeId, name: 'Refunds' });
    expect((await read()).postTo).toBeUndefined();
  });

  it('posts the cards of its tasks in a channel, which is named as people name it', async () => {
    const form = readForm(await visitor.get(path));
    const refused = await form.send(visitor, { [where]: inChannel, Channel: 'nowhere' });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('nowhere');
    expect((await readForm(refused).send(visitor, { Channel: 'general' })).status).toBe(303);
    expect((await read()).postTo).toMatch(/^C/);
    expect((await visitor.get(path)).text).toContain('value="#general"');
  });

  it('keeps the channel without asking Slack for it, and leaves it', async () => {
    const form = readForm(await visitor.get(path));
    const before = slack.calls('conversations.list').length;
    await form.send(visitor, { Name: 'Refunds and returns' });
    expect(slack.calls('conversations.list')).toHaveLength(before);
    expect(await read()).toMatchObject({ name: 'Refunds and returns', postTo: expect.stringMatching(/^C/) });
    const again = readForm(await visitor.get(path));
    await again.send(visitor, { [where]: 'To whoever started it, directly' });
    expect((await read()).postTo).toBe('starter');
  });

  it('does not take it from a team that somebody else gave it to while the form was open', async () => {
    await readForm(await visitor.get(path)).send(visitor, { [team]: 'No team' });
    const form = readForm(await visitor.get(path));
    await board.workflows.setTeam(testOrgId, id, financeId, { kind: 'system' });
    const late = await form.send(visitor, { Description: 'Money back.' });
    expect(late.status).toBe(409);
    expect(late.text).toContain('Somebody else changed this workflow while your form was open.');
    expect(await read()).toMatchObject({ teamId: financeId, description: '' });
    expect((await readForm(late).send(visitor, { [team]: 'Finance' })).status).toBe(303);
    expect(await read()).toMatchObject({ teamId: financeId, description: 'Money back.' });
  });
});
