import type { Actor } from '../../../domain/actor.ts';
import { type Definition, findStep, type Step } from '../../../domain/definition.ts';
import type { WorkflowWithSteps } from '../../../engine/workflows/workflows.ts';
import { NotFoundError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { changeAgain } from '../views/change-again.ts';

/** What is to become of the steps as they are now; null when it cannot be made of them. */
export type MakeSteps<Refusal> = (
  definition: Definition,
) => { steps: readonly Step[] } | { refused: Refusal };

export type StepsChanged<Refusal> =
  | { kind: 'changed'; updated: WorkflowWithSteps }
  | { kind: 'refused'; refused: Refusal; current: WorkflowWithSteps };

/**
 * Changes the steps of the workflow as it is now: when somebody else is faster, it is made anew from what
 * they left.
 *
 * @throws NotFoundError, ValidationError, PermissionError, ConflictError in the end
 */
export async function changeSteps<Refusal>(
  { workflows }: SlackDeps,
  orgId: string,
  workflowId: string,
  by: Actor,
  make: MakeSteps<Refusal>,
): Promise<StepsChanged<Refusal>> {
  return changeAgain(async () => {
    const current = await workflows.get(orgId, workflowId);
    const made = make(current.definition);
    if ('refused' in made) return { kind: 'refused', refused: made.refused, current };
    const steps = [...made.steps];
    const updated = await workflows.change(orgId, workflowId, { steps }, by, current.workflow.revision);
    return { kind: 'changed', updated };
  });
}

/** The steps with the one at its place put to another. */
export function moveStep(steps: readonly Step[], stepId: string, place: number): Step[] {
  const step = steps.find(({ id }) => id === stepId);
  const others = steps.filter(({ id }) => id !== stepId);
  if (step === undefined) return others;
  others.splice(Math.min(Math.max(place, 0), others.length), 0, step);
  return others;
}

/** @throws NotFoundError */
export function requireStep(definition: Definition, stepId: string): Step {
  const step = findStep(definition, stepId);
  if (step === undefined) throw new NotFoundError('This step is no longer in the workflow.', 'step-gone');
  return step;
}
