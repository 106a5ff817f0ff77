import type { Step } from '../../domain/definition.ts';
import type { Finding, PathPart } from '../../domain/finding.ts';
import type { StepResources } from '../../domain/step-resources.ts';
import { type Reached, toPath } from './find-paths.ts';
import type { Edge, WorkflowGraph } from './workflow-graph.ts';

/** What the rules look at. */
export interface LintContext {
  graph: WorkflowGraph;
  /** The steps that a task can come to. Of the others one rule says that it cannot; no other looks at them. */
  reached: ReadonlyMap<string, Reached>;
  /** What there is where the workflow runs. Null: that is not known here. */
  resources: StepResources | null;
}

/** One rule of the check: everything that it finds, in the order of the steps. */
export type Rule = (context: LintContext) => Finding[];

export interface ReachedStep {
  step: Step;
  way: readonly Edge[];
  /** The path to the step. */
  path: PathPart[];
}

export function reachedSteps({ graph, reached }: LintContext): ReachedStep[] {
  return graph.definition.steps.flatMap((step) => {
    const found = reached.get(step.name);
    return found === undefined ? [] : [{ step, way: found.way, path: toPath(found.way, step.name) }];
  });
}
