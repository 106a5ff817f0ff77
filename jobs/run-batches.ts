import type { Agenda } from 'agenda';
import type { BatchWorker } from '../src/engine/batches/batch-worker.ts';

const jobName = 'run-batches';
/** How late a turn may come when nothing else is wrong. */
const sweepEvery = '1 second';
/** When the process that works batches off dies, another one goes on after this. */
const lockLifetimeMs = 15_000;
/** Well before the lock is over. */
const maxMs = 5_000;

/** Works off batches that are due, a small portion of each in a turn. */
export async function scheduleRunBatches(agenda: Agenda, worker: Pick<BatchWorker, 'sweep'>): Promise<void> {
  const options = { concurrency: 1, lockLifetime: lockLifetimeMs };
  agenda.define(jobName, (_job, done) => void runSweep(worker, done), options);
  await agenda.every(sweepEvery, jobName);
}

async function runSweep(worker: Pick<BatchWorker, 'sweep'>, done: (error?: Error) => void): Promise<void> {
  try {
    await worker.sweep(maxMs);
    done();
  } catch (error) {
    done(error instanceof Error ? error : new Error(String(error)));
  }
}
