import {
  complete,
  type Definition,
  defaultCondition,
  findStep,
  findStepByName,
  nextStep,
  outcomesOf,
  type Step,
} from '../src/domain/definition.ts';
import { hasEnded } from '../src/domain/execution.ts';
import type { TaskView } from './task-view.ts';

/** A step that the task may still come to. `conditions`: the outcomes that lead straight to it; empty when it is not that simple. */
export interface UpcomingStep {
  step: Step;
  conditions: string[];
}

/** An edge out of a step. `condition` is null for the way that is taken without one; `label` also for `default`. */
export interface Edge {
  condition: string | null;
  label: string | null;
  to: Step | null;
}

/** Where a step can lead, in the order in which its handoffs are tried; `to` is null for the end. */
export function edgesOf(definition: Definition, step: Step): Edge[] {
  const handoffs = step.handoffs ?? [];
  if (handoffs.length === 0)
    return [{ condition: null, label: null, to: nextStep(definition.steps, step.id) }];
  return handoffs.map(({ condition, to }) => ({
    condition,
    label: conditionLabel(step, condition),
    to: to === complete ? null : (findStepByName(definition, to) ?? null),
  }));
}

/** The steps that can still be reached from where the task is and were not visited yet, in the workflow's order. */
export function upcomingSteps({ execution, definition }: TaskView): UpcomingStep[] {
  const current = hasEnded(execution) ? undefined : findStep(definition, execution.pointer);
  if (current === undefined) return [];
  const visited = new Set(execution.stack.map(({ stepId }) => stepId));
  const reachable = collectReachable(definition, current);
  const direct = edgesOf(definition, current);
  return definition.steps
    .filter((step) => reachable.has(step.id) && !visited.has(step.id))
    .map((step) => ({ step, conditions: conditionsTo(step, direct) }));
}

function collectReachable(definition: Definition, from: Step): Set<string> {
  const reachable = new Set<string>();
  const waiting = [from];
  for (let step = waiting.pop(); step !== undefined; step = waiting.pop()) {
    for (const { to } of edgesOf(definition, step)) {
      if (to === null || reachable.has(to.id)) continue;
      reachable.add(to.id);
      waiting.push(to);
    }
  }
  return reachable;
}

function conditionsTo(step: Step, direct: readonly Edge[]): string[] {
  return direct
    .filter((edge) => edge.to?.id === step.id && edge.label !== null)
    .map((edge) => edge.label ?? '');
}

function conditionLabel(step: Step, condition: string): string | null {
  if (condition === defaultCondition) return null;
  const outcome = step.type === 'HUMAN' ? outcomesOf(step).find(({ name }) => name === condition) : undefined;
  return outcome?.label ?? condition;
}
