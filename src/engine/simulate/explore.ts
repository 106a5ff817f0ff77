import type { Clock } from '../../clock.ts';
import type { Definition } from '../../domain/definition.ts';
import {
  type Exploration,
  type ExplorationLimits,
  defaultExplorationLimits,
} from '../../domain/exploration.ts';
import type { ExecutionState } from '../../domain/execution.ts';
import type { JsonObject } from '../../domain/json.ts';
import { type Explored, Explorer } from './explorer.ts';
import { longestTime } from './longest-time.ts';
import { explainNeverTaken } from './never-taken.ts';
import { countAsked, outcomeKey, outcomesOf, toOutcome } from './outcomes.ts';
import { type CappedTask, walkToVisitCaps } from './visit-caps.ts';
import { wayKey, waysOf } from './ways.ts';

export interface ExploreRequest {
  definition: Definition;
  /** What the task is started with. Default: values that are made from the inputs schema. */
  inputs?: JsonObject | null;
  limits?: ExplorationLimits;
}

/**
 * Tries everything that may happen to a task of the workflow, as a generator: whoever drives it gives other
 * work a turn after each piece, and ends it by passing `stop`, a reason.
 *
 * @throws MoveRefused when the given inputs do not fit
 */
export function* exploring({
  definition,
  inputs = null,
  limits = defaultExplorationLimits,
}: ExploreRequest): Generator<void, Exploration, string | undefined> {
  const explorer = new Explorer(definition, limits, inputs);
  for (let isMore = explorer.step(); isMore; isMore = explorer.step()) {
    const stop = yield;
    if (stop !== undefined) explorer.stop(stop);
  }
  const { explored } = explorer;
  const outcomes = outcomesOf(explored);
  let capped: CappedTask[] = [];
  const walking = walkToVisitCaps(explored);
  for (let walked = walking.next(); ; walked = walking.next()) {
    if (walked.done === true) {
      capped = walked.value;
      break;
    }
    if ((yield) !== undefined) break;
  }
  const known = new Set(outcomes.map(outcomeKey));
  outcomes.push(...capped.flatMap(({ outcome }) => (known.has(outcomeKey(outcome)) ? [] : [outcome])));
  return toExploration(
    explored,
    outcomes,
    capped.map(({ execution }) => execution),
  );
}

/** The same in one go, for programs that do nothing else. @param clock keeps the time limit; absent: there is none */
export function explore(request: ExploreRequest, clock?: Clock): Exploration {
  const { maxMs } = request.limits ?? defaultExplorationLimits;
  const startedAt = clock?.now().getTime() ?? 0;
  const work = exploring(request);
  let result = work.next();
  while (result.done !== true) {
    const isLate = clock !== undefined && clock.now().getTime() - startedAt > maxMs;
    result = work.next(isLate ? timeIsUp(maxMs) : undefined);
  }
  return result.value;
}

export function timeIsUp(maxMs: number): string {
  return `it has taken ${maxMs / 1_000} seconds, which is the limit`;
}

function toExploration(
  explored: Explored,
  outcomes: Exploration['outcomes'],
  capped: readonly ExecutionState[],
): Exploration {
  const { definition, taken, visited, stoppedBecause } = explored;
  const ways = waysOf(definition);
  const covered = ways.filter((way) => taken.has(wayKey(way)));
  const neverTaken = ways.filter((way) => !taken.has(wayKey(way)));
  const ends = visited.flatMap(({ execution, inputs }) =>
    toOutcome(execution, [], inputs) === null ? [] : [execution],
  );
  return {
    isComplete: stoppedBecause === null,
    stoppedBecause,
    states: visited.length,
    handoffs: {
      covered: covered.length,
      total: ways.length,
      neverTaken: neverTaken.map((way) => ({ ...way, because: explainNeverTaken(explored, way) })),
    },
    outcomes,
    longest: longestTime(
      definition,
      [...taken.values()].map(({ way }) => way),
    ),
    asked: countAsked([...ends, ...capped]),
  };
}
