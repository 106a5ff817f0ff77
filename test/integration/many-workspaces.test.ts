import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectDatabase, type Database, nativeDb } from '../../models/database.ts';
import { request } from '../support/http-fixture.ts';
import { type ManyStage, beginInstall, startManyStage } from '../support/many-stage.ts';
import { TEAM } from '../support/slack/fake-workspace.ts';
import { isMongoMissing } from '../support/test-mongo.ts';

interface Loose {
  _id: string;
  [field: string]: unknown;
}

const ANA = 'U01ANA';

describe.skipIf(isMongoMissing())('a bot that many workspaces install', () => {
  let stage: ManyStage;
  let database: Database;

  beforeAll(async () => {
    stage = await startManyStage();
    database = await connectDatabase(stage.testDatabase.uri);
  });
  afterAll(async () => {
    await database.close();
    await stage.close();
  });
  afterEach(() => {
    for (const { slack } of Object.values(stage.slack.teams)) expect(slack.violations()).toEqual([]);
  });

  async function orgIdOf(team: 'acme' | 'beta'): Promise<string> {
    const slackTeamId = stage.slack.teams[team].id;
    return (await nativeDb(database).collection<Loose>('orgs').findOne({ slackTeamId }))?._id ?? '';
  }

  it('leads to Slack with a state that is bound to the browser, and installs for one workspace', async () => {
    const { authorizeUrl, setCookie } = await beginInstall(stage.url);
    expect(authorizeUrl.pathname).toBe('/oauth/v2/authorize');
    expect(authorizeUrl.searchParams.get('client_id')).toBe('12345.67890');
    expect(authorizeUrl.searchParams.get('redirect_uri')).toBe(`${stage.url}/slack/oauth_redirect`);
    expect(authorizeUrl.searchParams.get('scope')).toContain('chat:write');
    expect(setCookie).toMatch(/; Secure; HttpOnly; Path=\/; Max-Age=600$/);
    const page = await stage.install('acme');
    expect(page).toMatchObject({ status: 200, text: expect.stringContaining('Baton is installed in Acme') });
    const found = await nativeDb(database).collection<Loose>('installations').find().toArray();
    expect(found).toMatchObject([{ status: 'INSTALLED', installedBy: ANA, bot: { teamId: TEAM.id } }]);
    expect(JSON.stringify(found)).not.toContain('xoxb-');
  });

  it.each<
    [what: string, change: (begun: { state: string; cookie: string }) => { state: string; cookie: string }]
  >([
    ['in another browser', ({ state }) => ({ state, cookie: '' })],
    ['with the state of somebody else', ({ cookie }) => ({ state: 'forged', cookie })],
    ['with a forged state in both places', () => ({ state: 'x.y.z', cookie: 'slack-app-oauth-state=x.y.z' })],
  ])('installs nothing when Slack leads back %s', async (_what, change) => {
    const { state, cookie } = change(await beginInstall(stage.url));
    const code = stage.slack.grant('beta');
    const back = `${stage.url}/slack/oauth_redirect?code=${code}&state=${state}`;
    const page = await request(back, 'GET', { headers: { cookie } });
    expect(page.status).toBe(400);
    expect(page.text).toContain('This was not begun in this browser');
    expect(await orgIdOf('beta')).toBe('');
  });

  it('says so when it was declined, or when the code is no good, and leads to another try', async () => {
    const { state, cookie } = await beginInstall(stage.url);
    const declined = `${stage.url}/slack/oauth_redirect?error=access_denied&state=${state}`;
    const page = await request(declined, 'GET', { headers: { cookie } });
    expect(page).toMatchObject({ status: 403, text: expect.stringContaining('declined in Slack') });
    const again = await beginInstall(stage.url);
    const used = `${stage.url}/slack/oauth_redirect?code=stale&state=${again.state}`;
    const refused = await request(used, 'GET', { headers: { cookie: again.cookie } });
    expect(refused).toMatchObject({ status: 502, text: expect.stringContaining('/slack/install') });
  });

  it('answers nobody in a workspace that does not have it, and lets Slack send no event again', async () => {
    const { slack } = stage.slack.teams.beta;
    await slack.sendCommand({ user: ANA, channel: '#general', text: 'help' });
    expect(slack.ephemerals(ANA).at(-1)?.text).toContain('Baton is not installed in this Slack workspace');
    const mention = { type: 'app_mention', user: ANA, channel: 'C01GEN', text: '<@U0BOT> hi', ts: '1.1' };
    expect(await stage.slack.tell('beta', mention)).toBe(200);
    expect(await orgIdOf('beta')).toBe('');
  });
});
