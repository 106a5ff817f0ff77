import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AppError, FatalError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { findFreePort } from './free-port.ts';
import type { HelperProcess } from './helper-process.ts';
import { endOrphan, startHelper } from './helper-process.ts';
import { findMongod } from './mongod-binary.ts';
import { makePrimary, REPLICA_SET_NAME } from './replica-set.ts';

export interface EmbeddedMongoOptions {
  /** The data are kept in its folder `mongo`, the log in `mongod.log`. */
  dataDir: string;
  logger: Logger;
  /** A mongod to run instead of the one that is found. */
  systemBinary?: string | null;
}

export interface EmbeddedMongo {
  /** Names the database `baton`. */
  uri: string;
  /** Ends the mongod cleanly. Safe to call twice. */
  stop: () => Promise<void>;
}

const NAME = 'the embedded MongoDB';
/** mongod's own exit code for "the port is taken" (EXIT_NET_ERROR). */
const EXIT_PORT_TAKEN = 48;
const PORT_ATTEMPTS = 5;
const START_TIMEOUT_MS = 60_000;
const STOP_GRACE_MS = 8_000;
const CACHE_GB = 1;
const OPLOG_MB = 256;

/**
 * Starts a mongod of this process's own: a one-node replica set on 127.0.0.1, whose data survive under
 * `dataDir`. The port stays the same from start to start while it is free. A mongod that a killed bot
 * left on the same data is ended first, cleanly, so that nothing that was acknowledged is lost.
 *
 * @throws {FatalError} with code `no-mongod` where none can be had, naming the four ways; with
 *   `mongod-failed` and the end of its log where it does not start.
 * @throws {ConflictError} if another running Baton uses the data, naming its pid.
 */
export async function startEmbeddedMongo(options: EmbeddedMongoOptions): Promise<EmbeddedMongo> {
  const { logger, systemBinary } = options;
  const dataDir = resolve(options.dataDir);
  await mkdir(join(dataDir, 'mongo'), { recursive: true, mode: 0o700 });
  await endOrphan({ name: NAME, recordFile: recordFileIn(dataDir), graceMs: STOP_GRACE_MS, logger });
  const binary = await findMongod({ systemBinary: systemBinary ?? null, logger });
  let port = (await readPort(dataDir)) ?? (await findFreePort());
  for (let attempt = 1; ; attempt += 1) {
    const mongod = await startMongod(binary, dataDir, port);
    try {
      await makePrimary({
        port,
        pid: mongod.pid,
        timeoutMs: START_TIMEOUT_MS,
        exitReason: mongod.exitReason,
      });
      await writeFile(portFileIn(dataDir), String(port));
      watch(mongod, dataDir, logger);
      return { uri: uriFor(port), stop: mongod.stop };
    } catch (error) {
      await mongod.stop();
      if (!isPortTaken(mongod, error) || attempt === PORT_ATTEMPTS) throw startFailed(mongod, error, dataDir);
      port = await findFreePort();
    }
  }
}

/**
 * Where the mongod of a bot that uses the data listens; null when none was ever started there. Whether it
 * answers is for the caller to find out.
 */
export async function findRunningMongo(dataDir: string): Promise<string | null> {
  const port = await readPort(resolve(dataDir));
  return port === null ? null : uriFor(port);
}

function startMongod(binary: string, dataDir: string, port: number): Promise<HelperProcess> {
  return startHelper({
    name: NAME,
    binary,
    args: [
      ['--replSet', REPLICA_SET_NAME, '--dbpath', join(dataDir, 'mongo')],
      ['--port', String(port), '--bind_ip', '127.0.0.1', '--nounixsocket'],
      // By default the cache takes half of the memory and the oplog 5 % of the disk.
      ['--wiredTigerCacheSizeGB', String(CACHE_GB), '--oplogSize', String(OPLOG_MB)],
      ['--setParameter', 'diagnosticDataCollectionEnabled=false'],
      // No other member could take over, so a primary that is asked to end need not wait for one.
      ['--setParameter', 'shutdownTimeoutMillisForSignaledShutdown=0'],
    ].flat(),
    cwd: dataDir,
    logFile: logFileIn(dataDir),
    recordFile: recordFileIn(dataDir),
    graceMs: STOP_GRACE_MS,
  });
}

function watch(mongod: HelperProcess, dataDir: string, logger: Logger): void {
  logger.debug({ helperPid: mongod.pid }, 'embedded MongoDB is up');
  mongod.onUnexpectedEnd((reason) => {
    logger.error({ reason, logFile: logFileIn(dataDir) }, 'embedded MongoDB has ended: restart the bot');
  });
}

function isPortTaken(mongod: HelperProcess, error: unknown): boolean {
  return (
    mongod.exitCode() === EXIT_PORT_TAKEN || (error instanceof AppError && error.code === 'mongod-port-taken')
  );
}

function startFailed(mongod: HelperProcess, cause: unknown, dataDir: string): FatalError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const said = lastComplaint(mongod.output());
  return new FatalError(
    `${NAME} does not start on ${join(dataDir, 'mongo')}: ${reason}.${said === null ? '' : ` It said: ${said}.`} ` +
      `Its log is ${logFileIn(dataDir)}.`,
    { code: 'mongod-failed', cause },
  );
}

/** The last error or fatal line of mongod's JSON log, as text. */
function lastComplaint(output: string): string | null {
  const line = output.split('\n').findLast((text) => /"s":"[EF]"/.test(text));
  if (line === undefined) return null;
  const attributes = /"error":("[^"]*"|\{[^}]*\})/.exec(line)?.[1];
  const message = /"msg":"([^"]*)"/.exec(line)?.[1] ?? line;
  return attributes === undefined ? message : `${message} (${attributes})`;
}

/** `null` at the first start. */
async function readPort(dataDir: string): Promise<number | null> {
  try {
    const port = Number(await readFile(portFileIn(dataDir), 'utf8'));
    return Number.isInteger(port) && port > 0 && port <= 65_535 ? port : null;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

function uriFor(port: number): string {
  return `mongodb://127.0.0.1:${port}/baton?replicaSet=${REPLICA_SET_NAME}`;
}

function portFileIn(dataDir: string): string {
  return join(dataDir, 'mongod.port');
}

function recordFileIn(dataDir: string): string {
  return join(dataDir, 'mongod.process.json');
}

function logFileIn(dataDir: string): string {
  return join(dataDir, 'mongod.log');
}
