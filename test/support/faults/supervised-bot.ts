import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { compileProgram } from '../e2e/compiled-program.ts';
import { findSteadyPort } from './steady-port.ts';

/** How a process of the bot ended that nobody asked to. */
export interface Death {
  /** Null when it ended by itself. */
  signal: NodeJS.Signals | null;
  exitCode: number | null;
  /** The failpoint that it says it has reached, as `BATON_FAILPOINT` names it; null: none. */
  failpoint: string | null;
}

/** The bot as its host runs it: a process that dies is started again at once, at the same address. */
export interface SupervisedBot {
  /** Where Slack delivers. */
  eventsUrl: string;
  /** How many processes were started so far. */
  starts(): number;
  deaths(): Death[];
  /** All that its processes have logged. */
  log(): string;
  /** Resolves when the bot serves. @throws when it keeps dying, or does not come up */
  whenReady(): Promise<void>;
  /** SIGTERM. @returns the exit code of the last process; null: it was ended by force */
  stop(): Promise<number | null>;
}

/** What a shell hands on; nothing in it configures Baton. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'LD_LIBRARY_PATH'];
const READY_TIMEOUT_MS = 30_000;
const READY_POLL_MS = 25;

/**
 * Starts the bot with this environment and nothing else. The first process gets the first of the
 * failpoints, the second one the second, and so on; the one after them gets none and must live.
 */
export async function superviseBot(
  env: Readonly<Record<string, string>>,
  failpoints: readonly string[],
): Promise<SupervisedBot> {
  const port = await findSteadyPort();
  return new BotSupervisor(await compileProgram(), { ...env, PORT: String(port) }, failpoints);
}

class BotSupervisor implements SupervisedBot {
  readonly eventsUrl: string;
  readonly #url: string;
  readonly #main: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #failpoints: readonly string[];
  readonly #deaths: Death[] = [];
  readonly #running: Promise<void>;
  #child: ChildProcess | null = null;
  #starts = 0;
  #log = '';
  #isStopping = false;

  constructor(main: string, env: Readonly<Record<string, string>>, failpoints: readonly string[]) {
    this.#main = main;
    this.#env = env;
    this.#failpoints = failpoints;
    this.#url = `http://127.0.0.1:${env['PORT']}`;
    this.eventsUrl = `${this.#url}/slack/events`;
    this.#running = this.#keepRunning();
  }

  starts(): number {
    return this.#starts;
  }

  deaths(): Death[] {
    return [...this.#deaths];
  }

  log(): string {
    return this.#log;
  }

  async whenReady(): Promise<void> {
    const signal = AbortSignal.timeout(READY_TIMEOUT_MS);
    while (!(await this.#isReady())) {
      if (this.#hasGivenUp()) throw new Error(`the bot died once too often:\n${this.#log}`);
      if (signal.aborted) throw new Error('the bot does not come up');
      await sleep(READY_POLL_MS);
    }
  }

  async stop(): Promise<number | null> {
    this.#isStopping = true;
    this.#child?.kill('SIGTERM');
    await this.#running;
    return this.#child?.exitCode ?? null;
  }

  async #keepRunning(): Promise<void> {
    while (!this.#isStopping && !this.#hasGivenUp()) {
      const failpoint = this.#failpoints[this.#starts];
      const death = await this.#run(failpoint === undefined ? {} : { BATON_FAILPOINT: failpoint });
      if (!this.#isStopping) this.#deaths.push(death);
    }
  }

  async #run(extraEnv: Record<string, string>): Promise<Death> {
    const inherited = INHERITED.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value] as const];
    });
    const child = spawn(process.execPath, [this.#main], {
      env: { ...Object.fromEntries(inherited), ...this.#env, ...extraEnv },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child = child;
    this.#starts += 1;
    let log = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text;
      this.#log += text;
    });
    await once(child, 'close');
    return { signal: child.signalCode, exitCode: child.exitCode, failpoint: reachedFailpoint(log) };
  }

  #hasGivenUp(): boolean {
    return this.#deaths.length > this.#failpoints.length;
  }

  async #isReady(): Promise<boolean> {
    try {
      const response = await fetch(`${this.#url}/readyz`);
      await response.body?.cancel();
      return response.status === 200;
    } catch {
      return false;
    }
  }
}

function reachedFailpoint(log: string): string | null {
  const line = log.split('\n').find((text) => text.includes('failpoint reached'));
  if (line === undefined) return null;
  const { failpoint, time } = JSON.parse(line) as { failpoint: string; time: number };
  return `${failpoint}:${time}`;
}
