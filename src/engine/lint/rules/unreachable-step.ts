import type { Step } from '../../../domain/definition.ts';
import type { Finding } from '../../../domain/finding.ts';
import { findLeadingTo, toPath } from '../find-paths.ts';
import type { LintContext, Rule } from '../lint-context.ts';

/** Every step can be reached. Steps behind one that cannot are told with it. */
export const unreachableStep: Rule = (context) => {
  const { graph, reached } = context;
  const { steps } = graph.definition;
  const lost = steps.filter(({ name }) => !reached.has(name));
  const told = new Set<string>();
  const findings: Finding[] = [];
  for (const step of rootsFirst(context, lost)) {
    if (told.has(step.name)) continue;
    const behind = lost.filter(
      ({ name }) =>
        name !== step.name && !told.has(name) && findLeadingTo(graph.edges, [name]).has(step.name),
    );
    for (const { name } of [step, ...behind]) told.add(name);
    findings.push(explain(context, step, behind));
  }
  const unsure = steps.filter(({ name }) => reached.get(name)?.isCertain === false);
  return [...findings, ...unsure.map((step) => explainUnsure(context, step))];
};

/** Those that no other lost step leads to come first, so that the cause is told and not what follows from it. */
function rootsFirst({ graph }: LintContext, lost: readonly Step[]): Step[] {
  const names = new Set(lost.map(({ name }) => name));
  const isRoot = ({ name }: Step): boolean =>
    !graph.edges.some(({ from, to }) => to === name && from.name !== name && names.has(from.name));
  return [...lost.filter(isRoot), ...lost.filter((step) => !isRoot(step))];
}

function explain({ graph, reached }: LintContext, step: Step, behind: readonly Step[]): Finding {
  const leading = graph.definition.steps.find(
    ({ name, handoffs = [] }) =>
      name !== step.name && reached.has(name) && handoffs.some(({ to }) => to === step.name),
  );
  const also = behind.length === 0 ? '' : `, and so ${behind.map(({ name }) => `"${name}"`).join(', ')}`;
  const why =
    leading === undefined
      ? 'no handoff leads to it'
      : `the handoff of "${leading.name}" that leads to it is never taken`;
  const way = leading === undefined ? undefined : reached.get(leading.name)?.way;
  return {
    rule: 'unreachable-step',
    severity: 'error',
    stepName: step.name,
    part: null,
    path: leading === undefined || way === undefined ? [] : toPath(way, leading.name),
    message: `No task can come to "${step.name}"${also}: ${why}.`,
    fix: 'Let a handoff lead to it, or delete it.',
  };
}

function explainUnsure({ reached }: LintContext, step: Step): Finding {
  const way = reached.get(step.name)?.way ?? [];
  const open = way.find(({ found }) => found.kind === 'undecided');
  const why = open?.found.kind === 'undecided' ? `: ${open.found.why}` : '';
  return {
    rule: 'unreachable-step',
    severity: 'undecided',
    stepName: step.name,
    part: null,
    path: toPath(way, step.name),
    message: `Whether a task can come to "${step.name}" cannot be decided${why}.`,
    fix: 'Try the conditions on the way with an example, or write them with const, enum and bounds.',
  };
}
