import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDatabase, type Database, nativeDb } from '../../models/database.ts';
import { ensureIndexes } from '../../models/ensure-indexes.ts';
import { createOrgEventLog } from '../../models/org-event-log.ts';
import { deriveId } from '../../src/domain/ids.ts';
import { findOrgChainBreak } from '../../src/domain/org-event-chain.ts';
import type { OrgEventDraft, OrgEventLog } from '../../src/domain/org-event.ts';
import { startTime } from '../support/builders.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

function draft(orgId: string, number: number): OrgEventDraft {
  return {
    id: deriveId('event', orgId, number),
    orgId,
    type: 'TEAM_CREATED',
    workflowId: null,
    actor: { kind: 'person', userId: 'U0ANA', name: 'Ana' },
    subject: { kind: 'team', id: deriveId('team', number), name: `Team ${number}` },
    data: { number, nested: { unicode: 'ñ', list: [1, null, 'x'] } },
    createdAt: new Date(startTime.getTime() + number),
  };
}

describe.skipIf(isMongoMissing())('the audit log of an org', () => {
  let testDatabase: TestDatabase;
  let processes: Database[];

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    processes = await Promise.all([1, 2, 3].map(() => connectDatabase(testDatabase.uri)));
    for (const database of processes.slice(0, 1)) await ensureIndexes(database);
  });
  afterAll(async () => {
    await Promise.all(processes.map((database) => database.close()));
    await testDatabase.drop();
  });

  it('is one chain without a gap, however many processes append to it at once', async () => {
    const orgIds = [deriveId('org', 'a'), deriveId('org', 'b')];
    const logs = processes.map(createOrgEventLog);
    const logOf = (index: number): OrgEventLog => logs[index % logs.length] as OrgEventLog;
    const appends = orgIds.flatMap((orgId) =>
      Array.from({ length: 30 }, (_, index) =>
        logOf(index).append([draft(orgId, 2 * index), draft(orgId, 2 * index + 1)]),
      ),
    );
    await Promise.all(appends);
    for (const orgId of orgIds) {
      const events = (await logs[0]?.list(orgId)) ?? [];
      expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
      expect(new Set(events.map(({ id }) => id)).size).toBe(60);
      expect(findOrgChainBreak(events)).toBeNull();
    }
  });

  it('has an event once that several processes log, also twice in one call', async () => {
    const orgId = deriveId('org', 'once');
    const logs = processes.map(createOrgEventLog);
    const drafts = [draft(orgId, 1), draft(orgId, 2), draft(orgId, 1)];
    await Promise.all(logs.map((log) => log.append(drafts)));
    await logs[0]?.append([draft(orgId, 2), draft(orgId, 3)]);
    const events = (await logs[0]?.list(orgId)) ?? [];
    expect(events.map(({ id }) => id)).toEqual([1, 2, 3].map((number) => draft(orgId, number).id));
    expect(findOrgChainBreak(events)).toBeNull();
  });

  it.each([
    ['data', { $set: { 'data.number': 999 } }],
    ['who did it', { $set: { 'actor.userId': 'U0EVE' } }],
    ['when', { $set: { createdAt: new Date(0) } }],
  ])('shows where somebody changed %s', async (what, change) => {
    const orgId = deriveId('org', 'forged', what);
    const [database] = processes;
    if (database === undefined) throw new Error('no database');
    const log = createOrgEventLog(database);
    await log.append([1, 2, 3].map((number) => draft(orgId, number)));
    await nativeDb(database).collection('orgEvents').updateOne({ orgId, seq: 2 }, change);
    expect(findOrgChainBreak(await log.list(orgId))).toBe(2);
  });
});
