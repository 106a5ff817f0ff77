import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Definition, findStep } from '../../src/domain/definition.ts';
import type { ExecutionState } from '../../src/domain/execution.ts';
import type { Way } from '../../src/domain/exploration.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { Move } from '../../src/domain/rehearsal.ts';
import type { Transition } from '../../src/engine/draft.ts';
import { applyMove } from '../../src/engine/simulate/apply-move.ts';
import { explore } from '../../src/engine/simulate/explore.ts';
import { play, startRehearsal } from '../../src/engine/simulate/play.ts';
import { wayKey, wayTaken } from '../../src/engine/simulate/ways.ts';
import { AppError } from '../../src/errors.ts';
import { testOrgId } from '../support/builders.ts';
import { signalName, workflowArbitrary } from '../support/simulation/workflow-arbitrary.ts';

describe('what is said of every workflow', () => {
  it('holds against tasks that go at random: no way is taken that was said to be never taken', () => {
    fc.assert(
      fc.property(
        workflowArbitrary(testOrgId, 1),
        fc.array(fc.nat({ max: 40 }), { maxLength: 40 }),
        (workflow, choices) => {
          const exploration = explore({ definition: workflow });
          expect(exploration.isComplete).toBe(true);
          const never = new Set(exploration.handoffs.neverTaken.map(wayKey));
          const walked = walkAtRandom(workflow, exploration.outcomes[0]?.inputs ?? {}, choices);
          for (const way of walked) expect(never).not.toContain(wayKey(way));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is shown by paths that lead where they are said to lead, when they are played again', () => {
    fc.assert(
      fc.property(workflowArbitrary(testOrgId, 1), (workflow) => {
        for (const outcome of explore({ definition: workflow }).outcomes) {
          const { inputs } = outcome;
          const { execution, refused } = play({ definition: workflow, inputs, moves: outcome.moves });
          expect(refused).toBeNull();
          expect(execution.status).toBe(outcome.status);
          expect(execution.stack.map(({ stepName }) => stepName)).toEqual(outcome.path);
          expect(execution.failure?.code).toBe(outcome.failure?.code);
        }
      }),
      { numRuns: 200 },
    );
  });
});

/** The ways that a task goes when people choose at random, change their minds, and time passes in between. */
function walkAtRandom(workflow: Definition, inputs: JsonObject, choices: readonly number[]): Way[] {
  const ways: Way[] = [];
  const { execution, now, started } = startRehearsal({ definition: workflow, inputs });
  let moment = { execution, now };
  note(started);
  for (const choice of choices) {
    const step = moment.execution.stack.at(-1)?.stepName;
    const people = ['U0BO', 'U0CHI', 'U0DEE', 'U0EVE', 'U0ANA'];
    const by = people[choice % people.length];
    const all = [
      { type: 'wait' },
      { type: 'wait', for: '1h' },
      { type: 'wait', for: '3w' },
      { type: 'decide', outcome: 'approved', by },
      { type: 'decide', outcome: 'rejected', by, comment: `no ${choice}` },
      { type: 'complete', by },
      { type: 'signal', name: signalName },
      { type: 'decide', step, outcome: 'approved' },
    ].map((move) => Move.parse(move));
    const move = all[Math.floor(choice / people.length) % all.length];
    if (move === undefined || cutsWaitShort(workflow, moment.execution, move)) continue;
    try {
      const moved = applyMove(workflow, moment, move);
      moved.transitions.forEach(note);
      moment = moved;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
  }
  return ways;

  function note({ events }: Transition): void {
    ways.push(...events.flatMap((event) => wayTaken(event) ?? []));
  }
}

/** Steering from outside, as a reroute is, and no way that a task goes: nothing is said of it. */
function cutsWaitShort(workflow: Definition, { pointer }: ExecutionState, { type }: Move): boolean {
  return type === 'complete' && findStep(workflow, pointer)?.type === 'WAIT';
}
