import { z } from 'zod';
import { Mapping } from '../mapping.ts';

/**
 * What the templates of a schedule's inputs may read: the time that it runs for and the one before it, in ISO 8601
 * and UTC, and the date of the former in the zone of the schedule.
 */
export const scheduleRoots: readonly string[] = ['now', 'lastRun', 'today'];

/** What starts a task at recurring times. */
export const ScheduleTriggerSettings = z.strictObject({
  /** Five fields, as croner reads them. */
  cron: z.string().min(1, 'must not be empty').max(200, 'must be at most 200 characters'),
  /** The same as people say it, `Every Monday at 09:00`; null, or words that mean something else: the pattern is shown. */
  words: z
    .string()
    .min(1, 'must not be empty')
    .max(300, 'must be at most 300 characters')
    .nullable()
    .default(null),
  /** By whose clocks: a name of the IANA database. */
  timeZone: z.string().min(1, 'must not be empty').max(100, 'must be at most 100 characters'),
  inputsTemplate: Mapping.default({}),
  /** When Baton was not running at the time: `run` once as soon as it is back, or `skip` to the next time. */
  missed: z.enum(['run', 'skip'], 'must be "run" or "skip"').default('run'),
  /** When the task of the time before is still running: start another (`allow`), or `skip` this time. */
  overlap: z.enum(['allow', 'skip'], 'must be "allow" or "skip"').default('allow'),
  /** Id of the Slack channel in which the cards of its tasks stand; null: where the workflow says. */
  postTo: z
    .string()
    .regex(/^[CG][A-Z0-9]{1,20}$/, 'must be the id of a channel, such as C0123ABCD')
    .nullable()
    .default(null),
});
export type ScheduleTriggerSettings = z.infer<typeof ScheduleTriggerSettings>;
