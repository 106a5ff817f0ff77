import { randomBytes } from 'node:crypto';
import { type RunningApp, startApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config.ts';
import { createLogger } from '../../src/logger.ts';
import { type TestDatabase, createTestDatabase } from './test-mongo.ts';
import { request } from './http-fixture.ts';
import { type SlackOfMany, startSlackOfMany } from './slack/slack-of-many.ts';

export const manyAdminKey = 'admin-key-of-the-operator';

/** The whole bot, installed in workspaces through OAuth: one process or several on one database. */
export interface ManyStage {
  slack: SlackOfMany;
  testDatabase: TestDatabase;
  apps: RunningApp[];
  /** The address of the first process. */
  url: string;
  /** As somebody does it in a browser. @returns the last page */
  install(team: 'acme' | 'beta'): Promise<{ status: number; text: string }>;
  close(): Promise<void>;
}

export interface ManyStageOptions {
  processes?: number;
  encryptionKeys?: readonly string[];
  testDatabase?: TestDatabase;
}

export function newEncryptionKey(): string {
  return randomBytes(32).toString('base64');
}

export async function startManyStage(options: ManyStageOptions = {}): Promise<ManyStage> {
  const testDatabase = options.testDatabase ?? (await createTestDatabase());
  const slack = await startSlackOfMany();
  const apps: RunningApp[] = [];
  const keys = options.encryptionKeys ?? [newEncryptionKey()];
  for (let index = 0; index < (options.processes ?? 1); index += 1) {
    apps.push(await startOne(slack, testDatabase.uri, keys));
  }
  slack.setApps(apps.map(({ publicUrl }) => publicUrl));
  const url = apps[0]?.publicUrl ?? '';
  return {
    slack,
    testDatabase,
    apps,
    url,
    install: (team) => install(url, slack.grant(team)),
    async close() {
      await Promise.all(apps.map((app) => app.stop()));
      await slack.close();
      if (options.testDatabase === undefined) await testDatabase.drop();
    },
  };
}

function startOne(slack: SlackOfMany, uri: string, keys: readonly string[]): Promise<RunningApp> {
  const config = loadConfig({
    PORT: '0',
    MONGODB_URI: uri,
    SLACK_CLIENT_ID: '12345.67890',
    SLACK_CLIENT_SECRET: 'client-secret',
    SLACK_STATE_SECRET: 'state-secret',
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_API_URL: slack.apiUrl,
    ENCRYPTION_KEYS: keys.join(','),
    BATON_ADMIN_KEY: manyAdminKey,
    RATE_LIMIT_PER_MINUTE: '0',
    LOG_LEVEL: 'silent',
  });
  return startApp(config, createLogger(config.logLevel));
}

/** Begins the installation, and comes back from Slack with the code in the same browser. */
async function install(url: string, code: string): Promise<{ status: number; text: string }> {
  const begun = await beginInstall(url);
  const back = `${url}/slack/oauth_redirect?code=${code}&state=${begun.state}`;
  return request(back, 'GET', { headers: { cookie: begun.cookie } });
}

export interface BegunInstall {
  /** Where Slack is told to ask the person. */
  authorizeUrl: URL;
  state: string;
  /** As the browser sends it. */
  cookie: string;
  setCookie: string;
}

export async function beginInstall(url: string): Promise<BegunInstall> {
  const begun = await fetch(`${url}/slack/install`, { redirect: 'manual' });
  const authorizeUrl = new URL(begun.headers.get('location') ?? '');
  const setCookie = begun.headers.get('set-cookie') ?? '';
  const state = authorizeUrl.searchParams.get('state') ?? '';
  return { authorizeUrl, state, cookie: setCookie.split(';')[0] ?? '', setCookie };
}
