import { randomBytes } from 'node:crypto';
import mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDatabase, type Database } from '../../models/database.ts';
import { ensureIndexes } from '../../models/ensure-indexes.ts';
import { memberModel } from '../../models/member.ts';
import { createOrgStore } from '../../models/org.ts';
import { type OrgServices, createOrgServices } from '../../src/composition/create-org-services.ts';
import { deriveId } from '../../src/domain/ids.ts';
import type { MemberAccount } from '../../src/domain/member.ts';
import { RetryableError } from '../../src/errors.ts';
import { createLogger } from '../../src/logger.ts';
import { operatorOf } from '../support/access-stage.ts';
import { startTime } from '../support/builders.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const minuteMs = 60_000;

describe.skipIf(isMongoMissing())('members', () => {
  let testDatabase: TestDatabase;
  let database: Database;
  let clock: ManualClock;
  let org: OrgServices;
  let orgs = 0;
  let orgId: string;
  /** What Slack says; null: it cannot be asked. */
  let slack: Map<string, MemberAccount> | null;

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    database = await connectDatabase(testDatabase.uri);
    await ensureIndexes(database);
    clock = new ManualClock();
    org = createOrgServices({
      database,
      accounts: {
        find: async (_orgId, userId) => {
          if (slack === null) throw new RetryableError('Slack is down');
          return slack.get(userId) ?? null;
        },
      },
      clock,
      newId: () => new mongoose.Types.ObjectId().toHexString(),
      newSecret: () => randomBytes(32).toString('base64url'),
      logger: createLogger('fatal'),
    });
  });
  afterAll(async () => {
    await database.close();
    await testDatabase.drop();
  });

  async function newOrg(...accounts: Partial<MemberAccount>[]): Promise<void> {
    orgId = deriveId('members', orgs++);
    await createOrgStore(database).ensure({
      id: orgId,
      name: 'Acme',
      slackTeamId: orgId,
      createdAt: startTime,
    });
    const known = accounts.map((account): MemberAccount => {
      return {
        userId: 'U0ANA',
        name: 'Ana',
        email: 'ana@example.com',
        role: 'member',
        deactivated: false,
        isOutside: false,
        ...account,
      };
    });
    slack = new Map(known.map((account) => [account.userId, account]));
  }

  function slackSays(changes: Partial<MemberAccount>): void {
    const account = slack?.get('U0ANA');
    if (account !== undefined) slack?.set('U0ANA', { ...account, ...changes });
    clock.advance(6 * minuteMs);
  }

  it('are made when they are first seen, once, with what Slack says of them', async () => {
    await newOrg({ role: 'admin' });
    await Promise.all([1, 2, 3].map(() => org.members.see(orgId, 'U0ANA', 'ana')));
    expect(await org.members.list(operatorOf(orgId), orgId)).toMatchObject([
      { userId: 'U0ANA', name: 'Ana', email: 'ana@example.com', role: 'admin', status: 'ACTIVE' },
    ]);
    const events = await org.orgEvents.list(orgId);
    expect(events.map(({ type }) => type)).toEqual(['MEMBER_ADDED']);
  });

  it('are let in as guests while Slack cannot be asked who they are, and looked up the next time', async () => {
    await newOrg({ role: 'owner' });
    const known = slack;
    slack = null;
    expect(await org.members.see(orgId, 'U0ANA', 'ana')).toMatchObject({ name: 'ana', role: 'guest' });
    expect(await org.members.find(orgId, 'U0ANA')).toBeNull();
    slack = known;
    expect(await org.members.see(orgId, 'U0ANA', 'ana')).toMatchObject({ name: 'Ana', role: 'owner' });
  });

  it('follow Slack in their role, until it is set here', async () => {
    await newOrg({});
    const { id } = await org.members.see(orgId, 'U0ANA', null);
    slackSays({ role: 'admin' });
    expect(await org.members.current(orgId, 'U0ANA')).toMatchObject({ role: 'admin' });
    await org.members.changeRole(operatorOf(orgId), orgId, id, 'member');
    slackSays({ role: 'owner', name: 'Ana María' });
    expect(await org.members.current(orgId, 'U0ANA')).toMatchObject({ role: 'member', name: 'Ana María' });
  });

  it('lose access with their Slack account, and have it again when it is back', async () => {
    await newOrg({});
    await org.members.see(orgId, 'U0ANA', null);
    const access = async (): Promise<unknown> => {
      const member = await org.members.current(orgId, 'U0ANA');
      return member === null ? null : org.members.accessOf(member);
    };
    expect(await access()).not.toBeNull();
    slackSays({ deactivated: true });
    expect(await access()).toBeNull();
    slackSays({ deactivated: false });
    expect(await access()).not.toBeNull();
  });

  it('who were removed stay out when they come back in Slack, until an admin adds them', async () => {
    await newOrg({});
    const { id } = await org.members.see(orgId, 'U0ANA', null);
    await org.members.remove(operatorOf(orgId), orgId, id);
    expect(await org.members.accessOf(await org.members.see(orgId, 'U0ANA', null))).toBeNull();
    const back = { userId: 'U0ANA', name: null, email: null, role: null };
    await org.members.add(operatorOf(orgId), orgId, back);
    expect(await org.members.accessOf(await org.members.see(orgId, 'U0ANA', null))).not.toBeNull();
    await expect(org.members.add(operatorOf(orgId), orgId, back)).rejects.toThrow('a member already');
  });

  it('of a team are listed, however many people of the org come before them by name', async () => {
    await newOrg({ name: 'Zoe' }, { userId: 'U0BO', name: 'Bo' });
    const { id: _id, ...like } = await org.members.see(orgId, 'U0ANA', 'Zoe');
    await memberModel(database).insertMany(
      Array.from({ length: 1_001 }, (_, index) => ({
        ...like,
        _id: (0x1000 + index).toString(16).padStart(24, 'd'),
        userId: `U9${String(index).padStart(4, '0')}`,
        name: `Member ${index}`,
      })),
    );
    const by = operatorOf(orgId);
    expect(await org.members.list(by, orgId)).toHaveLength(1_000);
    const seen: string[] = [];
    for (let page = await org.members.listAfter(by, orgId, null, 400); ; ) {
      seen.push(...page.map(({ userId }) => userId));
      const last = page.at(-1);
      if (last === undefined) break;
      page = await org.members.listAfter(by, orgId, last, 400);
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect([seen.length, seen.at(-1)]).toEqual([1_002, 'U0ANA']);
    expect(await org.members.list(by, orgId, ['U0ANA', 'U0NOBODY'])).toMatchObject([{ name: 'Zoe' }]);
    expect(await org.members.list(by, orgId, [])).toEqual([]);
  });

  it('get an owner where there is none, and no second one', async () => {
    await newOrg({}, { userId: 'U0BO', name: 'Bo' });
    const [ana, bo] = ['U0ANA', 'U0BO'].map((userId) => ({ userId, name: userId, email: null }));
    if (ana === undefined || bo === undefined) throw new Error('nobody');
    await org.members.see(orgId, 'U0ANA', null);
    await org.members.ensureOwner(orgId, ana);
    await org.members.ensureOwner(orgId, bo);
    const all = await org.members.list(operatorOf(orgId), orgId);
    expect(all.map(({ userId, role }) => [userId, role])).toEqual([['U0ANA', 'owner']]);
  });

  it('are made owners, and changed as owners, by owners only', async () => {
    await newOrg({}, { userId: 'U0BO', name: 'Bo', role: 'owner' });
    const { id } = await org.members.see(orgId, 'U0ANA', null);
    const owner = await org.members.see(orgId, 'U0BO', null);
    const admin = { ...operatorOf(orgId), access: { ...operatorOf(orgId).access, role: 'admin' as const } };
    await expect(org.members.changeRole(admin, orgId, id, 'owner')).rejects.toThrow('Only owners');
    await expect(org.members.remove(admin, orgId, owner.id)).rejects.toThrow('Only owners');
    expect(await org.members.changeRole(admin, orgId, id, 'admin')).toMatchObject({ role: 'admin' });
  });
});
