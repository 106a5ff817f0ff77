import { afterEach, beforeAll, afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createMemberStore } from '../../models/member-store.ts';
import { nativeCollection } from '../../models/database.ts';
import { operatorOf } from '../support/access-stage.ts';
import { createBoardVisitor, signInAs } from '../support/board/board-visitor.ts';
import { testOrgId } from '../support/builders.ts';
import { createHttpFixture, type HttpFixture } from '../support/http-fixture.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;

describe.skipIf(isMongoMissing())('signing in to the board', () => {
  let testDatabase: TestDatabase;
  let api: HttpFixture;

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
  });
  afterAll(() => testDatabase.drop());
  beforeEach(async () => {
    api = await createHttpFixture(testDatabase.uri);
    // The database removes by its own clock what has expired.
    api.clock.set(new Date());
  });
  afterEach(() => api.close());

  async function linkFor(userId: string): Promise<string> {
    await api.org.members.see(testOrgId, userId, 'Ana Ruiz');
    return api.org.sessions.issueLink(testOrgId, userId);
  }

  it('shows by a link who is signed in by it, and signs nobody in before the button is pressed', async () => {
    const visitor = createBoardVisitor(api.url);
    const link = await linkFor('U0ANA');
    for (let look = 1; look <= 3; look += 1) {
      const shown = await visitor.get(`/board/sign-in?link=${link}`);
      expect(shown.status).toBe(200);
      expect(shown.text).toContain('Sign in as Ana Ruiz');
      expect(shown.headers.getSetCookie()).toEqual([]);
    }
    const entered = await visitor.post('/board/sign-in/link', { link, to: '/board?x=1' });
    expect(entered.status).toBe(303);
    expect(entered.headers.get('location')).toBe('/board?x=1');
    expect((await visitor.get('/board')).status).toBe(200);
  });

  it.each(['GET', 'HEAD'])('leads whoever is not signed in to the way in, and back (%s)', async (method) => {
    const answer = await fetch(`${api.url}/board/audit?type=X`, { method, redirect: 'manual' });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe('/board/sign-in?to=%2Fboard%2Faudit%3Ftype%3DX');
  });

  it('takes a link once, of two at the same moment too', async () => {
    const link = await linkFor('U0ANA');
    const visitors = [1, 2, 3].map(() => createBoardVisitor(api.url));
    const answers = await Promise.all(
      visitors.map((visitor) => visitor.post('/board/sign-in/link', { link })),
    );
    expect(answers.map(({ status }) => status).filter((status) => status === 303)).toHaveLength(1);
    const late = await createBoardVisitor(api.url).get(`/board/sign-in?link=${link}`);
    expect(late.text).toContain('This link has been used');
  });

  it('takes a link for ten minutes', async () => {
    const link = await linkFor('U0ANA');
    api.clock.advance(10 * minuteMs);
    const visitor = createBoardVisitor(api.url);
    expect((await visitor.get(`/board/sign-in?link=${link}`)).text).toContain('its ten minutes are over');
    expect((await visitor.post('/board/sign-in/link', { link })).status).toBe(403);
    expect(visitor.cookies.size).toBe(0);
  });

  it.each([
    ['/board/workflows/abc?shown=1', '/board/workflows/abc?shown=1'],
    ['https://evil.example/board', '/board'],
    ['//evil.example/board', '/board'],
    ['/board/../api', '/board'],
    ['/boardwalk', '/board'],
    ['/board\\@evil.example', '/board'],
    ['/board/sign-in', '/board'],
  ])('leads afterwards from %s to %s, and to no other site', async (to, destination) => {
    const visitor = createBoardVisitor(api.url);
    const entered = await visitor.post('/board/sign-in/link', { link: await linkFor('U0ANA'), to });
    expect(entered.headers.get('location')).toBe(destination);
  });

  it('keeps the token in a cookie that no script reads, and only its hash in the database', async () => {
    const visitor = createBoardVisitor(api.url);
    const link = await linkFor('U0ANA');
    const entered = await visitor.post('/board/sign-in/link', { link });
    const [cookie = ''] = entered.headers.getSetCookie();
    expect(cookie).toMatch(/^baton-session-3000=[\w-]{43}; /);
    expect(cookie).toContain('HttpOnly');
    expect(cookie).toContain('SameSite=Lax');
    expect(cookie).not.toContain('Secure');
    const stored = await nativeCollection(api.database, 'sessions').find().toArray();
    const links = await nativeCollection(api.database, 'signInLinks').find().toArray();
    const [token = ''] = visitor.cookies.values();
    expect(JSON.stringify([stored, links])).not.toContain(token);
    expect(JSON.stringify(links)).not.toContain(link);
  });

  it('has a cookie behind HTTPS that goes nowhere else', async () => {
    const secure = await createHttpFixture(testDatabase.uri, { publicUrl: 'https://baton.example.com' });
    try {
      secure.clock.set(new Date());
      const link = await secure.org.sessions.issueLink(testOrgId, 'U0ANA');
      const entered = await createBoardVisitor(secure.url).post('/board/sign-in/link', { link });
      expect(entered.headers.getSetCookie()[0]).toMatch(/^__Host-baton-session=.*; Path=\/; .*Secure/);
    } finally {
      await secure.close();
    }
  });

  it('ends a session that nobody uses after a week, and every one after thirty days', async () => {
    const idle = await signInAs(api, 'U0BO');
    const busy = await signInAs(api, 'U0ANA');
    for (let day = 6; day <= 24; day += 6) {
      api.clock.advance(6 * dayMs);
      expect((await busy.get('/board')).status).toBe(200);
    }
    expect((await idle.get('/board')).headers.get('location')).toBe('/board/sign-in');
    api.clock.advance(6 * dayMs);
    expect((await busy.get('/board')).status).toBe(303);
  });

  it('ends a session when its person signs out, and logs both', async () => {
    const visitor = await signInAs(api, 'U0ANA');
    const cookies = new Map(visitor.cookies);
    const out = await visitor.post('/board/sign-out');
    expect(out.headers.get('location')).toBe('/board/sign-in');
    expect(visitor.cookies.size).toBe(0);
    for (const [name, value] of cookies) visitor.cookies.set(name, value);
    expect((await visitor.get('/board')).status).toBe(303);
    const log = await api.org.orgEvents.list(testOrgId);
    expect(log.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['MEMBER_SIGNED_IN', 'MEMBER_SIGNED_OUT']),
    );
  });

  it('ends all sessions and links of somebody who is removed', async () => {
    const visitor = await signInAs(api, 'U0BO');
    const link = await linkFor('U0BO');
    const member = await api.org.members.find(testOrgId, 'U0BO');
    await api.org.members.remove(operatorOf(testOrgId), testOrgId, member?.id ?? '');
    expect((await visitor.get('/board')).status).toBe(303);
    expect((await createBoardVisitor(api.url).post('/board/sign-in/link', { link })).status).toBe(403);
    expect(await nativeCollection(api.database, 'sessions').countDocuments({ userId: 'U0BO' })).toBe(0);
  });

  it('ends the session of a deactivated account for good', async () => {
    const visitor = await signInAs(api, 'U0DAN');
    const members = createMemberStore(api.database);
    const member = await members.find(testOrgId, 'U0DAN');
    await members.update(testOrgId, member?.id ?? '', { status: 'DEACTIVATED' }, api.clock.now());
    expect((await visitor.get('/board')).status).toBe(303);
    await members.update(testOrgId, member?.id ?? '', { status: 'ACTIVE' }, api.clock.now());
    expect((await visitor.get('/board')).status).toBe(303);
  });

  it('sends whoever is not signed in to sign in, and back to where they wanted to go', async () => {
    const visitor = createBoardVisitor(api.url);
    const path = '/board/workflows/0123456789abcdef01234567?state=stopped';
    const sent = await visitor.get(path);
    expect(sent.headers.get('location')).toBe(`/board/sign-in?to=${encodeURIComponent(path)}`);
    const inBackground = await visitor.get(path, { 'HX-Request': 'true' });
    expect(inBackground.status).toBe(401);
    expect(inBackground.headers.get('hx-redirect')).toContain('/board/sign-in?to=');
    expect((await visitor.post('/board/sign-out')).status).toBe(401);
  });

  it('refuses a change without the token of its page, or from another site', async () => {
    const visitor = await signInAs(api, 'U0ANA');
    const other = await signInAs(api, 'U0CHI');
    const theirs = /name="csrf" value="([^"]+)"/.exec((await other.get('/board')).text)?.[1] ?? '';
    expect((await visitor.post('/board/sign-out', { csrf: '' })).status).toBe(403);
    expect((await visitor.post('/board/sign-out', { csrf: theirs })).status).toBe(403);
    expect((await visitor.post('/board/sign-out', {}, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await visitor.post('/board/sign-out', {}, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await visitor.post('/board/sign-out', {}, { origin: 'null' })).status).toBe(403);
    expect((await visitor.get('/board')).status).toBe(200);
  });

  it('lets people of the local workspace in without a link, from this machine only', async () => {
    const visitor = createBoardVisitor(api.url);
    expect((await visitor.get('/board/sign-in')).text).toContain('Sign in as Ana Ruiz');
    expect((await visitor.get('/board/sign-in', { 'x-forwarded-for': '10.0.0.1' })).text).not.toContain(
      'Sign in as',
    );
    const handedOn = { 'x-forwarded-for': '10.0.0.1' };
    expect((await visitor.post('/board/sign-in/local', { userId: 'U0ANA' }, handedOn)).status).toBe(403);
    expect((await visitor.post('/board/sign-in/local', { userId: 'U0EVE' })).status).toBe(403);
    expect((await visitor.post('/board/sign-in/local', { userId: 'U0ANA' })).status).toBe(303);
    expect((await visitor.get('/board')).text).toContain('Sign out');
  });

  it('lets nobody in without a link beside a real Slack', async () => {
    const real = await createHttpFixture(testDatabase.uri, { signIn: { slack: null, local: null } });
    try {
      const visitor = createBoardVisitor(real.url);
      expect((await visitor.get('/board/sign-in')).text).not.toContain('Sign in as');
      expect((await visitor.post('/board/sign-in/local', { userId: 'U0ANA' })).status).toBe(403);
      expect((await visitor.get('/board/sign-in/slack')).status).toBe(303);
      expect(visitor.cookies.size).toBe(0);
    } finally {
      await real.close();
    }
  });

  it('serves its files for ever under an address that changes with them', async () => {
    const { text } = await createBoardVisitor(api.url).get('/board/sign-in');
    const addresses = [...text.matchAll(/(?:href|src)="(\/board\/assets\/[^"]+)"/g)].map(
      ([, address]) => address ?? '',
    );
    expect(addresses.length).toBeGreaterThanOrEqual(4);
    for (const address of addresses) {
      const file = await fetch(`${api.url}${address}`);
      expect(file.status).toBe(200);
      expect(file.headers.get('cache-control')).toContain('immutable');
    }
    const old = await fetch(`${api.url}/board/assets/board.css?v=old`);
    expect(old.headers.get('cache-control')).toBe('no-cache');
    expect((await fetch(`${api.url}/board/assets/..%2Fboard.css`)).status).toBe(404);
  });
});
