import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nativeDb } from '../../models/database.ts';
import { createMemberStore } from '../../models/member-store.ts';
import { parseKeysCommand } from '../../src/operator/parse-keys-command.ts';
import { runKeys } from '../../src/operator/run-keys.ts';
import { type AccessStage, createAccessStage, operatorOf } from '../support/access-stage.ts';
import { testOrgId } from '../support/builders.ts';
import { adminKey, createHttpFixture, type HttpFixture } from '../support/http-fixture.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

interface Entity {
  id: string;
  key: string;
  [field: string]: unknown;
}
interface List {
  items: Entity[];
}

const home = `/api/orgs/${testOrgId}`;
const dayMs = 86_400_000;

describe.skipIf(isMongoMissing())('keys for the API', () => {
  let testDatabase: TestDatabase;
  let api: HttpFixture;
  let stage: AccessStage;
  let ana: string;
  let bo: string;

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    api = await createHttpFixture(testDatabase.uri);
    stage = await createAccessStage(api);
    await stage.addMember(testOrgId, 'U0ANA', 'admin');
    await stage.addMember(testOrgId, 'U0BO', 'member', [stage.teamIds.owning]);
    ana = await stage.keyOf(testOrgId, 'U0ANA');
    bo = await stage.keyOf(testOrgId, 'U0BO');
  });
  afterAll(async () => {
    await api.close();
    await testDatabase.drop();
  });

  async function create(bearer: string, body: object): Promise<Entity> {
    const answer = await stage.ask<Entity>(bearer, 'POST', `${home}/api-keys`, body);
    expect(answer.status, answer.text).toBe(201);
    return answer.body;
  }

  async function statusWith(bearer: string): Promise<number> {
    return (await stage.ask(bearer, 'GET', home)).status;
  }

  function operator() {
    const told: string[] = [];
    const printed: string[] = [];
    const tell = (line: string): void => void told.push(line);
    const print = (line: string): void => void printed.push(line);
    const { database, org, clock } = api;
    const run = (...args: string[]): Promise<void> =>
      runKeys({ database, org, clock, tell, print }, parseKeysCommand(['--org', testOrgId, ...args]));
    return { told, printed, run };
  }

  it('work until they are revoked, and never again', async () => {
    const { id, key } = await create(bo, { name: 'Script', kind: 'user' });
    expect(key).toMatch(new RegExp(`^user-${id}\\.[\\w-]{43}$`));
    expect(await statusWith(key)).toBe(200);
    expect((await stage.ask(bo, 'DELETE', `${home}/api-keys/${id}`)).status).toBe(204);
    expect(await statusWith(key)).toBe(401);
    expect((await stage.ask(bo, 'DELETE', `${home}/api-keys/${id}`)).status).toBe(404);
  });

  it('work until they expire', async () => {
    const expiresAt = new Date(api.clock.now().getTime() + dayMs).toISOString();
    const { key } = await create(bo, { name: 'For a day', kind: 'user', expiresAt });
    expect(await statusWith(key)).toBe(200);
    api.clock.advance(dayMs - 1);
    expect(await statusWith(key)).toBe(200);
    api.clock.advance(1);
    expect(await statusWith(key)).toBe(401);
    const past = { name: 'Too late', kind: 'user', expiresAt };
    expect((await stage.ask(bo, 'POST', `${home}/api-keys`, past)).status).toBe(422);
  });

  it('open nothing under another kind, with another secret, or cut short', async () => {
    const { id, key } = await create(bo, { name: 'Mine', kind: 'user' });
    const secret = key.split('.')[1] ?? '';
    const others = [
      `team-${id}.${secret}`,
      `handler-${id}.${secret}`,
      `user-${id}.${'A'.repeat(43)}`,
      `user-${id}.${secret}x`,
      `user-${id}.${secret.slice(1)}`,
      `user-${id}.`,
      `user-${'0'.repeat(24)}.${secret}`,
      secret,
    ];
    for (const other of others) expect(await statusWith(other), other).toBe(401);
    expect(await statusWith(key)).toBe(200);
  });

  it('are shown once: their secrets are neither stored, listed, nor logged', async () => {
    const made = [
      await create(bo, { name: 'One', kind: 'user' }),
      await create(ana, { name: 'Two', kind: 'team', teamId: stage.teamIds.owning }),
    ];
    const seen: string[] = [(await stage.ask(ana, 'GET', `${home}/api-keys`)).text];
    seen.push((await stage.ask(ana, 'GET', `${home}/events?format=jsonl`)).text);
    for (const { name } of await nativeDb(api.database).listCollections().toArray()) {
      seen.push(JSON.stringify(await nativeDb(api.database).collection(name).find().toArray()));
    }
    for (const { id, key } of made) {
      const [, secret = ''] = key.split('.');
      expect(seen.join(), 'the key itself is known').toContain(id);
      expect(seen.join()).not.toContain(secret);
    }
    expect(api.errorLog).toEqual([]);
  });

  it('say when they were last used, to the minute', async () => {
    const { id, key } = await create(bo, { name: 'Used', kind: 'user' });
    const lastUsed = async (): Promise<unknown> => {
      const { body } = await stage.ask<List>(bo, 'GET', `${home}/api-keys`);
      return body.items.find((item) => item.id === id)?.['lastUsedAt'];
    };
    expect(await lastUsed()).toBeNull();
    await statusWith(key);
    const first = api.clock.now().toISOString();
    expect(await lastUsed()).toBe(first);
    api.clock.advance(30_000);
    await statusWith(key);
    expect(await lastUsed()).toBe(first);
    api.clock.advance(31_000);
    await statusWith(key);
    expect(await lastUsed()).toBe(api.clock.now().toISOString());
  });

  it("are listed to who has them; admins see the org's", async () => {
    const mine = await stage.ask<List>(bo, 'GET', `${home}/api-keys`);
    expect(new Set(mine.body.items.map((key) => key['userId']))).toEqual(new Set(['U0BO']));
    const all = await stage.ask<List>(ana, 'GET', `${home}/api-keys`);
    expect(new Set(all.body.items.map((key) => key['userId']))).toEqual(new Set(['U0ANA', 'U0BO', null]));
    const [anas] = all.body.items.filter((key) => key['userId'] === 'U0ANA');
    expect((await stage.ask(bo, 'DELETE', `${home}/api-keys/${anas?.id}`)).status).toBe(404);
  });

  it('of people lose what the people lose: role, team, membership', async () => {
    const member = await stage.addMember(testOrgId, 'U0CHI', 'admin', [stage.teamIds.owning]);
    const chi = await stage.keyOf(testOrgId, 'U0CHI');
    const workflow = `/api/workflows/${stage.workflowIds['team-workflow']}`;
    const owner = adminKey;
    expect((await stage.ask(chi, 'GET', `${home}/events`)).status).toBe(200);
    await stage.ask(owner, 'PATCH', `${home}/members/${member.id}`, { role: 'member' });
    expect((await stage.ask(chi, 'GET', `${home}/events`)).status).toBe(403);
    expect((await stage.ask(chi, 'GET', workflow)).status).toBe(200);
    const inTeam = `${home}/teams/${stage.teamIds.owning}/members/${member.id}`;
    expect((await stage.ask(owner, 'DELETE', inTeam)).status).toBe(204);
    expect((await stage.ask(chi, 'GET', workflow)).status).toBe(404);
    expect((await stage.ask(owner, 'DELETE', `${home}/members/${member.id}`)).status).toBe(204);
    expect(await statusWith(chi)).toBe(401);
  });

  it('of a team end with the team, which stays while it owns workflows', async () => {
    const team = await stage.ask<Entity>(ana, 'POST', `${home}/teams`, { name: 'Short-lived' });
    const { key } = await create(ana, { name: 'CI', kind: 'team', teamId: team.body.id });
    expect(await statusWith(key)).toBe(200);
    const made = await stage.ask<Entity>(key, 'POST', `${home}/workflows`, { name: 'Of the short-lived' });
    const path = `${home}/teams/${team.body.id}`;
    expect((await stage.ask(ana, 'DELETE', path)).status).toBe(409);
    expect((await stage.ask(ana, 'DELETE', `/api/workflows/${made.body.id}`)).status).toBe(204);
    expect((await stage.ask(ana, 'DELETE', path)).status).toBe(204);
    expect(await statusWith(key)).toBe(401);
  });

  it('are made, listed and revoked by npm run keys', async () => {
    const { told, printed, run } = operator();
    await run('create', '--user', 'U0FIRST', '--owner', '--expires', '90d');
    const [bearer = ''] = printed.splice(0);
    const me = await stage.ask<List>(bearer, 'GET', `${home}/members`);
    expect(me.body.items.find((item) => item['userId'] === 'U0FIRST')).toMatchObject({ role: 'owner' });
    expect(told.join()).not.toContain(bearer);

    await run('create', '--team', 'owning');
    expect(await statusWith(printed.splice(0)[0] ?? '')).toBe(200);
    await run('list');
    expect(printed.splice(0).join()).not.toContain(bearer.split('.')[1]);
    await run('revoke', bearer);
    expect(await statusWith(bearer)).toBe(401);
    await expect(run('create', '--user', 'nobody@example.com')).rejects.toThrow('Nobody in Acme');
    expect(() => parseKeysCommand(['create'])).toThrow('either --user or --team');
    expect(() => parseKeysCommand(['create', '--user', 'U0', '--expires', 'soon'])).toThrow('--expires');
  });

  it('are not made by npm run keys to open nothing: who is of another workspace is let in, who is deactivated is not', async () => {
    const { printed, run } = operator();
    const members = createMemberStore(api.database);
    const now = api.clock.now();
    const outsider = await stage.addMember(testOrgId, 'U0OUTSIDE', 'member');
    await members.update(testOrgId, outsider.id, { status: 'OUTSIDE', isRoleSet: false }, now);
    await run('create', '--user', 'U0OUTSIDE');
    expect(await statusWith(printed.splice(0)[0] ?? '')).toBe(200);
    const letIn = { status: 'ACTIVE', role: 'guest', isRoleSet: true };
    expect(await members.find(testOrgId, 'U0OUTSIDE')).toMatchObject(letIn);
    // Nobody knows any more whether who was taken out is of another workspace: a role lets them in, as it did before.
    await members.update(testOrgId, outsider.id, { status: 'REMOVED', role: 'owner' }, now);
    await run('create', '--user', 'U0OUTSIDE');
    expect(await statusWith(printed.splice(0)[0] ?? '')).toBe(200);
    expect(await members.find(testOrgId, 'U0OUTSIDE')).toMatchObject({ ...letIn, role: 'member' });
    const gone = await stage.addMember(testOrgId, 'U0GONE', 'member');
    await members.update(testOrgId, gone.id, { status: 'DEACTIVATED' }, now);
    for (const more of [[], ['--owner']])
      await expect(run('create', '--user', 'U0GONE', ...more)).rejects.toThrow('is deactivated in Slack');
    expect(printed).toEqual([]);
    expect(await members.find(testOrgId, 'U0GONE')).toMatchObject({ role: 'member', status: 'DEACTIVATED' });
  });

  it('are in the audit log with whoever made and revoked them', async () => {
    const { id } = await create(bo, { name: 'Noted', kind: 'user' });
    await stage.ask(ana, 'DELETE', `${home}/api-keys/${id}`);
    const { body } = await stage.ask<List>(ana, 'GET', `${home}/events?limit=2`);
    expect(body.items).toMatchObject([
      { type: 'API_KEY_REVOKED', actor: { userId: 'U0ANA' }, subject: { id, name: 'Noted' } },
      { type: 'API_KEY_CREATED', actor: { userId: 'U0BO' }, subject: { id, name: 'Noted' } },
    ]);
  });

  it('keep the last owner', async () => {
    for (const userId of ['U0ONE', 'U0TWO', 'U0THREE']) await stage.addMember(testOrgId, userId, 'owner');
    const owners = (await api.org.members.list(operatorOf(testOrgId), testOrgId)).filter(
      ({ role }) => role === 'owner',
    );
    const results = await Promise.allSettled(
      owners.map(({ id }) => api.org.members.changeRole(operatorOf(testOrgId), testOrgId, id, 'member')),
    );
    const refused = results.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(1);
    expect(refused).toMatchObject([{ reason: { code: 'last-owner' } }]);
  });
});
