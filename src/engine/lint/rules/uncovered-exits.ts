import type { Finding } from '../../../domain/finding.ts';
import { describeExit, describeOutput } from '../describe-edge.ts';
import { toPath } from '../find-paths.ts';
import { type ReachedStep, type Rule, reachedSteps } from '../lint-context.ts';
import type { DeadEnd } from '../workflow-graph.ts';

/** Every outcome has a handoff, and conditions on fields cover all their values, or there is a `default`. */
export const uncoveredExits: Rule = (context) =>
  reachedSteps(context).flatMap((reached) => {
    const own = context.graph.deadEnds.filter(({ from }) => from.name === reached.step.name);
    const first = new Map<string, DeadEnd>();
    // What is certain is told before what is not, and each outcome once.
    for (const deadEnd of [...own.filter(isFound), ...own.filter((one) => !isFound(one))]) {
      const key = deadEnd.exit.outcome ?? '';
      if (!first.has(key)) first.set(key, deadEnd);
    }
    return [...first.values()].map((deadEnd) => explain(reached, deadEnd));
  });

function isFound({ found }: DeadEnd): boolean {
  return found.kind === 'found';
}

function explain({ step, way }: ReachedStep, { exit, found }: DeadEnd): Finding {
  const isByValue = exit.output !== null && (step.handoffs ?? []).some(({ when }) => when !== undefined);
  const base = {
    rule: isByValue ? 'values-not-covered' : 'outcome-without-handoff',
    stepName: step.name,
    part: 'handoffs',
    fix: 'Add a handoff for it, or one with the condition "default".',
  } as const;
  if (found.kind === 'undecided') {
    return {
      ...base,
      severity: 'undecided',
      path: toPath(way, step.name),
      message: `Whether the conditions of "${step.name}" cover everything cannot be decided: ${found.why}.`,
    };
  }
  const how = describeExit(exit, found.value);
  const also = isByValue && exit.outcome !== null ? ` and ${describeOutput(found.value)}` : '';
  return {
    ...base,
    severity: 'error',
    path: toPath(way, step.name, `${how}${also}`),
    message: `When ${how}${also}, no handoff of "${step.name}" matches, and the task stops as failed.`,
  };
}
