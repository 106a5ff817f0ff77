import { z } from 'zod';
import { Mapping } from '../mapping.ts';

/** What the template of an intake's inputs may read: what was sent. */
export const intakeRoots = ['body'] as const;
/** What the template of its output may read: the task. */
export const outputRoots = ['inputs', 'steps'] as const;

/** Starts a task for each accepted POST to the intake's address. */
export const IntakeTriggerSettings = z.strictObject({
  /** Makes the inputs out of the body; null: the body is the inputs. */
  inputsTemplate: Mapping.nullable().default(null),
  /** Makes what whoever sent it gets back; null: what the last step left. */
  outputTemplate: Mapping.nullable().default(null),
});
export type IntakeTriggerSettings = z.infer<typeof IntakeTriggerSettings>;
