import { type Definition, findStep, type Step } from '../src/domain/definition.ts';
import { hasEnded } from '../src/domain/execution.ts';
import { type StepRoute, stepRoutes } from './step-routes.ts';
import type { TaskView } from './task-view.ts';

/** A step that the task may still come to. `conditions`: the outcomes that lead straight to it; empty when all do, or when it is not that simple. */
export interface UpcomingStep {
  step: Step;
  conditions: string[];
}

/** The steps that can still be reached from where the task is and were not visited yet, in the workflow's order. */
export function upcomingSteps({ execution, definition }: TaskView): UpcomingStep[] {
  const current = hasEnded(execution) ? undefined : findStep(definition, execution.pointer);
  if (current === undefined) return [];
  const visited = new Set(execution.stack.map(({ stepId }) => stepId));
  const reachable = collectReachable(definition, current);
  const direct = stepRoutes(definition, current);
  return definition.steps
    .filter((step) => reachable.has(step.id) && !visited.has(step.id))
    .map((step) => ({ step, conditions: conditionsTo(step, direct) }));
}

function collectReachable(definition: Definition, from: Step): Set<string> {
  const reachable = new Set<string>();
  const waiting = [from];
  for (let step = waiting.pop(); step !== undefined; step = waiting.pop()) {
    for (const { target } of stepRoutes(definition, step)) {
      if (target.kind !== 'step' || reachable.has(target.step.id)) continue;
      reachable.add(target.step.id);
      waiting.push(target.step);
    }
  }
  return reachable;
}

function conditionsTo(step: Step, direct: readonly StepRoute[]): string[] {
  const leading = direct.filter(({ target }) => target.kind === 'step' && target.step.id === step.id);
  if (leading.length === direct.length) return [];
  return leading.flatMap(({ label }) => (label === null ? [] : [label]));
}
