import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { ConflictError, errorMessage, FatalError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { endProcess, identifyProcess, isRunning, ProcessIdentity } from './process-identity.ts';

/** What is written down about a helper, so that the next start finds it when this one is killed. */
const HelperRecord = z.object({ helper: ProcessIdentity, owner: ProcessIdentity });
type HelperRecord = z.infer<typeof HelperRecord>;

export interface HelperOptions {
  /** For people, as in "the embedded MongoDB". */
  name: string;
  binary: string;
  args: readonly string[];
  cwd: string;
  /** Default: that of this process. */
  env?: Readonly<Record<string, string>>;
  /** Receives all that the helper prints; what the start before wrote is kept as `<logFile>.1`. */
  logFile: string;
  recordFile: string;
  /** How long it may take to end when asked, in milliseconds. */
  graceMs: number;
}

/** A program that the bot runs beside itself: mongod, the local Slack workspace. */
export interface HelperProcess {
  readonly pid: number;
  /** Why it has ended, in plain words; `null` while it runs. */
  readonly exitReason: () => string | null;
  /** Its exit code, once it has ended by itself. */
  readonly exitCode: () => number | null;
  /** What it has printed. */
  readonly output: () => string;
  /** Called once when it ends without having been stopped. */
  readonly onUnexpectedEnd: (callback: (reason: string) => void) => void;
  /** Ends it and forgets it. Safe to call twice. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts a helper in a process group of its own, so that Ctrl-C reaches the bot alone, which then ends
 * the helper when it has finished with it. It prints into a file and not into a pipe: it must outlive
 * a killed bot without damage until {@link endOrphan} finds it.
 *
 * @throws {FatalError} if the binary cannot be started.
 */
export function startHelper(options: HelperOptions): Promise<HelperProcess> {
  if (existsSync(options.logFile)) renameSync(options.logFile, `${options.logFile}.1`);
  const log = openSync(options.logFile, 'w', 0o600);
  const child = spawn(options.binary, options.args, {
    cwd: options.cwd,
    detached: true,
    stdio: ['ignore', log, log],
    ...(options.env === undefined ? {} : { env: options.env }),
  });
  closeSync(log);
  // In the same tick as the spawn, so that hardly a kill can come between.
  const identity = child.pid === undefined ? null : identifyProcess(child.pid);
  if (identity !== null) writeRecord(options.recordFile, identity);
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      reject(new FatalError(`${options.binary} cannot be started: ${cause.message}`, { cause }));
    });
    child.once('spawn', () => resolve(superviseHelper(child, identity, options)));
  });
}

/**
 * Ends the helper that an earlier, killed bot left running, if there is one. Nothing is ended but the
 * very process that was recorded.
 *
 * @throws {ConflictError} naming the pid, if the bot that started the helper still runs.
 */
export async function endOrphan(
  options: Pick<HelperOptions, 'name' | 'recordFile' | 'graceMs'> & { logger: Logger },
): Promise<void> {
  const record = readRecord(options.recordFile);
  // Without a start time, another program could have the pid by now.
  if (record === null || record.helper.startMark === '' || !isRunning(record.helper)) return;
  if (isRunning(record.owner)) {
    throw new ConflictError(
      `Process ${record.owner.pid} is already running ${options.name} on this data folder ` +
        `(as process ${record.helper.pid}). Stop it first, or set DATA_DIR to another folder.`,
      'data-folder-in-use',
    );
  }
  const ended = await endProcess(record.helper, options.graceMs);
  options.logger.info({ helper: options.name, helperPid: record.helper.pid, ended }, 'orphaned helper ended');
  rmSync(options.recordFile, { force: true });
}

function superviseHelper(
  child: ChildProcess,
  identity: ProcessIdentity | null,
  options: HelperOptions,
): HelperProcess {
  let stopping = false;
  let notify: ((reason: string) => void) | null = null;
  const exitReason = (): string | null => {
    if (child.exitCode !== null) return `it ended with exit code ${child.exitCode}`;
    return child.signalCode === null ? null : `it was ended by ${child.signalCode}`;
  };
  child.once('exit', () => {
    if (!stopping) notify?.(exitReason() ?? 'it ended');
  });
  // The helper alone does not keep the bot alive: one that fails to start must be able to exit.
  child.unref();
  return {
    pid: child.pid ?? 0,
    exitReason,
    exitCode: () => child.exitCode,
    output: () => readFileSync(options.logFile, 'utf8'),
    onUnexpectedEnd: (callback) => {
      notify = callback;
    },
    stop: async () => {
      stopping = true;
      if (identity !== null) await endProcess(identity, options.graceMs);
      if (readRecord(options.recordFile)?.helper.pid === child.pid)
        rmSync(options.recordFile, { force: true });
    },
  };
}

function writeRecord(recordFile: string, helper: ProcessIdentity): void {
  const owner = identifyProcess(process.pid);
  if (owner === null) return;
  const record: HelperRecord = { helper, owner };
  writeFileSync(recordFile, JSON.stringify(record), { mode: 0o600 });
}

/** `null` if there is none, or if what is there was cut short by a kill. */
function readRecord(recordFile: string): HelperRecord | null {
  if (!existsSync(recordFile)) return null;
  try {
    return HelperRecord.parse(JSON.parse(readFileSync(recordFile, 'utf8')));
  } catch (error) {
    if (error instanceof z.ZodError || error instanceof SyntaxError) return null;
    throw new FatalError(`${recordFile} cannot be read: ${errorMessage(error)}`, { cause: error });
  }
}
