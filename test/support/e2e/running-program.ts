import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { compileProgram } from './compiled-program.ts';

/** What a person's shell hands on; nothing in it configures Baton, but for where a mongod is on this machine. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'LD_LIBRARY_PATH', 'MONGOMS_SYSTEM_BINARY'];
const START_TIMEOUT_MS = 60_000;

/** The program of `npm start` as a process of its own. */
export interface RunningProgram {
  pid: number;
  /** What the banner says. */
  publicUrl: string;
  orgId: string;
  adminKey: string;
  /** Null when a Slack was configured. */
  slackUrl: string | null;
  /** All that it has printed for people. */
  stdout(): string;
  /** All that it has logged. */
  stderr(): string;
  /** SIGTERM; null: it was ended by force. */
  terminate(): Promise<number | null>;
  /** `kill -9` of this process alone, as by the operating system. */
  kill(): Promise<void>;
}

/** How a start went that ended by itself. */
export interface EndedProgram {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** Starts the program with this environment and nothing else, and waits until it says that it is running. */
export async function startProgram(env: Readonly<Record<string, string>>): Promise<RunningProgram> {
  const { child, stdout, stderr, ended } = await spawnProgram(env);
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  if (!(await waitForBanner(child, stdout, ended))) {
    await kill();
    throw new Error(`the program did not start (exit code ${child.exitCode})\n${stdout()}\n${stderr()}`);
  }
  return {
    pid: child.pid ?? 0,
    publicUrl: find(stdout(), /Board +(\S+)\/board/),
    orgId: find(stdout(), /\(org ([0-9a-f]{24})\)/),
    adminKey: env['BATON_ADMIN_KEY'] ?? find(stdout(), /Admin key +(\S+)/),
    slackUrl: /Slack +(http\S+)/.exec(stdout())?.[1] ?? null,
    stdout,
    stderr,
    async terminate() {
      child.kill('SIGTERM');
      await ended;
      return child.exitCode;
    },
    kill,
  };
}

/** Runs the program until it ends by itself. */
export async function runProgram(env: Readonly<Record<string, string>>): Promise<EndedProgram> {
  const { child, stdout, stderr, ended } = await spawnProgram(env);
  const timer = setTimeout(() => child.kill('SIGKILL'), START_TIMEOUT_MS);
  await ended;
  clearTimeout(timer);
  return { exitCode: child.exitCode, stdout: stdout(), stderr: stderr() };
}

interface Spawned {
  child: ChildProcess;
  stdout: () => string;
  stderr: () => string;
  ended: Promise<unknown>;
}

async function spawnProgram(env: Readonly<Record<string, string>>): Promise<Spawned> {
  const inherited = INHERITED.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const child = spawn(process.execPath, ['--enable-source-maps', await compileProgram()], {
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      printed[name] += text;
    });
  }
  // When the pipes are closed, too: then everything has been read.
  const ended = once(child, 'close');
  return { child, stdout: () => printed.stdout, stderr: () => printed.stderr, ended };
}

/** @returns false when it has ended, or says nothing for too long */
async function waitForBanner(
  child: ChildProcess,
  stdout: () => string,
  ended: Promise<unknown>,
): Promise<boolean> {
  const isUp = (): boolean => stdout().includes('Stop it with Ctrl-C.');
  const signal = AbortSignal.timeout(START_TIMEOUT_MS);
  const isOver = ended.then(() => true);
  while (!isUp()) {
    const said = child.stdout === null ? isOver : once(child.stdout, 'data', { signal }).then(() => false);
    if (await Promise.race([isOver, said]).catch(() => true)) return isUp();
  }
  return true;
}

function find(text: string, pattern: RegExp): string {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`the program does not say ${String(pattern)}:\n${text}`);
  return found;
}
