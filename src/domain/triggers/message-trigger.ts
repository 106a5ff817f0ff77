import { z } from 'zod';
import { slackSource } from './slack-source.ts';

/** Starts a task for each message in Slack that fits. */
export const MessageTriggerSettings = z.strictObject({
  ...slackSource,
  /** Only messages that mention the bot. Default: false. */
  mentionsOnly: z.boolean().default(false),
  /** Replies in threads count too. Default: false. */
  includeReplies: z.boolean().default(false),
});
export type MessageTriggerSettings = z.infer<typeof MessageTriggerSettings>;
