import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AccessStage, createAccessStage, foreignOrgId, operatorOf } from '../support/access-stage.ts';
import { nativeDb } from '../../models/database.ts';
import { deriveId } from '../../src/domain/ids.ts';
import { startTime, testOrgId } from '../support/builders.ts';
import { adminKey, createHttpFixture, type HttpFixture } from '../support/http-fixture.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

interface Entry {
  id: string;
  kind: 'org' | 'execution';
  type: string;
  createdAt: string;
  orgId: string;
  executionId: string | null;
}
interface Page {
  items: Entry[];
  nextCursor: string | null;
}

const path = `/api/orgs/${testOrgId}/events`;

describe.skipIf(isMongoMissing())('the audit log over the API', () => {
  let testDatabase: TestDatabase;
  let api: HttpFixture;
  let stage: AccessStage;

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    api = await createHttpFixture(testDatabase.uri);
    stage = await createAccessStage(api);
    for (let count = 0; count < 5; count += 1) {
      api.clock.advance(count % 2);
      await stage.startTask('org-workflow');
      await api.org.teams.create(operatorOf(testOrgId), testOrgId, `=cmd|' /C calc'!A${count}, "quoted"`);
    }
    await api.engine.idle();
  });
  afterAll(async () => {
    await api.close();
    await testDatabase.drop();
  });

  async function read(query: string): Promise<Page> {
    const answer = await api.ask<Page>('GET', `${path}?${query}`);
    expect(answer.status, answer.text).toBe(200);
    return answer.body;
  }

  async function readAll(query: string, limit: number): Promise<Entry[]> {
    const found: Entry[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Page = await read(`${query}&limit=${limit}${cursor === '' ? '' : `&cursor=${cursor}`}`);
      found.push(...page.items);
      cursor = page.nextCursor;
    }
    return found;
  }

  it('has what was done to the org and what happened in its tasks, newest first, each once', async () => {
    const whole = await readAll('', 50);
    const times = whole.map(({ createdAt }) => createdAt);
    expect(times).toEqual(times.toSorted().toReversed());
    expect(new Set(whole.map(({ kind }) => kind))).toEqual(new Set(['org', 'execution']));
    expect(new Set(whole.map(({ orgId }) => orgId))).toEqual(new Set([testOrgId]));
    expect(new Set(whole.map(({ id }) => id)).size).toBe(whole.length);
    for (const limit of [1, 3, 7]) expect(await readAll('', limit)).toEqual(whole);
  });

  it('is filtered by what it was, where, who and when', async () => {
    const whole = await readAll('', 50);
    const taskId = stage.taskIds['team-task'];
    expect(new Set((await readAll('type=TEAM_CREATED', 50)).map(({ type }) => type))).toEqual(
      new Set(['TEAM_CREATED']),
    );
    const ofTask = await readAll(`executionId=${taskId}`, 50);
    expect(ofTask.map(({ type }) => type)).toContain('WORKFLOW_EXECUTION_STARTED');
    expect(new Set(ofTask.map(({ kind }) => kind))).toEqual(new Set(['execution']));
    const ofWorkflow = await readAll(`workflowId=${stage.workflowIds['team-workflow']}`, 50);
    expect(new Set(ofWorkflow.map(({ kind }) => kind))).toEqual(new Set(['org', 'execution']));
    expect(await readAll('actor=U0NOBODY', 50)).toEqual([]);
    expect(await readAll('actor=system', 50)).toEqual(whole);
    const middle = whole[Math.floor(whole.length / 2)]?.createdAt ?? '';
    const since = await readAll(`since=${middle}`, 50);
    const until = await readAll(`until=${middle}`, 50);
    expect([...since, ...until]).toEqual(whole);
  });

  it('finds what a schedule has started', async () => {
    const triggerId = 'c'.repeat(24);
    const { id } = await api.engine.start({
      orgId: testOrgId,
      workflowId: stage.workflowIds['team-workflow'] ?? '',
      inputs: {},
      startedBy: { kind: 'schedule', triggerId, name: 'Every morning', ownerId: null },
      origin: { kind: 'api' },
      startKey: null,
    });
    await api.engine.idle();
    const found = await readAll(`actor=${triggerId}`, 50);
    expect(found.map(({ executionId, type }) => [executionId, type])).toEqual([
      [id, 'WORKFLOW_EXECUTION_STARTED'],
    ]);
  });

  it('comes as a whole in JSONL and CSV, which no spreadsheet takes for formulas', async () => {
    const whole = await readAll('', 50);
    const jsonl = await api.ask('GET', path, { headers: { accept: 'application/jsonl' } });
    expect(jsonl.headers.get('content-type')).toContain('application/jsonl');
    expect(
      jsonl.text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(whole);
    const csv = await api.ask('GET', `${path}?format=csv`);
    expect(csv.headers.get('content-type')).toContain('text/csv');
    expect(csv.text.trimEnd().split('\r\n')).toHaveLength(whole.length + 1);
    expect(csv.text).toContain(`,"'=cmd|' /C calc'!A0, ""quoted""",`);
  });

  it.each([
    ['format=xml', 422],
    ['since=yesterday', 422],
    ['cursor=nonsense', 422],
    ['unknown=1', 422],
  ])('refuses %s', async (query, status) => {
    expect((await api.ask('GET', `${path}?${query}`)).status).toBe(status);
  });

  it('is not there for another org', async () => {
    await stage.addMember(foreignOrgId, 'U0OUT', 'owner');
    const key = await stage.keyOf(foreignOrgId, 'U0OUT');
    expect((await stage.ask(key, 'GET', path)).status).toBe(404);
  });
});

describe.skipIf(isMongoMissing())('an export of a large audit log', () => {
  const count = 20_000;
  let testDatabase: TestDatabase;
  let api: HttpFixture;

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    api = await createHttpFixture(testDatabase.uri);
    await nativeDb(api.database).collection<{ _id: string }>('events').insertMany(largeLog(count));
  });
  afterAll(async () => {
    await api.close();
    await testDatabase.drop();
  });

  it('has every entry once, and reads each only once from the database', async () => {
    const db = nativeDb(api.database);
    await db.command({ profile: 2 });
    const { text } = await api.ask('GET', `${path}?format=jsonl`);
    await db.command({ profile: 0 });
    const ids = text
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as Entry).id);
    expect(new Set(ids).size).toBe(count);
    expect(ids).toHaveLength(count);
    const read = await db
      .collection('system.profile')
      .aggregate<{ keys: number }>([
        { $match: { ns: `${db.databaseName}.events` } },
        { $group: { _id: null, keys: { $sum: '$keysExamined' } } },
      ])
      .next();
    // Entries of the same moment are looked at once more where a batch ends among them.
    expect(read?.keys).toBeLessThan(count * 1.1);
  });

  it('reads no further than the receiver takes, and stops when the receiver is gone', async () => {
    const read = new Set<string>();
    const slow = await createHttpFixture(testDatabase.uri, {
      audit: {
        ...api.org.audit,
        async list(...request) {
          const entries = await api.org.audit.list(...request);
          for (const { event } of entries) read.add(event.id);
          return entries;
        },
      },
    });
    const going = new AbortController();
    const headers = { authorization: `Bearer ${adminKey}` };
    const { body } = await fetch(`${slow.url}${path}?format=jsonl`, { headers, signal: going.signal });
    await body?.getReader().read();
    await expect.poll(() => stable(() => read.size), { timeout: 10_000 }).toBe(true);
    const whileWaiting = read.size;
    expect(whileWaiting).toBeLessThan(count);
    going.abort();
    await slow.close();
    expect(read.size).toBeLessThanOrEqual(whileWaiting + 500);
  });
});

/** Whether nothing changes for a while. */
async function stable(value: () => number): Promise<boolean> {
  const before = value();
  await new Promise((resolve) => setTimeout(resolve, 300));
  return before > 0 && value() === before;
}

/** Events of one org as they lie in the collection; several share a moment. */
function largeLog(count: number): ({ _id: string } & Record<string, unknown>)[] {
  return Array.from({ length: count }, (_, index) => {
    const executionId = deriveId('execution', Math.floor(index / 10));
    return {
      _id: `${executionId}:${String((index % 10) + 1).padStart(9, '0')}`,
      eventId: deriveId('event', index),
      orgId: testOrgId,
      workflowId: deriveId('workflow', 1),
      executionId,
      seq: (index % 10) + 1,
      type: 'WORKFLOW_STEP_EXECUTION_DECIDED',
      stepId: deriveId('step', 1),
      stepName: 'approve',
      actor: { kind: 'person', userId: 'U0ANA', name: 'ana' },
      data: { comment: 'within budget '.repeat(20) },
      prevHash: '',
      hash: 'f'.repeat(64),
      createdAt: new Date(startTime.getTime() + Math.floor(index / 7) * 10),
    };
  });
}
