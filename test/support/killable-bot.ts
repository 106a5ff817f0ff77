import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { z } from 'zod';

const Started = z.object({
  mongo: z.object({ uri: z.string() }).nullable(),
  slack: z.object({ url: z.string() }).nullable(),
});
type Started = z.infer<typeof Started>;

/** The local services in a process of their own, which a test may kill. */
export interface KillableBot extends Started {
  pid: number;
  /** `kill -9`, and waits until it has ended. */
  kill: () => Promise<void>;
}

/** The compiled program; Node 20 runs no TypeScript. */
export interface CompiledBot {
  start: (dataDir: string, services: readonly ('mongo' | 'slack')[]) => Promise<KillableBot>;
  remove: () => Promise<void>;
}

/** Compiles `local-services.ts` into a folder of its own, from where it finds the installed packages. */
export async function compileKillableBot(): Promise<CompiledBot> {
  const cache = resolve('node_modules/.cache');
  await mkdir(cache, { recursive: true });
  const outDir = await mkdtemp(join(cache, 'baton-killable-'));
  await writeFile(join(outDir, 'package.json'), JSON.stringify({ type: 'module' }));
  await writeFile(
    join(outDir, 'tsconfig.json'),
    JSON.stringify({
      extends: resolve('tsconfig.json'),
      compilerOptions: {
        rootDir: resolve('.'),
        outDir,
        types: ['node'],
        typeRoots: [resolve('node_modules/@types')],
      },
      include: [],
      files: [resolve('test/support/local-services.ts')],
    }),
  );
  await promisify(execFile)(process.execPath, [resolve('node_modules/typescript/bin/tsc'), '-p', outDir]);
  return {
    start: (dataDir, services) => start(join(outDir, 'test/support/local-services.js'), dataDir, services),
    remove: () => rm(outDir, { recursive: true, force: true }),
  };
}

async function start(program: string, dataDir: string, services: readonly string[]): Promise<KillableBot> {
  const child = spawn(process.execPath, [program, dataDir, ...services], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const line: unknown = await Promise.race([
    once(lines, 'line').then(([text]) => text),
    ended.then(() => null),
  ]);
  if (typeof line !== 'string')
    throw new Error(`the bot ended before it was up (exit code ${child.exitCode})`);
  return {
    ...Started.parse(JSON.parse(line)),
    pid: child.pid ?? 0,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** The pid of the helper that is recorded in a data folder, as in `mongod.process.json`. */
export async function recordedPid(recordFile: string): Promise<number> {
  const record = z.object({ helper: z.object({ pid: z.number() }) });
  return record.parse(JSON.parse(await readFile(recordFile, 'utf8'))).helper.pid;
}
