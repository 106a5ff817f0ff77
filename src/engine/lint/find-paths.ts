import { complete } from '../../domain/definition.ts';
import type { PathPart } from '../../domain/finding.ts';
import { toPathPart } from './describe-edge.ts';
import { type Edge, type WorkflowGraph, edgesFrom, isCertain } from './workflow-graph.ts';

/** A step that a task can come to: whether that is certain, and the shortest way. */
export interface Reached {
  isCertain: boolean;
  /** The edges from the first step to it. */
  way: readonly Edge[];
}

/** Every step that a task can come to, by name. Which visit it is makes no difference to where a step leads. */
export function findReached(graph: WorkflowGraph): Map<string, Reached> {
  const first = graph.definition.steps[0];
  const reached = new Map<string, Reached>();
  if (first === undefined) return reached;
  reached.set(first.name, { isCertain: true, way: [] });
  for (const certainOnly of [true, false]) {
    const queue = [...reached.keys()];
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      const { way = [] } = reached.get(name) ?? {};
      for (const edge of edgesFrom(graph, name)) {
        if (edge.to === complete || reached.has(edge.to) || (certainOnly && !isCertain(edge))) continue;
        reached.set(edge.to, { isCertain: certainOnly, way: [...way, edge] });
        queue.push(edge.to);
      }
    }
  }
  return reached;
}

/** The way in words, and then the step where something goes wrong. */
export function toPath(way: readonly Edge[], last: string, taken: string | null = null): PathPart[] {
  return [...way.map(toPathPart), { stepName: last, taken }];
}

/** The names of the steps from which one of the goals can be reached, the goals included. */
export function findLeadingTo(edges: readonly Edge[], goals: readonly string[]): Set<string> {
  const givers = giversOf.get(edges) ?? findGivers(edges);
  giversOf.set(edges, givers);
  const leading = new Set(goals);
  // A set is gone through with what is added to it meanwhile.
  for (const name of leading) for (const giver of givers.get(name) ?? []) leading.add(giver);
  return leading;
}

const giversOf = new WeakMap<readonly Edge[], ReadonlyMap<string, ReadonlySet<string>>>();

/** From which steps an edge leads to each. */
function findGivers(edges: readonly Edge[]): Map<string, Set<string>> {
  const givers = new Map<string, Set<string>>();
  for (const { from, to } of edges) {
    const known = givers.get(to) ?? new Set();
    givers.set(to, known.add(from.name));
  }
  return givers;
}

/** The shortest way from a step back to itself, over edges that the filter lets pass; null when there is none. */
export function findCycle(
  graph: WorkflowGraph,
  start: string,
  mayPass: (edge: Edge) => boolean,
): readonly Edge[] | null {
  const ways: (readonly Edge[])[] = [[]];
  const seen = new Set<string>();
  for (let way = ways.shift(); way !== undefined; way = ways.shift()) {
    const at = way.at(-1)?.to ?? start;
    for (const edge of edgesFrom(graph, at).filter(mayPass)) {
      if (edge.to === start) return [...way, edge];
      if (edge.to === complete || seen.has(edge.to)) continue;
      seen.add(edge.to);
      ways.push([...way, edge]);
    }
  }
  return null;
}
