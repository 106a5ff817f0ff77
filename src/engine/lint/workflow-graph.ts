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
  edges: readonly Edge[];
  deadEnds: readonly DeadEnd[];
}

/** Follows every exit of every step through its handoffs, in the order in which a task tries them. */
export function buildGraph(definition: Definition): WorkflowGraph {
  const edges: Edge[] = [];
  const deadEnds: DeadEnd[] = [];
  for (const step of definition.steps) {
    for (const exit of exitsOf(step)) {
      if ((step.handoffs ?? []).length === 0) edges.push(...onward(definition, step, exit));
      else followHandoffs(step, exit, edges, deadEnds);
    }
  }
  return { definition, edges, deadEnds };
}

/** The edges that lead on from the step, those first of which it is certain that they can be taken. */
export function edgesFrom({ edges }: WorkflowGraph, stepName: string): Edge[] {
  const own = edges.filter(({ from }) => from.name === stepName);
  return [...own.filter(isCertain), ...own.filter((edge) => !isCertain(edge))];
}

export function isCertain({ found }: Edge): boolean {
  return found.kind === 'found';
}

/** See `chooseRoute`. */
function onward(definition: Definition, from: Step, exit: Exit): Edge[] {
  const endsByNo = from.type === 'HUMAN' && isRefusal(from, exit.outcome);
  const next = endsByNo ? null : nextStep(definition.steps, from.id);
  const { output } = exit;
  const found = find(output, []);
  if (found.kind === 'none') return [];
  return [{ from, to: next?.name ?? complete, exit, handoff: null, output, found }];
}

function followHandoffs(from: Step, exit: Exit, edges: Edge[], deadEnds: DeadEnd[]): void {
  const { handoffs = [] } = from;
  const named = handoffs.filter(({ condition }) => condition !== defaultCondition);
  const fallback = handoffs.find(({ condition }) => condition === defaultCondition);
  const earlier: SchemaLiteral[] = [];
  const take = (handoff: Handoff, more: readonly SchemaLiteral[]): void => {
    const found = find(exit.output, [...earlier, ...more]);
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
  const found = find(exit.output, earlier);
  if (found.kind !== 'none') deadEnds.push({ from, exit, found });
}

/** Whether there is such an output. A step that leaves none meets no condition on it. */
export function find(output: readonly SchemaLiteral[] | null, more: readonly SchemaLiteral[]): Found {
  return output === null ? { kind: 'found', value: null } : findValue([...output, ...more]);
}
