import type { Agenda } from 'agenda';
import type { DeliveryWorker } from '../src/webhooks/delivery-worker.ts';

const jobName = 'deliver-events';
/** How late a retry may come when nothing else is wrong. */
const sweepEvery = '2 seconds';
/** When the process that looks for deliveries dies, another one goes on after this. */
const lockLifetimeMs = 10_000;

/**
 * Begins with the deliveries that are due: retries, and what a process left behind that died. The job only
 * begins with them; they go on in the process that took them, beside the next runs of the job.
 */
export async function scheduleDeliverEvents(
  agenda: Agenda,
  worker: Pick<DeliveryWorker, 'sweep'>,
): Promise<void> {
  const options = { concurrency: 1, lockLifetime: lockLifetimeMs };
  agenda.define(jobName, (_job, done) => void runSweep(worker, done), options);
  await agenda.every(sweepEvery, jobName);
}

async function runSweep(worker: Pick<DeliveryWorker, 'sweep'>, done: (error?: Error) => void): Promise<void> {
  try {
    await worker.sweep();
    done();
  } catch (error) {
    done(error instanceof Error ? error : new Error(String(error)));
  }
}
