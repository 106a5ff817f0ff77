import { Worker } from 'node:worker_threads';
import { RetryableError, ValidationError, errorMessage } from '../errors.ts';
import type { RehearsalRunner } from '../engine/rehearsals/rehearsal-runner.ts';
import type { RehearsalJob, RehearsalJobKind, RehearsalResults } from '../engine/simulate/rehearsal-job.ts';
import type { Logger } from '../logger.ts';
import type { FromWorker, ToWorker } from './rehearsal-messages.ts';
import type { Timers } from '../timers.ts';

/** An exploration ends by itself before; what takes longer is one step of a workflow that somebody made to take long. */
const maxJobMs = 15_000;
/** What waits for the thread; one more is told to come back. */
const maxWaiting = 20;
/** The same of one org, beside what is computed for it: the thread is there for all. */
const maxWaitingOfOrg = 2;
/** For one job; a workflow that needs more ends the thread, and not the process. */
const resourceLimits = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 64, stackSizeMb: 4 };

interface Waiting {
  job: RehearsalJob;
  resolve: (result: RehearsalResults[RehearsalJobKind]) => void;
  reject: (error: Error) => void;
}

export interface RehearsalThread extends RehearsalRunner {
  stop(): Promise<void>;
}

/**
 * Computes rehearsals one after the other in a thread of its own, which is started when the first is asked for,
 * and ended when one takes too long or too much. Orgs take turns.
 */
export function createRehearsalThread({
  logger,
  timers,
}: {
  logger: Logger;
  timers: Timers;
}): RehearsalThread {
  return new Thread(logger, timers);
}

class Thread implements RehearsalThread {
  readonly #logger: Logger;
  readonly #timers: Timers;
  readonly #waiting: Waiting[] = [];
  #current: (Waiting & { id: number; cancelTimeout: () => void }) | null = null;
  #worker: Worker | null = null;
  /** The orgs that had a turn, the newest last. */
  readonly #served = new Set<string>();
  #jobs = 0;
  #isStopped = false;

  constructor(logger: Logger, timers: Timers) {
    this.#logger = logger;
    this.#timers = timers;
  }

  run<Job extends RehearsalJob>(job: Job): Promise<RehearsalResults[Job['kind']]> {
    const ofOrg = this.#waiting.filter((other) => orgOf(other.job) === orgOf(job)).length;
    if (this.#isStopped || this.#waiting.length >= maxWaiting || ofOrg >= maxWaitingOfOrg) {
      const message = 'Too many rehearsals are asked for right now. Please try again in a few seconds.';
      return Promise.reject(new RetryableError(message, { retryAfterMs: 5_000 }));
    }
    return new Promise((resolve, reject) => {
      // What comes back for a job is what its kind says.
      const asked = resolve as Waiting['resolve'];
      this.#waiting.push({ job, resolve: asked, reject });
      this.#next();
    });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    const worker = this.#worker;
    this.#worker = null;
    for (const { reject } of this.#waiting.splice(0)) reject(stopped());
    this.#end()?.reject(stopped());
    await worker?.terminate();
  }

  #next(): void {
    if (this.#current !== null) return;
    const next = this.#take();
    if (next === undefined) return;
    this.#jobs += 1;
    const id = this.#jobs;
    const cancelTimeout = this.#timers.after(maxJobMs, () => {
      this.#abandon(`It took more than ${maxJobMs / 1_000} seconds.`);
    });
    this.#current = { ...next, id, cancelTimeout };
    const worker = (this.#worker ??= this.#start());
    worker.ref();
    worker.postMessage({ id, job: next.job } satisfies ToWorker);
  }

  /** The oldest job of the org whose last turn is the longest ago. */
  #take(): Waiting | undefined {
    const turns = [...this.#served];
    const turnOf = ({ job }: Waiting): number => turns.indexOf(orgOf(job));
    const [next] = this.#waiting.toSorted((one, other) => turnOf(one) - turnOf(other));
    if (next === undefined) return undefined;
    this.#waiting.splice(this.#waiting.indexOf(next), 1);
    this.#served.delete(orgOf(next.job));
    // Who waits for nothing keeps no place.
    const waiting = new Set(this.#waiting.map(({ job }) => orgOf(job)));
    for (const orgId of turns) if (!waiting.has(orgId)) this.#served.delete(orgId);
    this.#served.add(orgOf(next.job));
    return next;
  }

  #start(): Worker {
    const worker = new Worker(new URL('./rehearsal-worker.js', import.meta.url), {
      resourceLimits,
      env: {},
    });
    worker.on('message', (answer: FromWorker) => this.#receive(answer));
    worker.on('error', (error) => {
      if (this.#worker === worker) this.#abandon(errorMessage(error));
    });
    return worker;
  }

  #receive(answer: FromWorker): void {
    if (this.#current?.id !== answer.id) return;
    const current = this.#end();
    // An idle thread keeps no process alive.
    this.#worker?.unref();
    if (answer.ok) current?.resolve(answer.result);
    else current?.reject(new ValidationError(answer.message, answer.fields, answer.code));
    this.#next();
  }

  /** Ends the thread with what it is at; the next job has a new one. */
  #abandon(why: string): void {
    const current = this.#end();
    const worker = this.#worker;
    this.#worker = null;
    this.#logger.warn({ why, kind: current?.job.kind }, 'rehearsal cut off');
    const message = `This workflow could not be rehearsed: it takes too much time or memory. ${why}`;
    current?.reject(new ValidationError(message, [], 'rehearsal-too-costly'));
    void worker?.terminate();
    if (!this.#isStopped) this.#next();
  }

  #end(): Waiting | null {
    const current = this.#current;
    this.#current = null;
    current?.cancelTimeout();
    return current;
  }
}

function orgOf(job: RehearsalJob): string {
  return 'request' in job ? job.request.definition.orgId : job.definition.orgId;
}

function stopped(): RetryableError {
  return new RetryableError('Baton is restarting. Please try again in a few seconds.', {
    retryAfterMs: 3_000,
  });
}
