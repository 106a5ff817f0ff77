import type { Agenda } from 'agenda';
import type { ExecutionPurge } from '../models/execution-purge.ts';
import type { Clock } from '../src/clock.ts';

const jobName = 'purge';
const purgeEvery = '1 hour';
/** How many are removed by one command: few enough not to hold up anything else. */
const batchSize = 500;
/** More than an hour of the busiest org leaves behind; the rest is for the next hour. */
const maxBatches = 200;
const keptMonths = 1;

/**
 * A task expires a year after it was started (the engine sees to that). A month later its execution is
 * removed: state, stack and context. Its events stay in the log, so that what happened can still be told.
 */
export async function schedulePurge(agenda: Agenda, purge: ExecutionPurge, clock: Clock): Promise<void> {
  agenda.define(jobName, (_job, done) => void runPurge(purge, clock, done), { concurrency: 1 });
  await agenda.every(purgeEvery, jobName);
}

/** Removes what is to be removed by now, in batches. @returns how many */
export async function purgeExpired(purge: ExecutionPurge, clock: Clock): Promise<number> {
  const endedBefore = new Date(clock.now());
  endedBefore.setUTCMonth(endedBefore.getUTCMonth() - keptMonths);
  let removed = 0;
  for (let batch = 0; batch < maxBatches; batch += 1) {
    const count = await purge.removeExpired(endedBefore, batchSize);
    removed += count;
    if (count < batchSize) break;
  }
  return removed;
}

async function runPurge(purge: ExecutionPurge, clock: Clock, done: (error?: Error) => void): Promise<void> {
  try {
    await purgeExpired(purge, clock);
    done();
  } catch (error) {
    done(error instanceof Error ? error : new Error(String(error)));
  }
}
