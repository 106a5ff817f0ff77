import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FatalError, errorMessage } from '../errors.ts';

const fileName = 'encryption-key';
const keyBytes = 32;
/** Only the person who runs the bot may read it. */
const ownerOnly = 0o600;

/**
 * The key that secrets are kept with on a person's own machine: made at the first start, in a file beside
 * the data that only this person may read.
 *
 * @returns 32 bytes in base64
 * @throws FatalError when the file is there and holds no key: a new one could not read what is stored
 */
export async function readOrMakeEncryptionKey(dataDir: string): Promise<string> {
  const path = join(dataDir, fileName);
  await mkdir(dataDir, { recursive: true });
  try {
    // `wx`: of two starts at once only one makes the key.
    await writeFile(path, `${randomBytes(keyBytes).toString('base64')}\n`, { flag: 'wx', mode: ownerOnly });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) {
      throw new FatalError(`The file for the encryption key cannot be written: ${errorMessage(error)}.`, {
        cause: error,
      });
    }
  }
  const key = (await readFile(path, 'utf8')).trim();
  if (Buffer.from(key, 'base64').length === keyBytes) return key;
  throw new FatalError(
    `${path} holds no encryption key. Put the file back as it was, or delete it; then register your plugins anew.`,
  );
}
