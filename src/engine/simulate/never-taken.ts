import { findHandoff, matches } from '../../domain/condition.ts';
import {
  type Handoff,
  type HumanStep,
  type Step,
  defaultCondition,
  outcomesOf,
} from '../../domain/definition.ts';
import type { Way } from '../../domain/exploration.ts';
import type { Explored } from './explorer.ts';
import { wayKey, waysOf } from './ways.ts';

/** Why no task has gone this way, in words that follow a "because". */
export function explainNeverTaken(explored: Explored, way: Way): string {
  const { definition, stoppedBecause, taken } = explored;
  const step = definition.steps.find(({ name }) => name === way.step);
  if (step === undefined) return 'there is no such step';
  const isReached = explored.visited.some(({ execution }) =>
    execution.stack.some(({ stepName }) => stepName === step.name),
  );
  if (!isReached) return explainUnreached(explored, step);
  const handoff = (step.handoffs ?? []).find(
    ({ condition, to }) => condition === way.condition && to === way.to,
  );
  const why = handoff === undefined ? null : explainHandoff(explored, step, handoff);
  if (why !== null) return why;
  const trouble = troublesOf(explored, step.name);
  const isNeverLeft = waysOf(definition).every(
    (other) => other.step !== step.name || !taken.has(wayKey(other)),
  );
  if (isNeverLeft && trouble !== null) return `"${step.name}" always stops or waits: ${trouble}`;
  if (stoppedBecause !== null) return `it was not tried: ${stoppedBecause}`;
  return trouble ?? 'nothing that was tried has led this way';
}

function explainUnreached({ definition, stoppedBecause, troubles }: Explored, { name }: Step): string {
  const before = waysOf(definition).filter(({ to }) => to === name);
  const from = [...new Set(before.map(({ step }) => `"${step}"`))];
  const more = stoppedBecause === null ? '' : `; ${stoppedBecause}`;
  if (from.length === 0) return `"${name}" is never reached: nothing leads to it${more}`;
  const blocked = before
    .map(({ step }) => [...(troubles.get(step) ?? [])][0])
    .find((text) => text !== undefined);
  const because = blocked === undefined ? '' : ` (${lowerFirst(blocked)})`;
  return `"${name}" is never reached: it is only reached from ${from.join(' and ')}, and never that way${because}${more}`;
}

/** What stands in the way of the condition itself; null when it is not the condition. */
function explainHandoff(explored: Explored, step: Step, handoff: Handoff): string | null {
  const { handoffs = [] } = step;
  if (handoff.condition === defaultCondition) {
    const first = handoffs.find(({ condition }) => condition === defaultCondition);
    if (first !== handoff) return 'another "default" stands before it';
    return step.type === 'HUMAN'
      ? 'every outcome has a way of its own'
      : 'each of the outputs that were tried fits one of the other conditions';
  }
  if (handoff.when === undefined) return explainNamed(step, handoff);
  const { outputs, tried } = explored.samples(step);
  const fitting = outputs.filter((output) => matches(handoff, { output, outcome: null }));
  if (fitting.length === 0) {
    return tried === 0
      ? 'no output was found that fits the output schema'
      : `none of the ${tried} outputs that were tried fits the condition`;
  }
  const hidden = new Set(
    fitting.map((output) => findHandoff(handoffs, { output, outcome: null })?.condition ?? ''),
  );
  hidden.delete(handoff.condition);
  if (hidden.size === 0) return null;
  const names = [...hidden].map((name) => `"${name}"`).join(' or ');
  return `whatever fits it also fits ${names}, which comes first`;
}

function explainNamed(step: Step, { condition }: Handoff): string | null {
  const { handoffs = [] } = step;
  const first = handoffs.find((handoff) => handoff.condition === condition && handoff.when === undefined);
  if (first !== undefined && first !== handoffs.findLast((handoff) => handoff.condition === condition))
    return `another handoff for "${condition}" stands before it`;
  if (step.type === 'HUMAN') return explainOutcome(step, condition);
  const isText = step.outputSchema === undefined;
  if (step.type === 'WAIT')
    return 'a wait ends without an outcome: give the handoff a condition on its output';
  return isText
    ? null
    : 'the output is no free text, so nothing picks a condition by its name: give it a "when"';
}

function explainOutcome(step: HumanStep & { id: string }, condition: string): string | null {
  const isOutcome = outcomesOf(step).some(({ name }) => name === condition);
  if (isOutcome || step.deadline?.then === condition) return null;
  return `"${condition}" is no outcome of the step, and no deadline leads there`;
}

function troublesOf({ troubles }: Explored, stepName: string): string | null {
  const [first] = troubles.get(stepName) ?? [];
  return first === undefined ? null : lowerFirst(first);
}

function lowerFirst(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`.replace(/\.$/, '');
}
