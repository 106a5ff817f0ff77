import {
  type Definition,
  type Step,
  complete,
  isRefusal,
  nextStep,
  outcomesOf,
} from '../../domain/definition.ts';
import type { ExecutionEvent } from '../../domain/event.ts';
import type { Way } from '../../domain/exploration.ts';

/** Every way that the definition names: its handoffs, and for steps without any where they lead by themselves. */
export function waysOf(definition: Definition): Way[] {
  return definition.steps.flatMap((step) => waysFrom(definition, step));
}

function waysFrom({ steps }: Definition, step: Step): Way[] {
  const { handoffs = [], name } = step;
  if (handoffs.length > 0) return handoffs.map(({ condition, to }) => ({ step: name, condition, to }));
  const next: Way = { step: name, condition: null, to: nextStep(steps, step.id)?.name ?? complete };
  if (step.type !== 'HUMAN') return [next];
  const outcomes = outcomesOf(step).map((outcome) => outcome.name);
  const refusals = outcomes.filter((outcome) => isRefusal(step, outcome));
  const ends = refusals.map((condition): Way => ({ step: name, condition, to: complete }));
  return refusals.length === outcomes.length ? ends : [next, ...ends];
}

/** The way that a step was left by, as the log says it; null for other events. */
export function wayTaken({ type, stepName, data }: ExecutionEvent): Way | null {
  if (type !== 'WORKFLOW_STEP_EXECUTION_COMPLETED' || stepName === null) return null;
  const { condition, to } = data;
  if (typeof to !== 'string') return null;
  return { step: stepName, condition: typeof condition === 'string' ? condition : null, to };
}

export function wayKey({ step, condition, to }: Way): string {
  return JSON.stringify([step, condition, to]);
}
