import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AccessStage, createAccessStage } from '../support/access-stage.ts';
import { type BoardVisitor, signInAs } from '../support/board/board-visitor.ts';
import { testOrgId } from '../support/builders.ts';
import { createHttpFixture, type HttpFixture } from '../support/http-fixture.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

describe.skipIf(isMongoMissing())('guests on the board', () => {
  let testDatabase: TestDatabase;
  let board: HttpFixture;
  let stage: AccessStage;
  /** In the team that owns a workflow, and asked in the tasks of both. */
  let asked: BoardVisitor;
  /** In no team, and asked nothing. */
  let stranger: BoardVisitor;

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    board = await createHttpFixture(testDatabase.uri);
    board.clock.set(new Date());
    stage = await createAccessStage(board);
    await stage.addMember(testOrgId, 'U0ASKED', 'guest', [stage.teamIds.owning]);
    await stage.addMember(testOrgId, 'U0STRANGER', 'guest');
    await stage.addMember(testOrgId, 'U0MEMBER', 'member');
    asked = await signInAs(board, 'U0ASKED');
    stranger = await signInAs(board, 'U0STRANGER');
  });
  afterAll(async () => {
    await board.close();
    await testDatabase.drop();
  });

  it('see the workflows of their teams, and of the people themselves alone', async () => {
    for (const path of ['/board', `/board/workflows/${stage.workflowIds['team-workflow']}`]) {
      const { status, text } = await asked.get(path);
      expect(status).toBe(200);
      expect(text).toContain('<h1>Of the team</h1>');
      expect(text).toContain('>u0asked (me)</option>');
      expect(text).not.toContain('u0member');
      expect(text).not.toContain('Of the org');
    }
    expect((await asked.get(`/board/workflows/${stage.workflowIds['org-workflow']}`)).status).toBe(404);
  });

  it.each(['team-workflow', 'org-workflow'] as const)(
    'decide what they are asked in the %s',
    async (name) => {
      const task = `/board/tasks/${await stage.startTask(name)}`;
      const shown = await asked.get(task);
      expect(shown.status).toBe(200);
      expect(shown.text).not.toContain('u0member');
      const step = /name="step" value="([^"]+)"/.exec(shown.text)?.[1] ?? '';
      const digest = /name="digest" value="([^"]+)"/.exec(shown.text)?.[1] ?? '';
      const decided = await asked.post(`${task}/decide`, { step, digest, outcome: 'approved' });
      expect(decided.status).toBe(303);
      expect((await asked.get(`${task}?done=decide`)).text).toContain('Your decision counts.');
    },
  );

  it('are told what they see where there is nothing yet, and do not find what is not theirs', async () => {
    const { status, text } = await stranger.get('/board');
    expect(status).toBe(200);
    expect(text).toContain('As a guest you see the workflows of teams that you were put in.');
    expect((await stranger.get(`/board/tasks/${stage.taskIds['team-task']}`)).status).toBe(404);
  });

  it('are neither invited to make a workflow nor given the form for it', async () => {
    for (const visitor of [asked, stranger])
      expect((await visitor.get('/board')).text).not.toContain('new-workflow');
    const steps = await asked.get(`/board/workflows/${stage.workflowIds['team-workflow']}/edit`);
    expect(steps.status).toBe(200);
    expect(steps.text).not.toContain('new-workflow');
    for (const answer of [
      await asked.get('/board/new-workflow'),
      await asked.post('/board/new-workflow', {}),
    ]) {
      expect(answer.status).toBe(403);
      expect(answer.text).toContain('You are a guest in this workspace');
    }
    const member = await signInAs(board, 'U0MEMBER');
    expect((await member.get('/board')).text).toContain('href="/board/new-workflow"');
    expect((await member.get('/board/new-workflow')).status).toBe(200);
  });
});
