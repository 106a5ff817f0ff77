import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createChainReader } from '../../models/chain-reader.ts';
import { nativeDb } from '../../models/database.ts';
import type { EventDocument } from '../../models/event.ts';
import { hashEvent } from '../../src/domain/event.ts';
import { type AuditReport, auditStart, verifyAudit } from '../../src/engine/audit/verify-audit.ts';
import { runVerifyAudit } from '../../src/operator/run-verify-audit.ts';
import { type AccessStage, createAccessStage, foreignOrgId, operatorOf } from '../support/access-stage.ts';
import { testOrgId } from '../support/builders.ts';
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

  it('goes on where it left off when it takes too long', async () => {
    const whole = (await verify()).checked;
    const chains = createChainReader(api.database);
    const sum = { orgEvents: 0, executionEvents: 0, executions: 0 };
    let rounds = 0;
    for (let from: typeof auditStart | null = auditStart; from !== null; rounds += 1) {
      const report: AuditReport = await verifyAudit({ chains, isTimeUp: () => true }, testOrgId, from);
      expect(report.firstBreak).toBeNull();
      for (const key of ['orgEvents', 'executionEvents', 'executions'] as const)
        sum[key] += report.checked[key];
      from = report.next;
    }
    expect(sum).toEqual(whole);
    expect(rounds).toBeGreaterThan(whole.orgEvents);
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
