import type { Agenda } from 'agenda';
import type { Intakes } from '../src/engine/intakes/intakes.ts';

const jobName = 'start-work';
/** How late work is started whose process died right after it had taken it in, beside the lease that it held. */
const sweepEvery = '5 seconds';
const lockLifetimeMs = 30_000;
const maxMs = 10_000;

/** Starts what was sent to intakes and is not started yet. An empty run reads no key. */
export async function scheduleStartWork(agenda: Agenda, intakes: Pick<Intakes, 'sweep'>): Promise<void> {
  const options = { concurrency: 1, lockLifetime: lockLifetimeMs };
  agenda.define(jobName, (_job, done) => void runSweep(intakes, done), options);
  await agenda.every(sweepEvery, jobName);
}

async function runSweep(intakes: Pick<Intakes, 'sweep'>, done: (error?: Error) => void): Promise<void> {
  try {
    await intakes.sweep({ maxMs });
    done();
  } catch (error) {
    done(error instanceof Error ? error : new Error(String(error)));
  }
}
