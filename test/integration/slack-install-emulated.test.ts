import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connectDatabase, type Database, nativeDb } from '../../models/database.ts';
import { type RunningApp, startApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config.ts';
import { findFreePort } from '../../src/local/free-port.ts';
import { createLogger } from '../../src/logger.ts';
import { request } from '../support/http-fixture.ts';
import { beginInstall, manyAdminKey, newEncryptionKey } from '../support/many-stage.ts';
import { type TestDatabase, createTestDatabase, isMongoMissing } from '../support/test-mongo.ts';

const waiting = { timeout: 20_000 };

/** A Slack that somebody else has written, in a process of its own. */
async function startEmulator(port: number, folder: string): Promise<ChildProcess> {
  const seed = join(folder, 'emulate.yaml');
  await writeFile(
    seed,
    `slack:
  team: { name: Northwind, domain: northwind }
  users:
    - { name: dana, real_name: Dana Diaz, email: dana@example.com }
  channels:
    - name: general
`,
  );
  const program = resolve('node_modules/emulate/dist/index.js');
  const args = [program, 'start', '--service', 'slack', '--port', String(port), '--seed', seed];
  return spawn(process.execPath, args, { stdio: 'ignore' });
}

describe.skipIf(isMongoMissing())('installing in a workspace of another Slack emulator', () => {
  let testDatabase: TestDatabase;
  let database: Database;
  let emulator: ChildProcess;
  let folder: string;
  let slackUrl: string;
  let app: RunningApp;

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    database = await connectDatabase(testDatabase.uri);
    folder = await mkdtemp(join(tmpdir(), 'baton-emulate-'));
    const port = await findFreePort();
    slackUrl = `http://localhost:${port}`;
    emulator = await startEmulator(port, folder);
    const isUp = () =>
      fetch(`${slackUrl}/oauth/v2/authorize`).then(
        ({ status }) => status < 500,
        () => false,
      );
    await vi.waitUntil(isUp, { timeout: 30_000, interval: 200 });
    const config = loadConfig({
      PORT: '0',
      MONGODB_URI: testDatabase.uri,
      SLACK_CLIENT_ID: '1.2',
      SLACK_CLIENT_SECRET: 'client-secret',
      SLACK_STATE_SECRET: 'state-secret',
      SLACK_SIGNING_SECRET: 'signing-secret',
      SLACK_API_URL: `${slackUrl}/api/`,
      ENCRYPTION_KEYS: newEncryptionKey(),
      BATON_ADMIN_KEY: manyAdminKey,
      LOG_LEVEL: 'silent',
    });
    app = await startApp(config, createLogger(config.logLevel));
  }, 60_000);
  afterAll(async () => {
    await app.stop();
    emulator.kill();
    await database.close();
    await testDatabase.drop();
    await rm(folder, { recursive: true, force: true });
  });

  /** What the person sees in their browser, and does: they choose who they are. @returns where Slack leads back to */
  async function authorize(authorizeUrl: URL): Promise<string> {
    const page = await (await fetch(authorizeUrl)).text();
    const fields = [...page.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(
      ([, name = '', value = '']) => [name, value.replaceAll('&amp;', '&')] as const,
    );
    const form = new URLSearchParams(Object.fromEntries(fields));
    const posted = await fetch(`${slackUrl}/oauth/v2/authorize/callback`, {
      method: 'POST',
      body: form,
      redirect: 'manual',
    });
    return posted.headers.get('location') ?? '';
  }

  it('goes the whole way of OAuth, and then works there: a task reaches the person who was asked', async () => {
    const { authorizeUrl, cookie } = await beginInstall(app.publicUrl);
    expect(authorizeUrl.origin).toBe(slackUrl);
    const back = await authorize(authorizeUrl);
    expect(back).toMatch(/\/slack\/oauth_redirect\?code=\w+&state=/);
    const page = await request(back, 'GET', { headers: { cookie } });
    expect(page.text).toContain('Baton is installed in Northwind');
    expect(page.status).toBe(200);
    // The same code does not work twice, whoever has it.
    const again = await beginInstall(app.publicUrl);
    const replayed = new URL(back);
    replayed.searchParams.set('state', again.state);
    expect((await request(replayed.toString(), 'GET', { headers: { cookie: again.cookie } })).status).toBe(
      502,
    );

    const headers = { authorization: `Bearer ${manyAdminKey}` };
    const step = {
      name: 'ok',
      type: 'HUMAN',
      inputsTemplate: { message: 'Is it Friday?' },
      assignees: ['dana@example.com'],
    };
    const workflow = { name: 'Ask', inputsSchema: { type: 'object' }, steps: [step] };
    const api = `${app.publicUrl}/api`;
    const made = await request<{ id: string }>(`${api}/orgs/${app.orgId}/workflows`, 'POST', {
      headers,
      body: workflow,
    });
    expect(made.status, made.text).toBe(201);
    const path = `${api}/workflows/${made.body.id}/executions`;
    const task = await request<{ id: string }>(path, 'POST', { headers, body: { inputs: {} } });
    expect(task.status, task.text).toBe(201);
    const asked = async (): Promise<unknown> => {
      const execution = await nativeDb(database)
        .collection<{ _id: string }>('executions')
        .findOne({ _id: task.body.id });
      return (execution as { messages?: Record<string, unknown> } | null)?.messages?.['ask-0-0'];
    };
    await expect
      .poll(asked, waiting)
      .toMatchObject({ channelId: expect.any(String), ts: expect.any(String) });
  });
});
