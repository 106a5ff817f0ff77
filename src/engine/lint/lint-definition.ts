import type { Definition } from '../../domain/definition.ts';
import { type Finding, type Severity, ruleNames } from '../../domain/finding.ts';
import type { StepResources } from '../../domain/step-resources.ts';
import { type WorkBudget, WorkUsedUp } from '../../domain/work-budget.ts';
import { findReached } from './find-paths.ts';
import type { Rule } from './lint-context.ts';
import { cycleWithoutCap } from './rules/cycle-without-cap.ts';
import { deadlines } from './rules/deadlines.ts';
import { handoffsNeverTaken } from './rules/handoffs-never-taken.ts';
import { neverCompletes } from './rules/never-completes.ts';
import { nobodyCanDecide } from './rules/nobody-can-decide.ts';
import { secretInTemplate } from './rules/secret-in-template.ts';
import { resourcesThere } from './rules/resources-there.ts';
import { uncoveredExits } from './rules/uncovered-exits.ts';
import { unreachableStep } from './rules/unreachable-step.ts';
import { valuesThere } from './rules/values-there.ts';
import { type WorkflowGraph, buildGraph, lintBudget } from './workflow-graph.ts';

const rules: readonly Rule[] = [
  unreachableStep,
  neverCompletes,
  uncoveredExits,
  handoffsNeverTaken,
  nobodyCanDecide,
  deadlines,
  cycleWithoutCap,
  valuesThere,
  resourcesThere,
  secretInTemplate,
];
const severityOrder: readonly Severity[] = ['error', 'warning', 'undecided'];

/**
 * Everything that the check finds in a definition that can be saved (`checkDefinition`): errors first. An error is
 * certain: its path is one that a task can go, with values that the schemas allow. What cannot be decided is told
 * as that, and so is what costs more than the budget. Pure, and the same for the same arguments.
 *
 * @param resources what steps of models and tools can be made of; null where that is not known, such as for a file
 * @param budget what everything together may cost; default about a second
 */
export function lintDefinition(
  definition: Definition,
  resources: StepResources | null = null,
  budget = lintBudget(),
): Finding[] {
  const graph = graphOf(definition, budget);
  if (graph === null) return [tooCostly];
  const context = { graph, reached: findReached(graph), resources };
  const order = ({ severity, rule }: Finding): number =>
    severityOrder.indexOf(severity) * ruleNames.length + ruleNames.indexOf(rule);
  return rules.flatMap((rule) => rule(context)).toSorted((left, right) => order(left) - order(right));
}

function graphOf(definition: Definition, budget: WorkBudget): WorkflowGraph | null {
  try {
    return buildGraph(definition, budget);
  } catch (error) {
    if (!(error instanceof WorkUsedUp)) throw error;
    return null;
  }
}

const tooCostly: Finding = {
  rule: 'values-not-covered',
  severity: 'undecided',
  stepName: null,
  part: null,
  path: [],
  message:
    'Nothing about this workflow can be decided: its output schemas ask for more than one check looks at.',
  fix: 'Make the output schemas simpler.',
};
