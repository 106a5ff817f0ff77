import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { FatalError } from '../errors.ts';

/**
 * One process among all that ever had its pid: the operating system gives pids out again, but not with
 * the same start time. `startMark` is empty where the system tells no start time.
 */
export const ProcessIdentity = z.object({ pid: z.int().positive(), startMark: z.string() });
export type ProcessIdentity = z.infer<typeof ProcessIdentity>;

const POLL_MS = 25;
const KILL_WAIT_MS = 5_000;

/** The process that has this pid now; `null` if none has, or if it has ended and waits to be reaped. */
export function identifyProcess(pid: number): ProcessIdentity | null {
  if (!hasPid(pid)) return null;
  const startMark = process.platform === 'linux' ? linuxStartMark(pid) : psStartMark(pid);
  return startMark === null ? null : { pid, startMark };
}

export function isRunning(identity: ProcessIdentity): boolean {
  return identifyProcess(identity.pid)?.startMark === identity.startMark;
}

/**
 * Asks the process to end, and kills it if it has not ended after `graceMs`. Returns how it went.
 *
 * @throws {FatalError} if it cannot be ended.
 */
export async function endProcess(
  identity: ProcessIdentity,
  graceMs: number,
): Promise<'not-running' | 'ended' | 'killed'> {
  if (!isRunning(identity)) return 'not-running';
  signal(identity, 'SIGTERM');
  if (await hasEndedWithin(identity, graceMs)) return 'ended';
  signal(identity, 'SIGKILL');
  if (await hasEndedWithin(identity, KILL_WAIT_MS)) return 'killed';
  throw new FatalError(`Process ${identity.pid} does not end. End it by hand.`, {
    code: 'process-does-not-end',
  });
}

function signal(identity: ProcessIdentity, name: NodeJS.Signals): void {
  try {
    process.kill(identity.pid, name);
  } catch (error) {
    if (isErrno(error, 'ESRCH')) return;
    throw new FatalError(`Process ${identity.pid} may not be ended by this user. End it by hand.`, {
      code: 'process-not-ours',
      cause: error,
    });
  }
}

async function hasEndedWithin(identity: ProcessIdentity, timeoutMs: number): Promise<boolean> {
  const endAtMs = performance.now() + timeoutMs;
  while (isRunning(identity)) {
    if (performance.now() > endAtMs) return false;
    await delay(POLL_MS);
  }
  return true;
}

function hasPid(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isErrno(error, 'EPERM');
  }
}

/**
 * proc_pid_stat(5): the state is field 3, the number of threads field 20 and the start time field 22; field 2
 * may contain spaces and brackets. A process whose first thread has ended (Z) while others have not still
 * holds its ports and files.
 */
function linuxStartMark(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, threadCount, startTime] = [fields[0], Number(fields[17]), fields[19]];
    if (startTime === undefined || state === 'X' || (state === 'Z' && threadCount <= 1)) return null;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${startTime}`;
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ESRCH')) return null;
    throw error;
  }
}

function psStartMark(pid: number): string | null {
  try {
    const line = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/bin:/usr/bin' },
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    return line.startsWith('Z') ? null : line.replace(/^\S+\s+/, '');
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return '';
    return null;
  }
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
