import { open, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { dumpDatabase, restoreDatabase } from '../../models/backup.ts';
import type { Database } from '../../models/database.ts';
import { ConflictError, ValidationError } from '../errors.ts';

/**
 * Everything in the database as it was at one moment, in a file that only its owner may read: it has hashes of keys and
 * encrypted tokens in it.
 *
 * @throws ConflictError when the file exists; as `dumpDatabase`, and then no file is left
 */
export async function saveBackup(database: Database, path: string): Promise<void> {
  const file = await open(path, 'wx', 0o600).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error;
    throw new ConflictError(`${path} exists, and a backup is not overwritten. Choose another name.`);
  });
  try {
    await pipeline(
      Readable.from(dumpDatabase(database)),
      createGzip(),
      file.createWriteStream({ flush: true }),
    );
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

/**
 * @returns how many documents were put back
 * @throws ValidationError for a file that is no whole backup, and as `restoreDatabase`
 */
export async function restoreBackup(database: Database, path: string): Promise<number> {
  const file = await open(path, 'r');
  try {
    return await pipeline(file.createReadStream(), createGunzip(), (chunks) =>
      restoreDatabase(database, linesOf(chunks)),
    );
  } catch (error) {
    if (!codeOf(error).startsWith('Z_')) throw error;
    throw new ValidationError(
      `${path} is no whole backup: it is cut short or damaged. What could be read of it stands in the database: drop that before you restore another file.`,
    );
  }
}

async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncIterable<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let left = '';
  for await (const chunk of chunks) {
    const lines = `${left}${decoder.decode(chunk, { stream: true })}`.split('\n');
    left = lines.pop() ?? '';
    yield* lines;
  }
  yield `${left}${decoder.decode()}`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
