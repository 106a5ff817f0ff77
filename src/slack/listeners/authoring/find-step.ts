import { findStep, type Step } from '../../../domain/definition.ts';
import type { WorkflowWithSteps } from '../../../engine/workflows/workflows.ts';
import { NotFoundError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { Requester } from '../requester.ts';

export interface FoundStep extends WorkflowWithSteps {
  step: Step;
}

/** A step of the newest revision. @throws NotFoundError when the workflow or the step is no more */
export async function readStep(
  { workflows }: SlackDeps,
  { orgId }: Requester,
  { workflowId, stepId }: { workflowId: string; stepId: string },
): Promise<FoundStep> {
  const found = await workflows.get(orgId, workflowId);
  const step = findStep(found.definition, stepId);
  if (step === undefined) throw new NotFoundError('This step is no longer in the workflow.', 'step-gone');
  return { ...found, step };
}
