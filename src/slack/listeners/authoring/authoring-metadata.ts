import { z } from 'zod';
import { stepParts } from '../../../../blocks/authoring/authoring-ids.ts';
import { deriveId } from '../../../domain/ids.ts';
import { CardPlace } from '../form-metadata.ts';

const Id = z.string().min(1).max(64);

/** What every form about a workflow takes along. */
const about = { workflowId: Id, card: CardPlace };
/** What the form was made from, as a fingerprint: when it is no longer the same, somebody else changed it. */
const seen = { seen: z.string().max(64) };

export const StepMetadata = z.object({ ...about, stepId: Id });
export type StepMetadata = z.infer<typeof StepMetadata>;

export const PartMetadata = z.object({
  ...about,
  ...seen,
  stepId: Id,
  part: z.enum(stepParts),
  /** True when it was opened from the form of the step, which is shown again then. */
  fromStep: z.boolean(),
  /** The tool whose arguments these are, where it was chosen just before and is saved with them. */
  tool: z.object({ server: z.string().max(63), tool: z.string().max(200) }).optional(),
});
export type PartMetadata = z.infer<typeof PartMetadata>;

export const ConditionMetadata = z.object({
  ...about,
  ...seen,
  stepId: Id,
  index: z.number().int().min(0).nullable(),
});
export type ConditionMetadata = z.infer<typeof ConditionMetadata>;

/** Whose fields: the workflow's inputs, or what is filled in at a step. */
export const FieldsOwner = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('inputs') }),
  z.object({ kind: z.literal('output'), stepId: Id }),
]);
export type FieldsOwner = z.infer<typeof FieldsOwner>;

export const FieldsMetadata = z.object({ ...about, ...seen, owner: FieldsOwner });
export type FieldsMetadata = z.infer<typeof FieldsMetadata>;

export const FieldMetadata = z.object({
  ...about,
  ...seen,
  owner: FieldsOwner,
  key: z.string().max(500).nullable(),
});
export type FieldMetadata = z.infer<typeof FieldMetadata>;

export const StepKindMetadata = z.object(about);
export type StepKindMetadata = z.infer<typeof StepKindMetadata>;

/** A tool that was chosen for a new step; its arguments are asked. */
export const NewToolStepMetadata = z.object({
  ...about,
  /** The revision that the form was made from. */
  revision: z.number().int(),
  chosen: z.object({
    name: z.string().max(63),
    description: z.string().max(200).nullable(),
    server: z.string().max(63),
    tool: z.string().max(200),
    place: z.number().int().min(0),
  }),
});
export type NewToolStepMetadata = z.infer<typeof NewToolStepMetadata>;

export const WorkflowMetadata = z.object({ ...about, ...seen });
export type WorkflowMetadata = z.infer<typeof WorkflowMetadata>;

export const ImportMetadata = z.object({
  channelId: Id.nullable(),
  /** The workflow that the file is for; null when its name says it. */
  workflowId: Id.nullable(),
});
export type ImportMetadata = z.infer<typeof ImportMetadata>;

/** `digest`: of the text of which the preview was made. `revision`: null for a workflow that is to be made. */
export const PreviewMetadata = ImportMetadata.extend({
  fileId: z.string().max(64),
  digest: z.string().max(64),
  revision: z.number().int().nullable(),
});
export type PreviewMetadata = z.infer<typeof PreviewMetadata>;

/** The text for `private_metadata`. */
export function encodeAuthoring(
  metadata:
    | StepMetadata
    | StepKindMetadata
    | NewToolStepMetadata
    | PartMetadata
    | ConditionMetadata
    | FieldsMetadata
    | FieldMetadata
    | WorkflowMetadata
    | ImportMetadata
    | PreviewMetadata,
): string {
  return JSON.stringify(metadata);
}

/** The same for what is the same, and for nothing else. */
export function fingerprint(value: unknown): string {
  return deriveId('fingerprint', JSON.stringify(value ?? null)).slice(0, 16);
}
