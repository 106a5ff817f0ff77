import { z } from 'zod';
import { Mapping } from '../mapping.ts';

/** What the templates of a schedule's inputs may read: the time that it runs for, and the one before it. */
export const scheduleRoots = ['now', 'lastRun'] as const;

/** Starts a task at recurring times. */
export const ScheduleTriggerSettings = z.strictObject({
  /** Five fields, as croner reads them. */
  cron: z.string().min(1).max(200),
  /** The same as people say it: `Every Monday at 09:00`. */
  words: z.string().min(1).max(300),
  /** By whose clocks: a name of the IANA database. */
  timeZone: z.string().min(1).max(100),
  inputsTemplate: Mapping.default({}),
  /** When Baton was not running at the time: `run` once as soon as it is back, or `skip` to the next time. */
  missed: z.enum(['run', 'skip'], 'must be "run" or "skip"').default('run'),
  /** When the task of the time before has not ended yet: start another (`allow`), or `skip` this time. */
  overlap: z.enum(['allow', 'skip'], 'must be "allow" or "skip"').default('allow'),
});
export type ScheduleTriggerSettings = z.infer<typeof ScheduleTriggerSettings>;
