import {
  type Definition,
  type Handoff,
  type Step,
  complete,
  defaultCondition,
  isRefusal,
  nextStep,
} from '../../domain/definition.ts';
import { findValue } from '../../domain/satisfy/find-value.ts';
import { type Found, type SchemaLiteral, fitting, notFitting } from '../../domain/satisfy/schema-literal.ts';
import type { JsonObject } from '../../domain/json.ts';
import { WorkBudget } from '../../domain/work-budget.ts';
import { type Exit, exitsOf } from './exits.ts';

/** Where one exit of a step can lead, by one of its handoffs. */
export interface Edge {
  from: Step;
  /** A step's name, or `complete`. */
  to: string;
  exit: Exit;
  /** Null: the step has no handoffs, and the next one by position comes. */
  handoff: Handoff | null;
  /** What the output is known to be on this edge; null: there is none. */
  output: readonly SchemaLiteral[] | null;
  /** An output with which the edge is taken, or why it is not known whether there is one. */
  found: Exclude<Found, { kind: 'none' }>;
}

/** An exit that no handoff takes. */
export interface DeadEnd {
  from: Step;
  exit: Exit;
  found: Exclude<Found, { kind: 'none' }>;
}

/** Everything that a workflow can do: what the rules look at. */
export interface WorkflowGraph {
  definition: Definition;
  /** The ways in which each step can end, by its name. */
  exits: ReadonlyMap<string, readonly Exit[]>;
  /** What everything that is still asked about the workflow may cost. */
  budget: WorkBudget;
  edges: readonly Edge[];
  deadEnds: readonly DeadEnd[];
}

/** About a second: so much may be found out about one workflow, whatever is in it. */
const maxUnits = 2_500_000;

export function lintBudget(units = maxUnits): WorkBudget {
  return new WorkBudget(units, 'the workflow asks for more than one check looks at');
}

/**
 * Follows every exit of every step through its handoffs, in the order in which a task tries them. What the budget
 * does not reach for is undecided.
 *
 * @throws WorkUsedUp when not even the exits can be listed
 */
export function buildGraph(definition: Definition, budget = lintBudget()): WorkflowGraph {
  const { steps } = definition;
  const exits = new Map(steps.map((step) => [step.name, exitsOf(step, budget)]));
  const graph: Growing = { definition, exits, budget, edges: [], deadEnds: [] };
  for (const step of steps) {
    for (const exit of exits.get(step.name) ?? []) {
      if ((step.handoffs ?? []).length === 0) onward(graph, step, exit);
      else followHandoffs(graph, step, exit);
    }
  }
  return graph;
}

type Growing = WorkflowGraph & { edges: Edge[]; deadEnds: DeadEnd[] };
const ordered = new WeakMap<readonly Edge[], ReadonlyMap<string, readonly Edge[]>>();

/** The edges that lead on from the step, those first of which it is certain that they can be taken. */
export function edgesFrom({ edges }: WorkflowGraph, stepName: string): readonly Edge[] {
  const known = ordered.get(edges) ?? orderEdges(edges);
  ordered.set(edges, known);
  return known.get(stepName) ?? [];
}

function orderEdges(edges: readonly Edge[]): Map<string, Edge[]> {
  const own = new Map<string, Edge[]>();
  for (const edge of edges) {
    const known = own.get(edge.from.name);
    if (known === undefined) own.set(edge.from.name, [edge]);
    else known.push(edge);
  }
  for (const [name, all] of own)
    own.set(name, [...all.filter(isCertain), ...all.filter((edge) => !isCertain(edge))]);
  return own;
}

export function isCertain({ found }: Edge): boolean {
  return found.kind === 'found';
}

/** See `chooseRoute`. */
function onward({ definition, budget, edges }: Growing, from: Step, exit: Exit): void {
  const endsByNo = from.type === 'HUMAN' && isRefusal(from, exit.outcome);
  const next = endsByNo ? null : nextStep(definition.steps, from.id);
  const { output } = exit;
  const found = find(output, [], budget);
  if (found.kind === 'none') return;
  edges.push({ from, to: next?.name ?? complete, exit, handoff: null, output, found });
}

function followHandoffs({ edges, deadEnds, budget }: Growing, from: Step, exit: Exit): void {
  const { handoffs = [] } = from;
  const named = handoffs.filter(({ condition }) => condition !== defaultCondition);
  const fallback = handoffs.find(({ condition }) => condition === defaultCondition);
  const earlier: SchemaLiteral[] = [];
  const take = (handoff: Handoff, more: readonly SchemaLiteral[]): void => {
    const found = find(exit.output, [...earlier, ...more], budget);
    if (found.kind === 'none') return;
    edges.push({
      from,
      to: handoff.to,
      exit,
      handoff,
      output: exit.output === null ? null : [...exit.output, ...earlier, ...more],
      found,
    });
  };
  for (const handoff of named) {
    if (handoff.when === undefined) {
      if (handoff.condition === exit.outcome) return take(handoff, []);
      continue;
    }
    if (exit.output === null) continue;
    const when = handoff.when as JsonObject;
    take(handoff, [fitting(when)]);
    earlier.push(notFitting(when));
  }
  if (fallback !== undefined) return take(fallback, []);
  const found = find(exit.output, earlier, budget);
  if (found.kind !== 'none') deadEnds.push({ from, exit, found });
}

/** Whether there is such an output. A step that leaves none meets no condition on it. */
export function find(
  output: readonly SchemaLiteral[] | null,
  more: readonly SchemaLiteral[],
  budget: WorkBudget,
): Found {
  return output === null ? { kind: 'found', value: null } : findValue([...output, ...more], budget);
}
