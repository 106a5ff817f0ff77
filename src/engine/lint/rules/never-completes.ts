import { complete } from '../../../domain/definition.ts';
import type { Finding } from '../../../domain/finding.ts';
import { findCycle, findLeadingTo, toPath } from '../find-paths.ts';
import { type LintContext, type ReachedStep, type Rule, reachedSteps } from '../lint-context.ts';
import { isCertain } from '../workflow-graph.ts';

/** Every step that a task can come to can lead to its end. Told once for each set of steps that nothing leaves. */
export const neverCompletes: Rule = (context) => {
  const { edges } = context.graph;
  const ending = findLeadingTo(edges, [complete]);
  const surelyEnding = findLeadingTo(edges.filter(isCertain), [complete]);
  const steps = reachedSteps(context);
  const traps = findTraps(
    context,
    steps.filter(({ step }) => !ending.has(step.name)),
  );
  const unsure = findTraps(
    context,
    steps.filter(({ step }) => ending.has(step.name) && !surelyEnding.has(step.name)),
  );
  return [
    ...traps.map((trap) => explain(context, trap)),
    ...unsure.map(
      (trap): Finding => ({
        ...explain(context, trap),
        severity: 'undecided',
        message: `Whether a task that comes to "${trap.step.name}" can end cannot be decided.`,
      }),
    ),
  ];
};

/** One step of each set that can only lead to itself. A step whose every exit is without a handoff is told as that. */
function findTraps({ graph: { edges } }: LintContext, steps: readonly ReachedStep[]): ReachedStep[] {
  const leadingTo = new Map(steps.map(({ step }) => [step.name, findLeadingTo(edges, [step.name])]));
  const told = new Set<string>();
  return steps.filter(({ step }) => {
    const { name } = step;
    if (told.has(name) || !edges.some(({ from }) => from.name === name)) return false;
    const after = steps.filter((other) => leadingTo.get(other.step.name)?.has(name) === true);
    const isLast = after.every((other) => leadingTo.get(name)?.has(other.step.name) === true);
    if (isLast) for (const other of after) told.add(other.step.name);
    return isLast;
  });
}

function explain({ graph }: LintContext, { step, way }: ReachedStep): Finding {
  const cycle = findCycle(graph, step.name, () => true) ?? [];
  const round = [...new Set(cycle.map(({ from }) => `"${from.name}"`))].join(', ');
  return {
    rule: 'never-completes',
    severity: 'error',
    stepName: step.name,
    part: 'handoffs',
    path: toPath([...way, ...cycle], step.name),
    message: `A task that comes to "${step.name}" can never end: it goes round ${round} until the visit cap stops it as failed.`,
    fix: 'Let one of these steps hand on to "complete", or to a step that leads there.',
  };
}
