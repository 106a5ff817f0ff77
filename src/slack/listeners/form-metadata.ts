import { z } from 'zod';
import { addableStepTypes } from '../../../blocks/add-step-form.ts';
import type { JsonObject } from '../../domain/json.ts';
import { ValidationError } from '../../errors.ts';

/** What a modal takes along, in `private_metadata`, to know what it is about when it comes back. */
const maxLength = 3_000;

const Id = z.string().min(1).max(64);

/** Where the card is shown that a form belongs to. */
export const CardPlace = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('message'), channelId: Id, ts: Id }),
  z.object({ kind: z.literal('ephemeral'), channelId: Id }),
  /** On the Home tab, where there is no card. */
  z.object({ kind: z.literal('home') }),
]);
export type CardPlace = z.infer<typeof CardPlace>;

export const StartMetadata = z.object({
  workflowId: Id,
  /** The revision that the form was made from. */
  revision: z.number().int(),
  /** Where the task's card goes; null: to the person. */
  channelId: Id.nullable(),
  threadTs: Id.nullable(),
  /** What was filled in when the form was opened. */
  values: z.record(z.string(), z.json()),
});
export type StartMetadata = z.infer<typeof StartMetadata>;

export const ReasonMetadata = z.object({
  executionId: Id,
  stepExecutionId: Id,
  outcome: z.string().min(1).max(75),
  /** Of what was shown when the form was opened; missing in forms of an older version. */
  digest: z.string().max(128).nullish(),
});
export type ReasonMetadata = z.infer<typeof ReasonMetadata>;

export const TaskMetadata = z.object({ executionId: Id });
export type TaskMetadata = z.infer<typeof TaskMetadata>;

export const StepMetadata = z.object({ executionId: Id, stepExecutionId: Id });
export type StepMetadata = z.infer<typeof StepMetadata>;

/** A message with which a task is to be started. Its text is in the form. */
export const MessageMetadata = z.object({
  channelId: Id,
  threadTs: Id,
  /** Who wrote it; null when Slack does not say. */
  author: z.string().max(200).nullable(),
  link: z.string().max(500),
  /** A table that the message has: its rows are what is started. */
  file: z.object({ id: Id, name: z.string().max(200) }).optional(),
});
export type MessageMetadata = z.infer<typeof MessageMetadata>;

export const NewWorkflowMetadata = z.object({ channelId: Id.nullable() });
export type NewWorkflowMetadata = z.infer<typeof NewWorkflowMetadata>;

export const AddStepMetadata = z.object({
  workflowId: Id,
  revision: z.number().int(),
  type: z.enum(addableStepTypes),
  card: CardPlace,
});
export type AddStepMetadata = z.infer<typeof AddStepMetadata>;

/** The text for `private_metadata`. */
export function encodeMetadata(
  metadata:
    | StartMetadata
    | ReasonMetadata
    | TaskMetadata
    | StepMetadata
    | MessageMetadata
    | NewWorkflowMetadata
    | AddStepMetadata,
): string {
  return JSON.stringify(metadata);
}

/** What was filled in by the command travels along only while there is room for it. */
export function encodeStartMetadata(metadata: StartMetadata): string {
  const text = encodeMetadata(metadata);
  if (text.length <= maxLength) return text;
  const none: JsonObject = {};
  return encodeMetadata({ ...metadata, values: none });
}

/** @throws ValidationError for what this version did not write */
export function decodeMetadata<T>(schema: z.ZodType<T>, text: string): T {
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new ValidationError('This form is from another version of Baton. Please open it again.');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
