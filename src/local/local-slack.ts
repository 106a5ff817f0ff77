import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { HelperProcess } from './helper-process.ts';
import { endOrphan, startHelper } from './helper-process.ts';
import type { LocalSlackDelivery } from './local-slack-workspace.ts';
import { localSlackWorkspace } from './local-slack-workspace.ts';
import { isLoopbackOnly } from './loopback-only.ts';
import { preloadText } from './slack-preload/preload.ts';

export const LOOPBACK_NOTICE =
  'This is a development workspace without passwords. Only programs on this machine can reach it.';
export const OPEN_NOTICE =
  'This is a development workspace without passwords, and it is open to the network of this machine: ' +
  'anyone there can act as anyone in it.';

export interface LocalSlackOptions {
  /** Its files are kept in the folder `local-slack`. */
  dataDir: string;
  logger: Logger;
  /** 0: a free one. */
  port: number;
  /** Default: Socket Mode. */
  delivery?: LocalSlackDelivery;
}

export interface LocalSlack {
  /** For a browser; without a trailing slash. */
  url: string;
  /** The root of its Web API, for `slackApiUrl`; ends with a slash. */
  apiUrl: string;
  botToken: string;
  appToken: string;
  signingSecret: string;
  /** Who can reach it, to be said at the start: {@link LOOPBACK_NOTICE} or {@link OPEN_NOTICE}. */
  notice: string;
  /** Safe to call twice. */
  stop: () => Promise<void>;
}

const NAME = 'the local Slack workspace';
const PACKAGE_NAME = 'local-slack-linux-x64';
const PACKAGE_BINARY = 'bin/local-slack';
const PRELOAD_FILE = 'preload.mjs';
const START_TIMEOUT_MS = 15_000;
const STOP_GRACE_MS = 3_000;
const POLL_MS = 25;

/** Why there is no local Slack, in words for a person. */
class UnavailableError extends Error {}

/**
 * Starts the local Slack workspace: team Acme with Ana, Bo and Chi. Its messages are in memory only and
 * vanish when it stops; its tokens are new at each start. One that a killed bot left is ended first.
 * Where it cannot run, the answer says why, and the bot goes on without it.
 *
 * @throws {ConflictError} if another running Baton has its local Slack on the same data folder.
 */
export async function startLocalSlack(
  options: LocalSlackOptions,
): Promise<LocalSlack | { unavailable: string }> {
  const { logger } = options;
  const folder = join(resolve(options.dataDir), 'local-slack');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await endOrphan({ name: NAME, recordFile: recordFileIn(folder), graceMs: STOP_GRACE_MS, logger });
  try {
    return await start(findBinary(), folder, options);
  } catch (error) {
    if (error instanceof UnavailableError || error instanceof AppError) return { unavailable: error.message };
    throw error;
  }
}

async function start(binary: string, folder: string, options: LocalSlackOptions): Promise<LocalSlack> {
  const credentials = {
    botToken: `xoxb-local-${randomSecret()}`,
    appToken: `xapp-local-${randomSecret()}`,
    signingSecret: randomSecret(),
  };
  const workspace = localSlackWorkspace(credentials, options.delivery ?? { mode: 'socket' });
  await writeFile(join(folder, 'workspace.json'), JSON.stringify(workspace), { mode: 0o600 });
  await writeFile(join(folder, PRELOAD_FILE), preloadText());
  await rm(join(folder, 'files'), { recursive: true, force: true });
  const helper = await startBinary(binary, folder, options.port);
  try {
    const port = await waitForPort(helper, options.port);
    const url = `http://127.0.0.1:${port}`;
    const notice = (await isLoopbackOnly(port)) ? LOOPBACK_NOTICE : OPEN_NOTICE;
    helper.onUnexpectedEnd((reason) => {
      options.logger.error({ reason, logFile: logFileIn(folder) }, 'local Slack has ended: restart the bot');
    });
    return { url, apiUrl: `${url}/api/`, ...credentials, notice, stop: helper.stop };
  } catch (error) {
    await helper.stop();
    throw error;
  }
}

function startBinary(binary: string, folder: string, port: number): Promise<HelperProcess> {
  return startHelper({
    name: NAME,
    binary,
    args: [
      ['--config', join(folder, 'workspace.json'), '--files-dir', join(folder, 'files')],
      // The default, localhost, may be ::1, where it does not listen.
      ['--port', String(port), '--base-host', '127.0.0.1'],
    ].flat(),
    cwd: folder,
    // No secret of the bot is passed on. The option's value may not contain spaces, so it is a relative path.
    env: {
      BUN_OPTIONS: `--preload=./${PRELOAD_FILE}`,
      TZ: Intl.DateTimeFormat().resolvedOptions().timeZone,
    },
    logFile: logFileIn(folder),
    recordFile: recordFileIn(folder),
    graceMs: STOP_GRACE_MS,
  });
}

/** It prints its address when it listens, and not before: so another program on the port cannot be mistaken for it. */
async function waitForPort(helper: HelperProcess, wantedPort: number): Promise<number> {
  const endAtMs = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    const output = helper.output();
    const port = /Web UI:\s+http:\/\/127\.0\.0\.1:(\d+)\s/.exec(output)?.[1];
    if (port !== undefined) return Number(port);
    const reason = helper.exitReason();
    if (reason !== null && output.includes('EADDRINUSE')) {
      throw new UnavailableError(
        `Port ${wantedPort}, on which ${NAME} listens, is in use by another program. ` +
          'End that program, or set LOCAL_SLACK_PORT to another port.',
      );
    }
    if (reason !== null) throw new UnavailableError(`${capitalized(NAME)} did not start: ${reason}.`);
    if (performance.now() > endAtMs) {
      throw new UnavailableError(`${capitalized(NAME)} was not ready within ${START_TIMEOUT_MS / 1000} s.`);
    }
    await delay(POLL_MS);
  }
}

function findBinary(): string {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new UnavailableError(
      `${capitalized(NAME)} runs on Linux x64 only, and this machine is ${process.platform} ${process.arch}.`,
    );
  }
  try {
    const packageFile = createRequire(import.meta.url).resolve(`${PACKAGE_NAME}/package.json`);
    const binary = join(dirname(packageFile), PACKAGE_BINARY);
    if (existsSync(binary)) return binary;
  } catch {
    // Not installed: said below, together with a package that has no binary.
  }
  throw new UnavailableError(
    `${capitalized(NAME)} is the optional npm package ${PACKAGE_NAME}, which is not installed. ` +
      'Install it with npm ci, without --omit=optional.',
  );
}

function randomSecret(): string {
  return randomBytes(16).toString('hex');
}

function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function recordFileIn(folder: string): string {
  return join(folder, 'process.json');
}

function logFileIn(folder: string): string {
  return join(folder, 'local-slack.log');
}
