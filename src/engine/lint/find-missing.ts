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

/** Edges that are looked at in the time of one unit. */
const edgesPerUnit = 4;

/**
 * The shortest way to `user` on which the newest visit of `giver` has left no value, or there was none: a search
 * over steps together with what became of the value. Null when it is there on every way.
 *
 * @throws WorkUsedUp
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
    const seen = new Set([`${first.name}\nunvisited`]);
    const queue: State[] = [{ at: first.name, status: 'unvisited', way: [], cause: null, isCertain: true }];
    for (let state = queue.shift(); state !== undefined; state = queue.shift()) {
      const { at, status, way } = state;
      const isThere = status === 'there' || (status === 'unvisited' && isUnvisitedFine);
      if (at === user && !isThere) {
        const missing = { way, cause: state.cause, isCertain: state.isCertain && status !== 'unsure' };
        if (missing.isCertain) return missing;
        unsure ??= missing;
      }
      const edges = edgesFrom(graph, at);
      graph.budget.spend(Math.ceil(edges.length / edgesPerUnit));
      for (const edge of edges) {
        if (certainOnly && !isCertain(edge)) continue;
        const next = at === giver ? verdictOf(edge) : status;
        if (seen.has(`${edge.to}\n${next}`)) continue;
        seen.add(`${edge.to}\n${next}`);
        queue.push(goOn(state, edge, at === giver, next));
      }
    }
  }
  return unsure;
}

function goOn(
  { way, cause, isCertain: wasCertain }: State,
  edge: Edge,
  isGiver: boolean,
  status: Status,
): State {
  const isSure = wasCertain && isCertain(edge);
  return { at: edge.to, status, way: [...way, edge], cause: isGiver ? edge : cause, isCertain: isSure };
}
