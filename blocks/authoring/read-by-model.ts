import { defaultCondition, type Handoff, type Step } from '../../src/domain/definition.ts';

/**
 * True where a model says which condition a text means: the step gives free text, and a model did it. Where it gives
 * fields, conditions look at those.
 */
export function isReadByModel({ type, outputSchema }: Pick<Step, 'type' | 'outputSchema'>): boolean {
  return (type === 'PROMPT' || type === 'AGENT') && outputSchema === undefined;
}

/** True for a condition that has nothing but a name. */
export function isNamedOnly({ condition, when }: Handoff): boolean {
  return when === undefined && condition !== defaultCondition;
}
