import type { ModalView } from '@slack/types';
import type { StepPart } from '../../../../blocks/authoring/authoring-ids.ts';
import { conditionForm } from '../../../../blocks/authoring/condition-form.ts';
import { deleteStepForm } from '../../../../blocks/authoring/delete-step-form.ts';
import { fieldsForm } from '../../../../blocks/authoring/fields-form.ts';
import { stepForm } from '../../../../blocks/authoring/step-form.ts';
import type { PartContext } from '../../../../blocks/authoring/step-part.ts';
import { stepPartForm } from '../../../../blocks/authoring/step-part-form.ts';
import { describeFields } from '../../../../blocks/authoring/with-fields.ts';
import type { Step } from '../../../domain/definition.ts';
import { noResources, type StepResources } from '../../../domain/step-resources.ts';
import type { ToolRef } from '../../../domain/tool-server.ts';
import type { WorkflowWithSteps } from '../../../engine/workflows/workflows.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { CardPlace } from '../form-metadata.ts';
import { encodeAuthoring, type FieldsOwner, fingerprint } from './authoring-metadata.ts';
import { requireStep } from './change-steps.ts';
import type { FoundStep } from './find-step.ts';
import { hasPickers } from './has-pickers.ts';

/** Everything about a step. */
export function stepView(
  deps: SlackDeps,
  found: FoundStep,
  card: CardPlace,
  resources: StepResources,
  notice?: string,
): ModalView {
  const metadata = encodeAuthoring({ workflowId: found.workflow.id, stepId: found.step.id, card });
  return stepForm({
    ...partContext(deps, found, resources),
    metadata,
    ...(notice === undefined ? {} : { notice }),
  });
}

export interface ShownPart {
  card: CardPlace;
  fromStep: boolean;
  /** What it shows in place of what is stored. */
  typed?: FoundStep['step'];
  /** The tool that was chosen and is saved with its arguments. */
  tool?: ToolRef;
  /** Default: nothing is known, which is enough for what people do. */
  resources?: StepResources;
}

/** The form for one part of a step; for what is filled in, its fields. */
export function partView(
  deps: SlackDeps,
  found: FoundStep,
  part: StepPart,
  { card, fromStep, typed, tool, resources = noResources }: ShownPart,
): ModalView {
  const { workflow, step } = found;
  if (part === 'answer') return fieldsView(found, { kind: 'output', stepId: step.id }, card);
  const metadata = encodeAuthoring({
    workflowId: workflow.id,
    stepId: step.id,
    part,
    seen: fingerprint(step),
    card,
    fromStep,
    ...(tool === undefined ? {} : { tool }),
  });
  return stepPartForm(part, partContext(deps, { ...found, step: typed ?? step }, resources), metadata);
}

export function deleteView({ workflow, definition, step }: FoundStep, card: CardPlace): ModalView {
  const metadata = encodeAuthoring({ workflowId: workflow.id, stepId: step.id, card });
  return deleteStepForm({ workflow, definition, step, metadata });
}

/** One condition of a step; `index` is its place among the handoffs, null for a new one. */
export function conditionView(
  { workflow, definition, step }: FoundStep,
  index: number | null,
  card: CardPlace,
): ModalView {
  const { id: workflowId } = workflow;
  const metadata = encodeAuthoring({ workflowId, stepId: step.id, index, seen: fingerprint(step), card });
  return conditionForm({ workflow, definition, step, index, metadata });
}

/** The list of the fields that a workflow, or one of its steps, asks for. */
export function fieldsView(
  found: WorkflowWithSteps,
  owner: FieldsOwner,
  card: CardPlace,
  notice?: string,
): ModalView {
  const { about, title, root, schema } = describeFields(found, ownerStep(found, owner));
  const metadata = encodeAuthoring({ workflowId: found.workflow.id, owner, seen: fingerprint(schema), card });
  return fieldsForm({ about, title, root, schema, metadata, ...(notice === undefined ? {} : { notice }) });
}

/** The step whose fields they are; null for the inputs of the workflow. @throws NotFoundError when the step is no more */
export function ownerStep({ definition }: WorkflowWithSteps, owner: FieldsOwner): Step | null {
  return owner.kind === 'inputs' ? null : requireStep(definition, owner.stepId);
}

export function partContext(
  deps: SlackDeps,
  { workflow, definition, step }: FoundStep,
  resources: StepResources,
): PartContext {
  return { workflow, definition, step, hasPickers: hasPickers(deps), resources };
}
