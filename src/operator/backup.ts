import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { dumpDatabase, restoreDatabase } from '../../models/backup.ts';
import type { Database } from '../../models/database.ts';
import { ValidationError } from '../errors.ts';
import { runCommand } from './run-command.ts';
import { withOperatorDatabase } from './with-operator-database.ts';

const usage = `Writes everything in the database into a file, or puts it back into an empty one.

  npm run backup -- save <file.gz>
  npm run backup -- restore <file.gz>

The database is the one that MONGODB_URI or DATA_DIR names. ENCRYPTION_KEYS are not in the file: keep them elsewhere.`;

/** @returns what to say */
async function save(database: Database, file: string): Promise<string> {
  // It has hashes of keys and encrypted tokens in it, and an earlier backup is not overwritten.
  const target = createWriteStream(file, { mode: 0o600, flags: 'wx' });
  await pipeline(Readable.from(dumpDatabase(database)), createGzip(), target);
  return `Saved in ${file}.`;
}

/** @returns what to say */
async function restore(database: Database, file: string): Promise<string> {
  const lines = createInterface({ input: createReadStream(file).pipe(createGunzip()), crlfDelay: Infinity });
  const count = await restoreDatabase(database, lines);
  return `Restored ${count} documents. Check them with: npm run verify-audit`;
}

await runCommand(1, async () => {
  const [verb, file] = process.argv.slice(2);
  if (file === undefined || (verb !== 'save' && verb !== 'restore')) throw new ValidationError(usage);
  return withOperatorDatabase(async ({ database, print }) => {
    print(await (verb === 'save' ? save(database, file) : restore(database, file)));
    return 0;
  });
});
