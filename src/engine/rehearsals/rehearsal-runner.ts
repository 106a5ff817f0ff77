import type { RehearsalJob, RehearsalResults } from '../simulate/rehearsal-job.ts';

/**
 * Computes rehearsals where they keep nobody waiting, whatever the workflow: apart from whatever answers
 * requests, and within a time that is cut off.
 */
export interface RehearsalRunner {
  /** @throws ValidationError when inputs do not fit; RetryableError when it is cut off, or too many are asked for */
  run<Job extends RehearsalJob>(job: Job): Promise<RehearsalResults[Job['kind']]>;
}
