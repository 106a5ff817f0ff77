import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { nativeCollection } from '../../models/database.ts';
import { systemClock } from '../../src/clock.ts';
import { createSlackSignIn } from '../../src/http/board/sign-in/slack-sign-in.ts';
import { type BoardAnswer, type BoardVisitor, createBoardVisitor } from '../support/board/board-visitor.ts';
import { openIdClient, type SlackOpenId, startSlackOpenId } from '../support/board/slack-openid.ts';
import { testOrgId } from '../support/builders.ts';
import { createHttpFixture, type HttpFixture } from '../support/http-fixture.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const ana = { userId: 'U0ANA', teamId: 'T01ACME', name: 'Ana Ruiz' };

describe.skipIf(isMongoMissing())('signing in with Slack', () => {
  let testDatabase: TestDatabase;
  let slack: SlackOpenId;
  let api: HttpFixture;
  let visitor: BoardVisitor;
  /** Why the workspace's work is parked. */
  let parkedBecause: string | null = null;
  /** The same, for the next times that somebody asks. */
  let parkedAfter: (string | null)[] = [];

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    slack = await startSlackOpenId();
    const publicUrl = 'http://localhost:3000';
    const signIn = createSlackSignIn({
      ...openIdClient,
      slackApiUrl: slack.apiUrl,
      publicUrl,
      clock: systemClock,
    });
    api = await createHttpFixture(testDatabase.uri, {
      publicUrl,
      signIn: { slack: signIn, local: null },
      whyParked: async () => parkedAfter.shift() ?? parkedBecause,
    });
    api.clock.set(new Date());
  });
  afterAll(async () => {
    await api.close();
    await slack.close();
    await testDatabase.drop();
  });
  beforeEach(() => {
    visitor = createBoardVisitor(api.url);
    delete slack.tamper.claims;
    delete slack.tamper.foreignKey;
  });

  async function begin(): Promise<string> {
    const begun = await visitor.get('/board/sign-in/slack?to=%2Fboard%3Fa%3Db.c');
    return begun.headers.get('location') ?? '';
  }

  async function comeBack(address: string, as: BoardVisitor = visitor): Promise<BoardAnswer> {
    const { pathname, search } = new URL(address);
    return as.get(`${pathname}${search}`);
  }

  it('lets in whom Slack names, into the org of their workspace, and leads on', async () => {
    expect((await visitor.get('/board/sign-in')).text).toContain('Sign in with Slack');
    const address = await begin();
    expect(new URL(address).searchParams.get('scope')).toContain('openid');
    const back = await comeBack(slack.allow(address, ana));
    expect(back.status).toBe(303);
    expect(back.headers.get('location')).toBe('/board?a=b.c');
    const board = await visitor.get('/board');
    expect(board.text).toContain('Ana Ruiz');
    expect(board.text).toContain('Acme');
  });

  it('lets nobody in whose sign-in was begun in another browser', async () => {
    const address = slack.allow(await begin(), ana);
    const victim = createBoardVisitor(api.url);
    const back = await comeBack(address, victim);
    expect(back.status).toBe(403);
    expect(back.text).toContain('not begun in this browser');
    await victim.get('/board/sign-in/slack');
    expect((await comeBack(address, victim)).status).toBe(403);
    expect((await victim.get('/board')).status).toBe(303);
  });

  it('lets nobody in while their workspace does not have Baton, and says why', async () => {
    const address = slack.allow(await begin(), ana);
    parkedBecause = 'Baton was taken out of the Slack workspace.';
    const back = await comeBack(address);
    parkedBecause = null;
    expect(back.status).toBe(403);
    expect(back.text).toContain('Baton was taken out');
    expect((await visitor.get('/board')).status).toBe(303);
  });

  it('keeps nobody signed in who came in just when Baton was taken out', async () => {
    const address = slack.allow(await begin(), ana);
    const sessions = nativeCollection(api.database, 'sessions');
    const before = await sessions.countDocuments();
    parkedAfter = [null, 'Baton was taken out of the Slack workspace.'];
    const back = await comeBack(address);
    expect(back.status).toBe(403);
    expect(back.text).toContain('Baton was taken out');
    expect(await sessions.countDocuments()).toBe(before);
    const link = await api.org.sessions.issueLink(testOrgId, 'U0ANA');
    parkedAfter = ['Baton was taken out of the Slack workspace.'];
    expect((await visitor.post('/board/sign-in/link', { link })).status).toBe(403);
    expect(await sessions.countDocuments()).toBe(before);
  });

  it('treats a cookie that it cannot read as none', async () => {
    for (const value of ['%25', 'a.b.c.%25E0%25A4%25A']) {
      const stranger = createBoardVisitor(api.url);
      stranger.cookies.set('baton-sign-in-3000', value);
      expect((await stranger.get('/board/sign-in/slack/callback?code=x&state=y')).status).toBe(403);
    }
  });

  it('takes an answer once', async () => {
    const address = slack.allow(await begin(), ana);
    expect((await comeBack(address)).status).toBe(303);
    expect((await comeBack(address, createBoardVisitor(api.url))).status).toBe(403);
    expect((await comeBack(address)).status).toBe(403);
  });

  it.each([
    ['of another nonce', { claims: { nonce: 'other' } }],
    ['for another app', { claims: { aud: 'other' } }],
    ['of somebody else', { claims: { iss: 'https://evil.example' } }],
    ['that has expired', { claims: { exp: 1_000_000 } }],
    ['without a person', { claims: { 'https://slack.com/user_id': '' } }],
    ['signed with another key', { foreignKey: true }],
  ])('refuses a token %s', async (_what, change) => {
    const address = slack.allow(await begin(), ana);
    Object.assign(slack.tamper, change);
    const back = await comeBack(address);
    expect(back.status).toBe(403);
    expect(back.text).toContain('Slack did not confirm who you are');
    expect((await visitor.get('/board')).status).toBe(303);
  });

  it('says so to people of a workspace without Baton, and to who did not allow it', async () => {
    const elsewhere = await comeBack(slack.allow(await begin(), { ...ana, teamId: 'T0OTHER' }));
    expect(elsewhere.text).toContain('Baton is not installed in your workspace');
    await begin();
    const denied = await visitor.get('/board/sign-in/slack/callback?error=access_denied&state=x');
    expect(denied.status).toBe(403);
    expect(denied.text).toContain('You did not allow it in Slack');
  });
});
