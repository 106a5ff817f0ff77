import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nativeCollection } from '../../models/database.ts';
import { memberModel } from '../../models/member.ts';
import type { OrgEventDocument } from '../../models/org-event.ts';
import { taskRef } from '../../src/domain/ids.ts';
import { type BoardVisitor, signInAs } from '../support/board/board-visitor.ts';
import { testOrgId, userMessage } from '../support/builders.ts';
import { createHttpFixture, type HttpFixture } from '../support/http-fixture.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

describe.skipIf(isMongoMissing())('the audit page', () => {
  let testDatabase: TestDatabase;
  let board: HttpFixture;
  let admin: BoardVisitor;
  let taskId: string;

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    board = await createHttpFixture(testDatabase.uri);
    board.clock.set(new Date());
    admin = await signInAs(board, 'U0ANA');
    await memberModel(board.database).updateOne({ userId: 'U0ANA' }, { $set: { role: 'admin' } });
    const { id: workflowId } = await board.createWorkflow([userMessage('collect', { assignee: 'U0ANA' })]);
    const started = {
      orgId: testOrgId,
      workflowId,
      inputs: {},
      origin: { kind: 'api' },
      startKey: null,
    } as const;
    const { id } = await board.engine.start({
      ...started,
      startedBy: { kind: 'person', userId: 'U0BO', name: 'Bo' },
    });
    taskId = id;
    await board.engine.idle();
  });
  afterAll(async () => {
    await board.close();
    await testDatabase.drop();
  });

  it('shows who did what, in tasks and to the org, and is for admins', async () => {
    const { text } = await admin.get('/board/audit');
    expect(text).toContain('Signed in');
    expect(text).toContain('Task started');
    expect(text).toContain(`/board/tasks/${taskId}`);
    const member = await signInAs(board, 'U0BO');
    for (const path of ['/board/audit', '/board/audit/export?format=csv']) {
      const refused = await member.get(path);
      expect(refused.status).toBe(403);
      expect(refused.headers.get('content-disposition')).toBeNull();
    }
    expect((await member.post('/board/audit/verify')).status).toBe(403);
    expect((await member.get('/board')).text).not.toContain('Audit log');
  });

  it('filters by person, by what was done, by task and by day, and pages', async () => {
    const rows = async (query: string): Promise<number> =>
      (await admin.get(`/board/audit${query}`)).text.split('<details><summary>No. ').length - 1;
    const all = await rows('');
    expect(all).toBeGreaterThan(3);
    expect(await rows('?type=WORKFLOW_EXECUTION_STARTED')).toBe(1);
    expect(await rows('?actor=U0NOBODY')).toBe(0);
    const ofTask = await rows(`?task=${taskId}`);
    expect(ofTask).toBeGreaterThan(0);
    expect(ofTask).toBeLessThan(all);
    expect(await rows('?actor=admin')).toBe(0);
    await board.ask('POST', `/api/orgs/${testOrgId}/teams`, { body: { name: 'Finance' } });
    expect(await rows('?actor=admin')).toBe(1);
    expect(await rows('?type=TEAM_CREATED')).toBe(1);
    expect(await rows(`?task=%23${taskRef(taskId)}`)).toBe(ofTask);
    expect(await rows('?task=%23ffffff')).toBe(0);
    expect(await rows('?until=2001-01-01')).toBe(0);
    expect(await rows(`?since=${board.clock.now().toISOString().slice(0, 10)}`)).toBe(all + 1);
    expect((await admin.get('/board/audit?cursor=nonsense')).status).toBe(422);
  });

  it('offers every kind of entry to look for, and programs beside people', async () => {
    const { text } = await admin.get('/board/audit');
    const offered = [...text.matchAll(/<option value="([^"]+)"/g)].map(([, value = '']) => value);
    expect(offered).toEqual(
      expect.arrayContaining([
        'admin',
        'system',
        'U0BO',
        'MEMBER_REMOVED',
        'TRIGGER_DELETED',
        'TEAM_CHANGED',
      ]),
    );
  });

  it('exports what fits the filter', async () => {
    const csv = await admin.get('/board/audit/export?format=csv&type=WORKFLOW_EXECUTION_STARTED');
    expect(csv.headers.get('content-type')).toContain('text/csv');
    expect(csv.headers.get('content-disposition')).toContain('events.csv');
    expect(csv.text.trim().split('\r\n')).toHaveLength(2);
    const jsonl = await admin.get('/board/audit/export?format=jsonl&type=WORKFLOW_EXECUTION_STARTED');
    expect(JSON.parse(jsonl.text.trim())).toMatchObject({ executionId: taskId });
  });

  it('says that every hash fits, and which one does not once somebody has changed an entry', async () => {
    const intact = await admin.post('/board/audit/verify');
    expect(intact.status).toBe(200);
    expect(intact.text).toContain('Every hash fits.');
    const events = nativeCollection<OrgEventDocument>(board.database, 'orgEvents');
    await events.updateOne({ orgId: testOrgId, seq: 1 }, { $set: { 'subject.name': 'Somebody else' } });
    const changed = await admin.post('/board/audit/verify');
    expect(changed.text).toContain('The log was changed.');
  });
});
