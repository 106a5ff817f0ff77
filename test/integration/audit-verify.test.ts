import { mongo } from 'mongoose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chainBatch, createChainReader, type LogPlace } from '../../models/chain-reader.ts';
import { connectDatabase, nativeDb } from '../../models/database.ts';
import { type EventDocument, eventKey } from '../../models/event.ts';
import { hashEvent } from '../../src/domain/event.ts';
import { deriveId } from '../../src/domain/ids.ts';
import {
  type AuditProgress,
  type AuditReport,
  auditStart,
  verifyAudit,
} from '../../src/engine/audit/verify-audit.ts';
import { encodeCursor } from '../../src/http/api/paging.ts';
import { runVerifyAudit } from '../../src/operator/run-verify-audit.ts';
import { type AccessStage, createAccessStage, foreignOrgId, operatorOf } from '../support/access-stage.ts';
import { testOrgId } from '../support/builders.ts';
import { explainSent } from '../support/explain-sent.ts';
import { createHttpFixture, type HttpFixture } from '../support/http-fixture.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

interface Verification {
  isIntact: boolean;
  isComplete: boolean;
  firstBreak: { executionId: string | null; seq: number; problem: string; message: string } | null;
  checked: { orgEvents: number; executionEvents: number; executions: number };
  orgHead: { seq: number; hash: string } | null;
  nextCursor: string | null;
}

/** Documents of any form: whoever tampers does not use our types. */
interface Loose {
  _id: string;
  [field: string]: unknown;
}

const path = `/api/orgs/${testOrgId}/events/verify`;

describe.skipIf(isMongoMissing())('verifying the audit log', () => {
  let testDatabase: TestDatabase;
  let api: HttpFixture;
  let stage: AccessStage;
  let taskId: string;

  beforeEach(async () => {
    testDatabase = await createTestDatabase();
    api = await createHttpFixture(testDatabase.uri);
    stage = await createAccessStage(api);
    for (const name of ['Finance', 'Sales', 'Support']) {
      await api.org.teams.create(operatorOf(testOrgId), testOrgId, name);
    }
    taskId = await stage.startTask('org-workflow');
    await stage.startTask('org-workflow');
    await api.engine.idle();
  });
  afterEach(async () => {
    await api.close();
    await testDatabase.drop();
  });

  function collection(name: 'events' | 'orgEvents' | 'executions') {
    return nativeDb(api.database).collection<Loose>(name);
  }

  function ofTask(seq: number): string {
    return `${taskId}:${String(seq).padStart(9, '0')}`;
  }

  function ofOrg(seq: number): string {
    return `${testOrgId}:${String(seq).padStart(12, '0')}`;
  }

  async function verify(query = ''): Promise<Verification> {
    const answer = await api.ask<Verification>('GET', `${path}${query}`);
    expect(answer.status, answer.text).toBe(200);
    return answer.body;
  }

  it('says that everything is as it was written, and how much that is', async () => {
    const events = await collection('events').countDocuments({ orgId: testOrgId });
    const executions = (await collection('events').distinct('executionId', { orgId: testOrgId })).length;
    const orgEvents = await collection('orgEvents').countDocuments({ orgId: testOrgId });
    const last = await collection('orgEvents').findOne({ _id: ofOrg(orgEvents) });
    expect(await verify()).toEqual({
      isIntact: true,
      isComplete: true,
      firstBreak: null,
      checked: { orgEvents, executionEvents: events, executions },
      orgHead: { seq: orgEvents, hash: last?.['hash'] },
      nextCursor: null,
    });
  });

  it.each<[what: string, tamper: () => Promise<unknown>, expected: object]>([
    [
      'a word of a fact about the org was changed',
      () => collection('orgEvents').updateOne({ _id: ofOrg(2) }, { $set: { 'subject.name': 'Mine' } }),
      { executionId: null, seq: 2, problem: 'changed' },
    ],
    [
      'a fact about the org was taken out',
      () => collection('orgEvents').deleteOne({ _id: ofOrg(2) }),
      { executionId: null, seq: 2, problem: 'missing' },
    ],
  ])('names the event when %s', async (_what, tamper, expected) => {
    await tamper();
    const { isIntact, firstBreak, nextCursor } = await verify();
    expect(isIntact).toBe(false);
    expect(firstBreak).toMatchObject(expected);
    expect(firstBreak?.message).toMatch(/^Event 2 of the org's own log (was changed|is missing)/);
    expect(nextCursor).toBeNull();
  });

  it('names the event of a task whose decider was changed', async () => {
    await collection('events').updateOne({ _id: ofTask(2) }, { $set: { 'actor.userId': 'U0EVE' } });
    const { firstBreak } = await verify();
    expect(firstBreak).toMatchObject({ executionId: taskId, seq: 2, problem: 'changed' });
    expect(firstBreak?.message).toBe(
      `Event 2 of task ${taskId} was changed: its hash is not that of what it says.`,
    );
    expect((await verify(`?executionId=${taskId}`)).firstBreak).toEqual(firstBreak);
  });

  it('finds an event that was changed together with its own hash, by the one after it', async () => {
    const first = await collection('events').findOne({ _id: ofTask(1) });
    const { _id, eventId, ...facts } = first as unknown as EventDocument;
    const forged = { ...facts, id: eventId, data: { forged: true } };
    await collection('events').updateOne(
      { _id: ofTask(1) },
      { $set: { data: { forged: true }, hash: hashEvent(forged) } },
    );
    expect((await verify()).firstBreak).toMatchObject({ executionId: taskId, seq: 2, problem: 'unchained' });
  });

  it('finds a log that was cut off at its end, and one that was taken away whole', async () => {
    const last = await collection('events').countDocuments({ executionId: taskId });
    await collection('events').deleteOne({ _id: ofTask(last) });
    expect((await verify()).firstBreak).toMatchObject({ executionId: taskId, seq: last, problem: 'missing' });
    await collection('events').deleteMany({ executionId: taskId });
    expect((await verify()).firstBreak).toMatchObject({ executionId: taskId, seq: 1, problem: 'missing' });
  });

  it('does not take a purged execution, or events that are not in the log yet, for a break', async () => {
    await stage.startTask('org-workflow');
    await collection('executions').deleteOne({ _id: taskId });
    expect((await verify()).isIntact).toBe(true);
    expect((await verify(`?executionId=${taskId}`)).checked.executions).toBe(1);
  });

  it('looks at one org only, and not for whoever may not', async () => {
    await api.org.teams.create(operatorOf(foreignOrgId), foreignOrgId, 'Theirs');
    await collection('orgEvents').updateMany({ orgId: foreignOrgId }, { $set: { hash: 'forged' } });
    expect((await verify()).isIntact).toBe(true);
    await stage.addMember(foreignOrgId, 'U0OUT', 'owner');
    await stage.addMember(testOrgId, 'U0IN', 'member');
    expect((await stage.ask(await stage.keyOf(foreignOrgId, 'U0OUT'), 'GET', path)).status).toBe(404);
    expect((await stage.ask(await stage.keyOf(testOrgId, 'U0IN'), 'GET', path)).status).toBe(403);
    const foreign = await api.ask('GET', `${path}?executionId=${'f'.repeat(24)}`);
    expect(foreign.status).toBe(404);
  });

  it.each<[what: string, createdAt: unknown]>([
    ['a text', '2027-01-01T00:00:00.000Z'],
    ['another kind of time', new mongo.Timestamp({ t: 1, i: 1 })],
    ['a time after all times', mongo.BSON.EJSON.parse('{"$date":{"$numberLong":"9000000000000000"}}')],
    ['several times', [new Date(0), new Date(1)]],
  ])('finds an event whose time was made %s', async (_what, createdAt) => {
    await collection('executions').deleteOne({ _id: taskId });
    await collection('events').updateOne({ _id: ofTask(1) }, { $set: { createdAt } });
    expect((await verify()).firstBreak).toMatchObject({ executionId: taskId, seq: 1, problem: 'changed' });
  });

  it('finds a task whose beginning was given to another org', async () => {
    await collection('executions').deleteOne({ _id: taskId });
    await collection('events').updateOne({ _id: ofTask(1) }, { $set: { orgId: foreignOrgId } });
    expect((await verify()).firstBreak).toMatchObject({ executionId: taskId, seq: 1, problem: 'missing' });
  });

  /** Every part of it in an answer of its own, each asked for with the cursor of the one before. */
  async function verifyInParts(): Promise<{ reports: AuditReport[]; cursors: AuditProgress[] }> {
    const chains = createChainReader(api.database);
    const reports: AuditReport[] = [];
    const cursors: AuditProgress[] = [];
    for (let from: AuditProgress | null = auditStart; from !== null; ) {
      const report: AuditReport = await verifyAudit({ chains, isTimeUp: () => true }, testOrgId, from);
      reports.push(report);
      from = report.next;
      if (from !== null) cursors.push(from);
    }
    return { reports, cursors };
  }

  it('goes on where it left off when it takes too long', async () => {
    const whole = (await verify()).checked;
    const { reports } = await verifyInParts();
    const sum = { orgEvents: 0, executionEvents: 0, executions: 0 };
    for (const { firstBreak, checked } of reports) {
      expect(firstBreak).toBeNull();
      for (const key of ['orgEvents', 'executionEvents', 'executions'] as const) sum[key] += checked[key];
    }
    expect(sum).toEqual(whole);
    expect(reports.length).toBeGreaterThan(whole.orgEvents);
  });

  it('names the first break on whichever page it comes, and nothing after it', async () => {
    const second = await collection('events').findOne({
      orgId: testOrgId,
      executionId: { $ne: taskId },
      seq: 2,
    });
    await collection('events').updateOne({ _id: second?._id ?? '' }, { $set: { 'data.forged': true } });
    const { reports } = await verifyInParts();
    const executionId = second?.['executionId'];
    expect(reports.at(-1)).toMatchObject({
      firstBreak: { executionId, seq: 2, problem: 'changed' },
      next: null,
    });
    expect(reports.slice(0, -1).every(({ firstBreak }) => firstBreak === null)).toBe(true);
    expect(reports.length).toBeGreaterThan(2);
  });

  it("says on every page where the org's own log ends, for a client that keeps the last of them", async () => {
    const { orgHead } = await verify();
    const { cursors } = await verifyInParts();
    const later = cursors.filter(({ stage }) => stage !== 'org');
    expect(later.length).toBeGreaterThan(1);
    for (const cursor of later) {
      const answer = await verify(`?cursor=${encodeCursor(cursor)}`);
      expect(answer).toMatchObject({ isIntact: true, isComplete: true, orgHead });
    }
  });

  describe('in a large database', () => {
    const purged = 2 * chainBatch + 50;

    /** Logs of one event, of tasks that are purged, all of the same moment. */
    async function insertLogs(orgId: string): Promise<void> {
      const documents = Array.from({ length: purged }, (_, index) => {
        const executionId = deriveId('purged', orgId, index);
        const facts = {
          id: deriveId('event', executionId),
          orgId,
          workflowId: deriveId('workflow', orgId),
          executionId,
          type: 'WORKFLOW_EXECUTION_STARTED' as const,
          stepId: null,
          stepName: null,
          actor: { kind: 'system' } as const,
          data: {},
          seq: 1,
          prevHash: '',
          createdAt: new Date('2026-01-01T00:00:00Z'),
        };
        const { id: eventId, ...rest } = facts;
        return { _id: eventKey(executionId, 1), eventId, ...rest, hash: hashEvent(facts) };
      });
      await nativeDb(api.database).collection<EventDocument>('events').insertMany(documents);
    }

    it('checks each task once, however many began at the same moment', async () => {
      const before = (await verify()).checked.executions;
      await insertLogs(testOrgId);
      let asked = 0;
      const isTimeUp = (): boolean => (asked += 1) % 400 === 0;
      const chains = createChainReader(api.database);
      let executions = 0;
      let pages = 0;
      for (let from: AuditProgress | null = auditStart; from !== null; pages += 1) {
        const report: AuditReport = await verifyAudit({ chains, isTimeUp }, testOrgId, from);
        expect(report.firstBreak).toBeNull();
        executions += report.checked.executions;
        from = report.next;
      }
      expect(executions).toBe(before + purged);
      expect(pages).toBeGreaterThan(2);
    });

    it("reads a bounded part at a time, from the org's own keys alone", async () => {
      await insertLogs(testOrgId);
      await insertLogs(foreignOrgId);
      const database = await connectDatabase(testDatabase.uri, { monitorCommands: true });
      try {
        const chains = createChainReader(database);
        let after: LogPlace | null = null;
        for (let part = 0; part === 0 || after !== null; part += 1) {
          const from = after;
          const explained = await explainSent(database, async () => {
            after = (await chains.listStarts(testOrgId, from)).next;
          });
          const keys = explained.reduce((sum, { keysExamined }) => sum + keysExamined, 0);
          expect(keys).toBeLessThanOrEqual(2 * chainBatch + 4);
          for (const { stages } of explained) expect(stages).not.toContain('SORT');
          for (const { stages } of explained) expect(stages).not.toContain('COLLSCAN');
        }
        const [undated] = await explainSent(database, () => chains.findUndated(testOrgId));
        expect(undated?.keysExamined).toBeLessThanOrEqual(4);
        for (const place of [null, { workflowId: '5'.repeat(24), executionId: '5'.repeat(24) }]) {
          const explained = await explainSent(database, () => chains.listClaims(testOrgId, place));
          for (const { stages, keysExamined } of explained) {
            expect(keysExamined).toBeLessThanOrEqual(chainBatch + 2);
            expect(stages).toContain('IXSCAN');
            expect(stages).not.toContain('SORT');
          }
        }
      } finally {
        await database.close();
      }
    });
  });

  it('is done for every org by the operator, who reads which one is broken', async () => {
    const lines: string[] = [];
    const run = () =>
      runVerifyAudit({ database: api.database, orgId: null, print: (line) => lines.push(line) });
    expect(await run()).toBe(true);
    expect(lines).toHaveLength(2);
    const [acme] = lines.filter((line) => line.includes('Acme'));
    expect(acme).toMatch(/^intact\tAcme \([0-9a-f]{24}\)\t\d+ events of the org, \d+ events of [1-9]/);
    await collection('events').deleteOne({ _id: ofTask(1) });
    expect(await run()).toBe(false);
    expect(lines.slice(2).join('\n')).toMatch(
      new RegExp(`^BROKEN\tAcme .*Event 1 of task ${taskId} is missing`, 'm'),
    );
  });
});
