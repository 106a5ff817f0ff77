import type { Actor } from './actor.ts';
import { type HumanStep, type Outcome, outcomesOf, votesRequired } from './definition.ts';
import type { Vote } from './execution.ts';

/** How far an outcome has come. */
export interface Tally {
  outcome: Outcome;
  given: number;
  required: number;
}

/** The count for each outcome of the step, in its order. */
export function countVotes(step: HumanStep, votes: readonly Vote[]): Tally[] {
  return outcomesOf(step).map((outcome) => ({
    outcome,
    given: votes.filter((vote) => vote.outcome === outcome.name).length,
    required: votesRequired(step, outcome),
  }));
}

export function isSamePerson(left: Actor, right: Actor): boolean {
  return left.kind === 'person' && right.kind === 'person' && left.userId === right.userId;
}
