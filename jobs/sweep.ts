import type { Agenda } from 'agenda';
import type { Engine } from '../src/engine/engine.ts';

const jobName = 'sweep';
/** How late a timer may fire when nothing else is wrong. */
const sweepEvery = '2 seconds';
/** A sweep ends well before its lock does, so that two never run as one. */
const maxSweepMs = 5_000;
/** When the process that sweeps dies, another one goes on after this time. */
const lockLifetimeMs = 12_000;

/** The one recurring job of the engine: whatever is due, wherever it came from, is claimed here. */
export async function scheduleSweep(agenda: Agenda, engine: Engine): Promise<void> {
  const options = { concurrency: 1, lockLimit: 1, lockLifetime: lockLifetimeMs };
  agenda.define(jobName, (_job, done) => void runSweep(engine, done), options);
  await agenda.every(sweepEvery, jobName);
}

async function runSweep(engine: Engine, done: (error?: Error) => void): Promise<void> {
  try {
    await engine.sweep({ maxMs: maxSweepMs });
    done();
  } catch (error) {
    done(error instanceof Error ? error : new Error(String(error)));
  }
}
