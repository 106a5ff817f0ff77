import { parentPort } from 'node:worker_threads';
import { systemClock } from '../clock.ts';
import { AppError } from '../errors.ts';
import { type RehearsalJob, runRehearsalJob } from '../engine/simulate/rehearsal-job.ts';
import type { FromWorker, ToWorker } from './rehearsal-messages.ts';

/** The thread that computes rehearsals. It has the code of the engine's rules, and nothing to reach anything with. */
parentPort?.on('message', ({ id, job }: ToWorker) => {
  parentPort?.postMessage(answer(id, job));
});

function answer(id: number, job: RehearsalJob): FromWorker {
  try {
    return { id, ok: true, result: runRehearsalJob(job, systemClock) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { message, fields, code } = error;
    return { id, ok: false, message, fields, code };
  }
}
