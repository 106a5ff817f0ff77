import { createRehearsals } from '../../src/engine/rehearsals/create-rehearsals.ts';
import type { RehearsalRunner } from '../../src/engine/rehearsals/rehearsal-runner.ts';
import type { Rehearsals } from '../../src/engine/rehearsals/rehearsals.ts';
import {
  type RehearsalJob,
  type RehearsalResults,
  runRehearsalJob,
} from '../../src/engine/simulate/rehearsal-job.ts';
import { systemClock } from '../../src/clock.ts';

/** Rehearsals in this very thread: source files are no program for another one. The thread has tests of its own. */
export function createInlineRehearsals(): Rehearsals {
  const runner: RehearsalRunner = {
    async run<Job extends RehearsalJob>(job: Job) {
      return structuredClone(runRehearsalJob(job, systemClock)) as RehearsalResults[Job['kind']];
    },
  };
  return createRehearsals(runner);
}
