import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConflictError } from '../errors.ts';
import { identifyProcess, isRunning, ProcessIdentity } from './process-identity.ts';

/** The right to use a data folder, of one process at a time. */
export interface DataLock {
  /** Gives the right back. Safe to call twice. */
  release: () => Promise<void>;
}

const LOCK_FILE = 'baton.lock';

/**
 * Takes the data folder for this process, making the folder if there is none. A lock whose process
 * has ended, killed or not, is taken over, also when another program has its pid by now.
 *
 * @throws {ConflictError} naming the pid of the process that holds it.
 */
export async function acquireDataLock(dataDir: string): Promise<DataLock> {
  await mkdir(dataDir, { recursive: true });
  const lockFile = join(dataDir, LOCK_FILE);
  const own = JSON.stringify(identifyProcess(process.pid));
  while (!(await tryCreate(lockFile, own))) {
    const found = await readIfAny(lockFile);
    if (found === null) continue;
    const holder = parseHolder(found);
    if (holder !== null && isRunning(holder)) throw inUse(dataDir, lockFile, holder.pid);
    await removeStale(lockFile, found);
  }
  return {
    release: async () => {
      if ((await readIfAny(lockFile)) === own) await rm(lockFile, { force: true });
    },
  };
}

/** A hard link makes the file appear with its content at once, and only if there is none. */
async function tryCreate(lockFile: string, content: string): Promise<boolean> {
  const draft = `${lockFile}.${randomUUID()}`;
  await writeFile(draft, content, { mode: 0o600 });
  try {
    await link(draft, lockFile);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Removes the lock if it still is the one that was found stale. It is moved aside before it is looked
 * at again: of two processes that find the same stale lock, the slower one may have moved the faster
 * one's new lock, and puts it back.
 */
async function removeStale(lockFile: string, stale: string): Promise<void> {
  const aside = `${lockFile}.${randomUUID()}`;
  try {
    await rename(lockFile, aside);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw error;
  }
  if ((await readFile(aside, 'utf8')) !== stale) await link(aside, lockFile);
  await rm(aside, { force: true });
}

async function readIfAny(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** `null` for a file that no Baton has written: it locks nothing. */
function parseHolder(content: string): ProcessIdentity | null {
  try {
    return ProcessIdentity.parse(JSON.parse(content));
  } catch {
    return null;
  }
}

function inUse(dataDir: string, lockFile: string, pid: number): ConflictError {
  return new ConflictError(
    `Another Baton (process ${pid}) is using the data folder ${dataDir}. Stop it first, or set DATA_DIR to ` +
      `another folder for this one. If process ${pid} is not Baton, delete ${lockFile}.`,
    'data-folder-in-use',
  );
}
