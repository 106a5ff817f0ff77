import { z } from 'zod';
import type { Actor } from './actor.ts';
import { assertMapping } from './mapping.ts';
import { assertRecurrence } from './schedule-times.ts';
import { IntakeTriggerSettings, intakeRoots, outputRoots } from './triggers/intake-trigger.ts';
import { MessageTriggerSettings } from './triggers/message-trigger.ts';
import { ReactionTriggerSettings } from './triggers/reaction-trigger.ts';
import { ScheduleTriggerSettings, scheduleRoots } from './triggers/schedule-trigger.ts';
import { checkSlackMapping } from './triggers/slack-source.ts';

/**
 * A trigger starts tasks of one workflow without a person asking for each: because of a message in Slack, a reaction on
 * one, a POST to an intake, or the time. What it did, and what it decided not to do, stands in its log.
 */
const common = {
  /** Unique among the triggers of the workflow. */
  name: z.string().trim().min(1, 'must not be empty').max(80, 'must be at most 80 characters'),
  enabled: z.boolean().default(true),
};

export const MessageTriggerInput = z.strictObject({
  ...common,
  kind: z.literal('message'),
  settings: MessageTriggerSettings,
});
export const ReactionTriggerInput = z.strictObject({
  ...common,
  kind: z.literal('reaction'),
  settings: ReactionTriggerSettings,
});
export const IntakeTriggerInput = z.strictObject({
  ...common,
  kind: z.literal('intake'),
  settings: IntakeTriggerSettings,
});
export const ScheduleTriggerInput = z.strictObject({
  ...common,
  kind: z.literal('schedule'),
  settings: ScheduleTriggerSettings,
});

/** A trigger as it is made. */
export const TriggerInput = z.discriminatedUnion('kind', [
  MessageTriggerInput,
  ReactionTriggerInput,
  IntakeTriggerInput,
  ScheduleTriggerInput,
]);
export type TriggerInput = z.infer<typeof TriggerInput>;
export type TriggerKind = TriggerInput['kind'];

export type Trigger = TriggerInput & {
  id: string;
  orgId: string;
  workflowId: string;
  createdBy: Actor;
  /**
   * Slack user id of whoever last said what it listens to, by whose right it hears private channels; null where that was
   * an admin's key that is no person's, and `hearsAsNobody` where it was another such key. Left out: whoever made it.
   */
  hearsAs?: string | null;
  createdAt: Date;
  updatedAt: Date;
};
/** No member has this id: by nobody's right only public channels are heard. */
export const hearsAsNobody = 'NOBODY';

export type TriggerOf<Kind extends TriggerKind> = Extract<Trigger, { kind: Kind }>;
/** What is started by what happens in Slack. */
export type SlackTrigger = TriggerOf<'message'> | TriggerOf<'reaction'>;

export function isSlackTrigger(trigger: Trigger): trigger is SlackTrigger {
  return trigger.kind === 'message' || trigger.kind === 'reaction';
}

/** What zod cannot say of a trigger: that its templates can be run. @throws ValidationError with the paths */
export function checkTrigger(trigger: TriggerInput): void {
  switch (trigger.kind) {
    case 'message':
    case 'reaction':
      return checkSlackMapping(trigger.settings.inputsTemplate);
    case 'intake':
      assertMapping(trigger.settings.inputsTemplate, 'settings/inputsTemplate', intakeRoots);
      return assertMapping(trigger.settings.outputTemplate, 'settings/outputTemplate', outputRoots);
    case 'schedule':
      assertRecurrence(trigger.settings, { cron: 'settings/cron', timeZone: 'settings/timeZone' });
      return assertMapping(trigger.settings.inputsTemplate, 'settings/inputsTemplate', scheduleRoots);
  }
}
