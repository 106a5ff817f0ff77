import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { dumpDatabase, restoreDatabase } from '../../models/backup.ts';
import type { Database } from '../../models/database.ts';
import { loadConfig, readEnvironment } from '../config.ts';
import { AppError, ValidationError } from '../errors.ts';
import { createLogger } from '../logger.ts';
import { openOperatorDatabase } from './open-operator-database.ts';

const usage = `Writes everything in the database into a file, or puts it back into an empty one.

  npm run backup -- save <file.gz>
  npm run backup -- restore <file.gz>

The database is the one that MONGODB_URI or DATA_DIR names. ENCRYPTION_KEYS are not in the file: keep them elsewhere.`;

async function main(): Promise<void> {
  const [verb, file] = process.argv.slice(2);
  if (file === undefined || (verb !== 'save' && verb !== 'restore')) throw new ValidationError(usage);
  const opened = await openOperatorDatabase(
    loadConfig(readEnvironment()),
    createLogger('error', process.stderr),
  );
  try {
    await (verb === 'save' ? save(opened.database, file) : restore(opened.database, file));
  } finally {
    await opened.close();
  }
}

async function save(database: Database, file: string): Promise<void> {
  // It has hashes of keys and encrypted tokens in it, and an earlier backup is not overwritten.
  const target = createWriteStream(file, { mode: 0o600, flags: 'wx' });
  await pipeline(Readable.from(dumpDatabase(database)), createGzip(), target);
  process.stdout.write(`Saved in ${file}.\n`);
}

async function restore(database: Database, file: string): Promise<void> {
  const lines = createInterface({ input: createReadStream(file).pipe(createGunzip()), crlfDelay: Infinity });
  const count = await restoreDatabase(database, lines);
  process.stdout.write(`Restored ${count} documents. Check them with: npm run verify-audit\n`);
}

try {
  await main();
} catch (error) {
  const text = error instanceof AppError ? error.message : error instanceof Error ? error.stack : error;
  process.stderr.write(`${String(text)}\n`);
  process.exitCode = 1;
}
