import { chooseRoute } from '../src/domain/condition.ts';
import {
  complete,
  type Definition,
  defaultCondition,
  failAtDeadline,
  findStepByName,
  type HumanStep,
  isRefusal,
  nextStep,
  type Outcome,
  outcomesOf,
  type Step,
} from '../src/domain/definition.ts';

/** Where something leads: to a step, to the end, to a step that the workflow lacks, or nowhere, so that the task stops. */
export type Target =
  | { kind: 'step'; step: Step }
  | { kind: 'end' }
  | { kind: 'missing' }
  | { kind: 'nowhere' };

/** One thing that can come out of a step, and where it leads. */
export interface StepRoute {
  /** The outcome's or condition's own words; null for what comes out when no other does. */
  label: string | null;
  /** Null for what is not a button of a decision. */
  outcome: Outcome | null;
  /** False when it leads there only because nobody said otherwise. */
  chosen: boolean;
  /** The place among the step's handoffs of the one that says so; null when none does. */
  handoff: number | null;
  target: Target;
}

/** A refusal that leads to the same step as an approval. */
export interface SameStep {
  refusal: StepRoute;
  approval: StepRoute;
}

/**
 * Where a step can lead. Of a decision: each of its buttons, also those that lead somewhere only by default,
 * and what its deadline may come to. Of other steps, and where the data decides: the handoffs in order.
 */
export function stepRoutes(definition: Definition, step: Step): StepRoute[] {
  const dependsOnData = (step.handoffs ?? []).some(({ when }) => when !== undefined);
  if (step.type === 'HUMAN' && !dependsOnData) return decisionRoutes(definition, step);
  return handoffRoutes(definition, step);
}

/** Each refusal that leads to the same step as an approval does, with the first such approval. */
export function sameStepRoutes(definition: Definition, step: Step): SameStep[] {
  if (step.type !== 'HUMAN') return [];
  const routes = stepRoutes(definition, step).filter(({ outcome }) => outcome !== null);
  const refuses = ({ outcome }: StepRoute): boolean => isRefusal(step, outcome?.name ?? null);
  return routes.filter(refuses).flatMap((refusal) => {
    const approval = routes.find((route) => !refuses(route) && isSameStep(route.target, refusal.target));
    return approval === undefined ? [] : [{ refusal, approval }];
  });
}

function decisionRoutes(definition: Definition, step: HumanStep & { id: string }): StepRoute[] {
  const outcomes = outcomesOf(step);
  const late = step.deadline?.then ?? 'escalate';
  const stops = late === 'escalate' || late === failAtDeadline;
  const isOwnCondition = !stops && !outcomes.some(({ name }) => name === late);
  const conditions: { name: string; label: string; outcome: Outcome | null }[] = [
    ...outcomes.map((outcome) => ({ name: outcome.name, label: outcome.label, outcome })),
    ...(isOwnCondition ? [{ name: late, label: late, outcome: null }] : []),
  ];
  return conditions.map(({ name, label, outcome }) => {
    const index = (step.handoffs ?? []).findIndex(({ condition }) => condition === name);
    const handoff = index === -1 ? null : index;
    return { label, outcome, chosen: handoff !== null, handoff, target: targetOf(definition, step, name) };
  });
}

function targetOf(definition: Definition, step: Step, outcome: string): Target {
  const route = chooseRoute(definition, step, { outcome, output: null });
  switch (route.kind) {
    case 'step':
      return { kind: 'step', step: route.step };
    case 'complete':
      return { kind: 'end' };
    case 'stuck':
      return { kind: route.failure.code === 'handoff-target-missing' ? 'missing' : 'nowhere' };
  }
}

function handoffRoutes(definition: Definition, step: Step): StepRoute[] {
  const handoffs = step.handoffs ?? [];
  if (handoffs.length === 0) {
    const next = nextStep(definition.steps, step.id);
    const target: Target = next === null ? { kind: 'end' } : { kind: 'step', step: next };
    return [{ label: null, outcome: null, chosen: false, handoff: null, target }];
  }
  return handoffs.map(({ condition, to }, handoff) => ({
    label: conditionLabel(step, condition),
    outcome: null,
    chosen: true,
    handoff,
    target: targetNamed(definition, to),
  }));
}

function conditionLabel(step: Step, condition: string): string | null {
  if (condition === defaultCondition) return null;
  const outcomes = step.type === 'HUMAN' ? outcomesOf(step) : [];
  return outcomes.find(({ name }) => name === condition)?.label ?? condition;
}

function targetNamed(definition: Definition, name: string): Target {
  if (name === complete) return { kind: 'end' };
  const step = findStepByName(definition, name);
  return step === undefined ? { kind: 'missing' } : { kind: 'step', step };
}

function isSameStep(left: Target, right: Target): boolean {
  return left.kind === 'step' && right.kind === 'step' && left.step.id === right.step.id;
}
