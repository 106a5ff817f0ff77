import type { RehearsalJob, RehearsalJobKind, RehearsalResults } from '../engine/simulate/rehearsal-job.ts';
import type { FieldError } from '../errors.ts';

/** What the process asks its rehearsal thread. */
export interface ToWorker {
  id: number;
  job: RehearsalJob;
}

/** What the thread answers. What it throws ends it. */
export type FromWorker =
  | { id: number; ok: true; result: RehearsalResults[RehearsalJobKind] }
  | { id: number; ok: false; message: string; fields: FieldError[]; code: string };
