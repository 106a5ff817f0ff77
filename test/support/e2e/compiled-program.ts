import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

/** What the build is made from. */
const SOURCES = ['src', 'blocks', 'models', 'jobs'];
const SETTINGS = ['tsconfig.json', 'tsconfig.build.json', 'package.json'];
const MAIN = 'src/main.js';
/** From where the program finds the installed packages. */
const CACHE = resolve('node_modules/.cache/baton-program');
const KEEP_MS = 60 * 60 * 1_000;

/**
 * The program as `npm start` runs it, compiled by the same settings into a folder of its own, which all
 * test files share as long as the sources are the same.
 *
 * @returns the file to run with node
 */
export async function compileProgram(): Promise<string> {
  const folder = join(CACHE, await hashSources());
  const main = join(folder, MAIN);
  if (existsSync(main)) return main;
  await mkdir(CACHE, { recursive: true });
  await removeOld();
  const draft = join(CACHE, `draft-${randomUUID()}`);
  await compileInto(draft);
  try {
    await rename(draft, folder);
  } catch (error) {
    // Another test file has compiled the same sources meanwhile.
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(main)) throw error;
  }
  return main;
}

async function compileInto(folder: string): Promise<void> {
  const tsc = resolve('node_modules/typescript/bin/tsc');
  const args = [
    tsc,
    '-p',
    'tsconfig.build.json',
    '--incremental',
    'false',
    '--noEmitOnError',
    '--outDir',
    folder,
  ];
  try {
    await promisify(execFile)(process.execPath, args);
  } catch (error) {
    const said = error instanceof Error && 'stdout' in error ? String(error.stdout) : '';
    throw new Error(`the program does not compile\n${said}`, { cause: error });
  }
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
}

async function hashSources(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of [...SETTINGS, ...(await listSources())]) {
    hash.update(`${file}\0`).update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 16);
}

async function listSources(): Promise<string[]> {
  const found = await Promise.all(
    SOURCES.map(async (folder) => {
      const names = await readdir(folder, { recursive: true });
      return names.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name));
    }),
  );
  return found.flat().toSorted();
}

/** Builds of sources that have changed since; a recent one may be in use by another run. */
async function removeOld(): Promise<void> {
  for (const name of await readdir(CACHE)) {
    const folder = join(CACHE, name);
    const { mtimeMs } = await stat(folder);
    if (Date.now() - mtimeMs > KEEP_MS) await rm(folder, { recursive: true, force: true });
  }
}
