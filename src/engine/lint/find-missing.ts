import type { Edge, WorkflowGraph } from './workflow-graph.ts';
import { edgesFrom, isCertain } from './workflow-graph.ts';

/** What became of a value when the step that leaves it was left by an edge. */
export type EdgeVerdict = 'there' | 'missing' | 'unsure';

/** A way by which a task comes to a step without a value that it needs. */
export interface MissingWay {
  way: readonly Edge[];
  /** The edge that left the value out; null: the step that leaves it was not visited. */
  cause: Edge | null;
  isCertain: boolean;
}

type Status = 'unvisited' | EdgeVerdict;

interface State {
  at: string;
  status: Status;
  way: readonly Edge[];
  cause: Edge | null;
  isCertain: boolean;
}

/**
 * The shortest way to `user` on which the newest visit of `giver` has left no value, or there was none: a search
 * over steps together with what became of the value. Null when it is there on every way.
 */
export function findMissing(
  graph: WorkflowGraph,
  { giver, user, isUnvisitedFine }: { giver: string; user: string; isUnvisitedFine: boolean },
  verdictOf: (edge: Edge) => EdgeVerdict,
): MissingWay | null {
  const first = graph.definition.steps[0];
  if (first === undefined) return null;
  let unsure: MissingWay | null = null;
  for (const certainOnly of [true, false]) {
    const seen = new Set<string>();
    const queue: State[] = [{ at: first.name, status: 'unvisited', way: [], cause: null, isCertain: true }];
    for (let state = queue.shift(); state !== undefined; state = queue.shift()) {
      const { at, status, way } = state;
      if (seen.has(`${at}\n${status}`)) continue;
      seen.add(`${at}\n${status}`);
      const isThere = status === 'there' || (status === 'unvisited' && isUnvisitedFine);
      if (at === user && !isThere) {
        const missing = { way, cause: state.cause, isCertain: state.isCertain && status !== 'unsure' };
        if (missing.isCertain) return missing;
        unsure ??= missing;
      }
      for (const edge of edgesFrom(graph, at)) {
        if (certainOnly && !isCertain(edge)) continue;
        queue.push(goOn(state, edge, giver, verdictOf));
      }
    }
  }
  return unsure;
}

function goOn(
  { at, status, way, cause, isCertain: wasCertain }: State,
  edge: Edge,
  giver: string,
  verdictOf: (edge: Edge) => EdgeVerdict,
): State {
  const next = { at: edge.to, way: [...way, edge], isCertain: wasCertain && isCertain(edge) };
  return at === giver ? { ...next, status: verdictOf(edge), cause: edge } : { ...next, status, cause };
}
