import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { APP_ID, BOT, DEFAULT_SEED, type FakeWorkspaceSeed, TEAM } from './fake-workspace.ts';

export interface LocalSlackOptions {
  botToken?: string;
  appToken?: string;
  signingSecret?: string;
  /** HTTP mode: where the workspace delivers to. Default: Socket Mode. */
  requestUrl?: string;
  /** Default: `DEFAULT_SEED`. User groups are not known to the binary; the proxy answers for them. */
  seed?: FakeWorkspaceSeed;
}

/** A running local Slack workspace. */
export interface LocalSlackProcess {
  /** The browser UI and the root of API and control API, without a trailing slash. */
  url: string;
  stop(): Promise<void>;
}

/** Where the binary is, or nothing on a platform that has none. */
export function findLocalSlack(): string | undefined {
  try {
    const packageFile = createRequire(import.meta.url).resolve('local-slack-linux-x64/package.json');
    const binary = join(dirname(packageFile), 'bin', 'local-slack');
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

/** Starts the binary on a free port and waits until it answers. Throws when there is no binary. */
export async function startLocalSlack(options: LocalSlackOptions = {}): Promise<LocalSlackProcess> {
  const binary = findLocalSlack();
  if (binary === undefined) throw new Error('the package local-slack-linux-x64 is not installed');
  const folder = await mkdtemp(join(tmpdir(), 'local-slack-test-'));
  const configFile = join(folder, 'workspace.json');
  await writeFile(configFile, JSON.stringify(toConfig(options)));
  const port = await findFreePort();
  const child = spawn(binary, ['--config', configFile, '--port', String(port), '--files-dir', folder], {
    stdio: 'ignore',
  });
  const url = `http://localhost:${port}`;
  const stop = async (): Promise<void> => {
    await stopChild(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await waitUntilUp(child, url);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

function toConfig(options: LocalSlackOptions): object {
  const seed = options.seed ?? DEFAULT_SEED;
  return {
    workspace: { name: TEAM.name, domain: TEAM.domain, teamId: TEAM.id },
    app: {
      appId: APP_ID,
      botUserId: BOT.userId,
      botName: BOT.name,
      botToken: options.botToken ?? 'xoxb-local',
      appToken: options.appToken ?? 'xapp-local',
      signingSecret: options.signingSecret ?? 'local-secret',
      mode: options.requestUrl === undefined ? 'socket' : 'events',
      requestUrl: options.requestUrl ?? 'http://localhost:3000/slack/events',
    },
    users: seed.users.map(({ id, name, realName, email }) => ({ id, name, real_name: realName, email })),
    channels: seed.channels.map(({ id, name, members }) => ({ id, name, members })),
  };
}

/** A TCP port that was free a moment ago. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function waitUntilUp(child: ChildProcess, url: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`local-slack ended with code ${child.exitCode}`);
    const response = await fetch(`${url}/_control/state`).catch(() => undefined);
    if (response?.ok === true) return;
    await sleep(50);
  }
  throw new Error('local-slack did not come up within 10 seconds');
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), 3_000);
  await ended;
  clearTimeout(killer);
}
