import { defaultMaxVisits, findStepByName } from '../../../domain/definition.ts';
import type { Finding } from '../../../domain/finding.ts';
import { complete } from '../../../domain/definition.ts';
import { findCycle, findLeadingTo, toPath } from '../find-paths.ts';
import { type LintContext, type Rule, reachedSteps } from '../lint-context.ts';
import type { Edge } from '../workflow-graph.ts';

/** Every cycle says how often it may be gone round. One that nothing leaves is told as that. */
export const cycleWithoutCap: Rule = (context) => {
  const { graph, reached } = context;
  const ending = findLeadingTo(graph.edges, [complete]);
  const hasCap = (name: string): boolean => findStepByName(graph.definition, name)?.maxVisits !== undefined;
  const mayPass = ({ from, to }: Edge): boolean =>
    reached.has(from.name) && ending.has(from.name) && !hasCap(from.name) && !hasCap(to);
  const told = new Set<string>();
  const findings: Finding[] = [];
  for (const { step, way } of reachedSteps(context)) {
    const cycle = told.has(step.name) ? null : findCycle(graph, step.name, mayPass);
    if (cycle === null) continue;
    for (const name of around(context, step.name, mayPass)) told.add(name);
    findings.push(explain(step.name, way, cycle));
  }
  return findings;
};

/** All steps that lie on a cycle with the step. */
function around({ graph }: LintContext, name: string, mayPass: (edge: Edge) => boolean): string[] {
  const edges = graph.edges.filter(mayPass);
  const before = findLeadingTo(edges, [name]);
  return graph.definition.steps
    .filter((step) => before.has(step.name) && findLeadingTo(edges, [step.name]).has(name))
    .map((step) => step.name);
}

function explain(name: string, way: readonly Edge[], cycle: readonly Edge[]): Finding {
  const round = [...new Set(cycle.map(({ from }) => `"${from.name}"`))];
  const goes = round.length === 1 ? `can come back to ${round[0]}` : `can go round ${round.join(', ')}`;
  return {
    rule: 'cycle-without-cap',
    severity: 'warning',
    stepName: name,
    part: 'maxVisits',
    path: toPath([...way, ...cycle], name),
    message: `A task ${goes}, and no step of that cycle says how often: after ${defaultMaxVisits} visits it stops as failed.`,
    fix: 'Say on one of these steps how often a task may come there at most (maxVisits): one that comes more often stops there as failed, and its owners can send it on.',
  };
}
