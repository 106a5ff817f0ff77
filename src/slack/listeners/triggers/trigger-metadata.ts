import { z } from 'zod';
import type { SlackTrigger } from '../../../domain/trigger.ts';
import { fingerprint } from '../authoring/authoring-metadata.ts';
import { decodeMetadata } from '../form-metadata.ts';
import type { Submission } from '../views/submission.ts';

const Id = z.string().max(64);

/** What the form of a new trigger takes along. */
export const NewTriggerMetadata = z.object({ workflowId: Id, kind: z.enum(['message', 'reaction']) });
export type NewTriggerMetadata = z.infer<typeof NewTriggerMetadata>;

/** What the forms of a trigger take along. `seen`: what it was when the form was opened. */
export const TriggerMetadata = z.object({ workflowId: Id, triggerId: Id, seen: Id });
export type TriggerMetadata = z.infer<typeof TriggerMetadata>;

/** The text for `private_metadata`. */
export function encodeTrigger(trigger: SlackTrigger): string {
  const { id: triggerId, workflowId } = trigger;
  const metadata: TriggerMetadata = { workflowId, triggerId, seen: seenOf(trigger) };
  return JSON.stringify(metadata);
}

export function encodeNewTrigger(metadata: NewTriggerMetadata): string {
  return JSON.stringify(metadata);
}

export function readTriggerMetadata({ view }: Submission): TriggerMetadata {
  return decodeMetadata(TriggerMetadata, view.private_metadata);
}

/** The same for the same trigger, whoever looks. */
export function seenOf({ updatedAt, enabled }: SlackTrigger): string {
  return fingerprint([updatedAt.getTime(), enabled]);
}
