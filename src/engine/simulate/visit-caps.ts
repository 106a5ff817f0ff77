import { defaultMaxVisits, findStepByName } from '../../domain/definition.ts';
import type { FoundOutcome } from '../../domain/exploration.ts';
import { type ExecutionState, hasEnded } from '../../domain/execution.ts';
import type { Move } from '../../domain/rehearsal.ts';
import { AppError } from '../../errors.ts';
import { applyMove } from './apply-move.ts';
import type { Explored, Visited } from './explorer.ts';
import { movesTo, toOutcome } from './outcomes.ts';
import type { Moment } from './pass-time.ts';

/** A circle that takes more moves than this to its visit cap is not walked to the end. */
const maxWalk = 1_500;

/**
 * Walks each circle of steps round and round, with the moves that were found to lead round it, until the engine
 * stops the task at a visit cap. It is a generator, so that whoever drives it can stop after each move.
 *
 * @returns a task for each step at which that happened, and how it ended
 */
export function* walkToVisitCaps(explored: Explored): Generator<void, CappedTask[]> {
  const found: CappedTask[] = [];
  for (const circle of findCircles(explored)) {
    const capped = yield* walk(explored, circle);
    const isNew = capped !== null && found.every(({ outcome }) => outcome.step !== capped.outcome.step);
    if (isNew) found.push(capped);
  }
  return found;
}

export interface CappedTask {
  execution: ExecutionState;
  outcome: FoundOutcome;
}

interface Circle {
  start: Visited;
  moves: Move[];
}

/** For each step that a task has come back to, the moves from there to there. */
function findCircles({ comeBack }: Explored): Circle[] {
  return [...comeBack].flatMap(([stepId, again]): Circle[] => {
    let start: Visited | null = again.parent;
    while (start !== null && !isFirstVisit(start, stepId)) start = start.parent;
    return start === null ? [] : [{ start, moves: movesTo(again).slice(movesTo(start).length) }];
  });
}

function isFirstVisit({ execution: { pointer, stack } }: Visited, stepId: string): boolean {
  return pointer === stepId && stack.at(-1)?.visit === 1;
}

function* walk({ definition }: Explored, { start, moves }: Circle): Generator<void, CappedTask | null> {
  const { stepName } = start.execution.stack.at(-1) ?? {};
  const maxVisits = findStepByName(definition, stepName ?? '')?.maxVisits ?? defaultMaxVisits;
  if (moves.length === 0 || maxVisits * moves.length > maxWalk) return null;
  let moment: Moment = start;
  const made = movesTo(start);
  for (let round = 0; round <= maxVisits; round += 1) {
    for (const move of moves) {
      try {
        moment = applyMove(definition, moment, move);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        return null;
      }
      made.push(move);
      yield;
      if (hasEnded(moment.execution)) return null;
      const { execution } = moment;
      if (execution.failure?.code === 'visit-cap-reached') {
        const outcome = toOutcome(execution, made, start.inputs);
        return outcome && { execution, outcome };
      }
      if (moment.execution.status === 'FAILED') return null;
    }
  }
  return null;
}
