import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { WebClient } from '@slack/web-api';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LocalSlack, LocalSlackOptions } from '../../src/local/local-slack.ts';
import { LOOPBACK_NOTICE, startLocalSlack } from '../../src/local/local-slack.ts';
import { identifyProcess } from '../../src/local/process-identity.ts';
import { createLogger } from '../../src/logger.ts';
import type { CompiledBot } from '../support/killable-bot.ts';
import { compileKillableBot, recordedPid } from '../support/killable-bot.ts';

const logger = createLogger('warn');
const toStop: (() => Promise<unknown>)[] = [];
let dataDir: string;

async function start(options: Partial<LocalSlackOptions> = {}): Promise<LocalSlack> {
  const started = await startLocalSlack({ dataDir, logger, port: 0, ...options });
  if ('unavailable' in started) throw new Error(started.unavailable);
  toStop.unshift(started.stop);
  return started;
}

/** The status of a GET with these headers; fetch would not let us choose the Host. */
async function statusOf(url: string, headers: Record<string, string>): Promise<number | undefined> {
  const sent = request(url, { headers }).end();
  const [response] = await once(sent, 'response');
  response.resume();
  return response.statusCode;
}

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'baton test-'));
});

afterEach(async () => {
  for (const stop of toStop.splice(0)) await stop();
  await rm(dataDir, { recursive: true, force: true });
});

describe.runIf(process.platform === 'linux' && process.arch === 'x64')('the local Slack workspace', () => {
  it('has the team Acme with its people, and channels that all of them and the bot are in', async () => {
    const slack = await start();
    const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });

    const team = await client.auth.test();
    const { members = [] } = await client.users.list({});
    const { channels = [] } = await client.conversations.list({});

    expect(team).toMatchObject({ team: 'Acme', team_id: 'T01ACME', user_id: 'U0BOT' });
    expect(members.map(({ id, profile }) => [id, profile?.email])).toEqual(
      expect.arrayContaining([
        ['U01ANA', 'ana@example.com'],
        ['U01BO', 'bo@example.com'],
        ['U01CHI', 'chi@example.com'],
      ]),
    );
    expect(channels.map(({ name }) => name)).toEqual(['general', 'onboarding', 'triage']);
    const inTriage = await client.conversations.members({ channel: 'C01TRI' });
    expect(inTriage.members?.toSorted()).toEqual(['U01ANA', 'U01BO', 'U01CHI', 'U0BOT']);
  });

  it('can be reached from this machine alone, and says so', async () => {
    const slack = await start();

    expect(slack.notice).toBe(LOOPBACK_NOTICE);
  });

  it('refuses requests that a web page from elsewhere makes in the browser of a person here', async () => {
    const { url } = await start();

    expect(await statusOf(`${url}/_control/state`, {})).toBe(200);
    expect(await statusOf(`${url}/_control/state`, { origin: url })).toBe(200);
    expect(await statusOf(`${url}/_control/state`, { origin: 'https://elsewhere.example' })).toBe(403);
    expect(await statusOf(`${url}/_control/state`, { host: 'elsewhere.example' })).toBe(403);
  });

  it('delivers signed requests to a bot in HTTP mode', async () => {
    const received: { signature: unknown; signed: string; body: string }[] = [];
    const bot = createServer((incoming, response) => {
      void text(incoming).then((body) => {
        const { 'x-slack-signature': signature, 'x-slack-request-timestamp': timestamp } = incoming.headers;
        received.push({ signature, signed: `v0:${String(timestamp)}:${body}`, body });
        response.end();
      });
    }).listen(0, '127.0.0.1');
    await once(bot, 'listening');
    toStop.unshift(async () => bot.close());
    const address = bot.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const slack = await start({
      delivery: { mode: 'events', requestUrl: `http://127.0.0.1:${port}/slack/events` },
    });

    await fetch(`${slack.url}/_control/command`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ channel: 'C01GEN', user: 'U01ANA', command: '/workflow', text: 'help' }),
    });

    const [command] = received;
    const hmac = createHmac('sha256', slack.signingSecret).update(command?.signed ?? '');
    expect(Object.fromEntries(new URLSearchParams(command?.body))).toMatchObject({
      command: '/workflow',
      text: 'help',
    });
    expect(command?.signature).toBe(`v0=${hmac.digest('hex')}`);
  });

  it('says in plain words that its port is in use', async () => {
    const first = await start();
    const otherDir = join(dataDir, 'other');

    const second = await startLocalSlack({
      dataDir: otherDir,
      logger,
      port: Number(new URL(first.url).port),
    });

    expect(second).toEqual({ unavailable: expect.stringMatching(/Port \d+,.* in use .*LOCAL_SLACK_PORT/) });
  });

  it('starts again after a stop', async () => {
    const first = await start();
    await first.stop();

    const second = await start({ port: Number(new URL(first.url).port) });

    expect(second.url).toBe(first.url);
    expect(second.botToken).not.toBe(first.botToken);
  });
});

describe.runIf(process.platform === 'linux' && process.arch === 'x64')(
  'the local Slack after kill -9 of the bot',
  () => {
    let compiled: CompiledBot;

    beforeAll(async () => {
      compiled = await compileKillableBot();
    });

    afterAll(() => compiled.remove());

    it('is ended by the next start, which gets its port', async () => {
      const bot = await compiled.start(dataDir, ['slack']);
      const orphanPid = await recordedPid(join(dataDir, 'local-slack', 'process.json'));
      await bot.kill();
      expect(identifyProcess(orphanPid)).not.toBeNull();

      const slack = await start({ port: Number(new URL(bot.slack?.url ?? '').port) });

      expect(identifyProcess(orphanPid)).toBeNull();
      expect(slack.url).toBe(bot.slack?.url);
    });
  },
);
