import { z } from 'zod';
import { slackSource } from './slack-source.ts';

/** Starts a task when somebody puts an emoji on a message; one for each message, however many do. `from`: who puts it. */
export const ReactionTriggerSettings = z.strictObject({
  ...slackSource,
  /** Its name, without colons. */
  reaction: z
    .string()
    .trim()
    .toLowerCase()
    .transform((name) => name.replace(/^:|:$/g, ''))
    .pipe(z.string().regex(/^[\p{L}\p{N}_+'-]{1,100}$/u, 'must be the name of an emoji, such as ticket')),
});
export type ReactionTriggerSettings = z.infer<typeof ReactionTriggerSettings>;
