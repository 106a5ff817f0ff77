import type { Agenda } from 'agenda';
import type { Engine } from '../src/engine/engine.ts';

const jobName = 'sweep';
/** How late a timer may fire when nothing else is wrong. */
const sweepEvery = '2 seconds';
/** When the process that sweeps dies, another one goes on after this part of a lease: before the leases that it held run out. */
const lockLifetimeInLeases = 0.6;
/** A sweep ends well before its lock does, so that two never run as one. */
const maxSweepInLeases = 0.25;

/**
 * The one recurring job of the engine: whatever is due, wherever it came from, is claimed here.
 *
 * @param leaseMs how long the engine's leases are
 */
export async function scheduleSweep(agenda: Agenda, engine: Engine, leaseMs: number): Promise<void> {
  const maxMs = leaseMs * maxSweepInLeases;
  // No lockLimit: Agenda loses a slot for good when a lock runs out while its job is queued.
  const options = { concurrency: 1, lockLifetime: leaseMs * lockLifetimeInLeases };
  agenda.define(jobName, (_job, done) => void runSweep(engine, maxMs, done), options);
  await agenda.every(sweepEvery, jobName);
}

async function runSweep(engine: Engine, maxMs: number, done: (error?: Error) => void): Promise<void> {
  try {
    await engine.sweep({ maxMs });
    done();
  } catch (error) {
    done(error instanceof Error ? error : new Error(String(error)));
  }
}
