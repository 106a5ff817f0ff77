import type { Step } from '../../domain/definition.ts';
import type { StepResourceSource } from '../../domain/step-resources.ts';
import { type FieldError, ValidationError } from '../../errors.ts';
import { checkResources, stepsToCheck } from './check-resources.ts';

/**
 * Looks whether what new and changed steps name is there, before they are saved.
 *
 * @returns what is saved all the same, because it may be put right outside
 * @throws ValidationError with every place that stays wrong
 */
export type CheckNamed = (
  orgId: string,
  after: readonly Step[],
  before: readonly Step[],
) => Promise<FieldError[]>;

/** Checks against the resources as they are at this moment; nothing is asked when no step names any. */
export function createCheckNamed(source: StepResourceSource): CheckNamed {
  return async (orgId, after, before) => {
    const steps = stepsToCheck(after, before);
    if (steps.length === 0) return [];
    const toolsOf = steps.flatMap(({ step }) => (step.type === 'TOOL' ? [step.toolServer] : []));
    const { errors, warnings } = checkResources(steps, await source.read(orgId, { toolsOf }));
    if (errors.length === 0) return warnings;
    const places = errors.map(({ path, message }) => `${path}: ${message}`).join('; ');
    throw new ValidationError(`The workflow cannot be saved: ${places}`, errors, 'definition-invalid');
  };
}
