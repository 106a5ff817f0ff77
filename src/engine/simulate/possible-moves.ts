import {
  type Definition,
  type HumanStep,
  type Outcome,
  type Step,
  findStep,
  isRefusal,
  outcomesOf,
} from '../../domain/definition.ts';
import { type ExecutionState, currentStepExecution } from '../../domain/execution.ts';
import { Move } from '../../domain/rehearsal.ts';
import { askedStep } from '../../domain/tool-approval.ts';
import type { SampledStep } from './sample-results.ts';

/** The comment of a decision that needs one. */
const anyComment = 'A reason that somebody gave in the rehearsal.';

/**
 * What may happen next, each way once: every outcome by somebody who may choose it, every way that an output may
 * go, a failure, a signal, and that time passes.
 *
 * @param samples what may come out of a step
 */
export function possibleMoves(
  definition: Definition,
  execution: ExecutionState,
  samples: (step: Step) => SampledStep,
): Move[] {
  const visit = currentStepExecution(execution);
  const found = findStep(definition, visit?.stepId ?? null);
  if (execution.status !== 'RUNNING' || visit === undefined || found === undefined) return [];
  const step = askedStep(found, visit);
  const at = { step: step.name };
  const wait = Move.parse({ type: 'wait', ...at });
  switch (step.type) {
    case 'HUMAN':
      return [
        ...outcomesAfter(step, visit.votes).flatMap((outcome) => decisions(step, outcome, samples)),
        wait,
      ];
    case 'USER_MESSAGE':
      return [Move.parse({ type: 'complete', ...at }), ...completionsByProgram(step, samples), wait];
    case 'PROMPT':
    case 'AGENT':
    case 'TOOL':
      return [
        ...samples(step).results.map((result) => Move.parse({ type: 'answer', ...at, ...result })),
        Move.parse({ type: 'fail', ...at }),
      ];
    case 'WAIT': {
      const { signal } = step;
      const signals =
        signal === undefined
          ? []
          : samples(step).results.map(({ output }) =>
              Move.parse({ type: 'signal', ...at, name: signal, payload: output }),
            );
      return [...signals, wait];
    }
  }
}

/** Whoever votes after others agrees with them: a mixture decides nothing that one of its parts would not. */
function outcomesAfter(step: HumanStep, votes: ExecutionState['stack'][number]['votes']): readonly Outcome[] {
  const [first] = votes;
  const outcomes = outcomesOf(step);
  return first === undefined ? outcomes : outcomes.filter(({ name }) => name === first.outcome);
}

function decisions(
  step: HumanStep & { id: string },
  { name: outcome, requireComment }: Outcome,
  samples: (step: Step) => SampledStep,
): Move[] {
  const comment = requireComment === true ? anyComment : null;
  const make = (output: unknown): Move =>
    Move.parse({ type: 'decide', step: step.name, outcome, comment, output });
  if (step.outputSchema === undefined) return [make(null)];
  const forms = samples(step).results.map(({ output }) => make(output));
  const isFormOptional = isRefusal(step, outcome) || step.prefill !== undefined;
  return isFormOptional ? [make(null), ...forms] : forms;
}

/** A program may name the way, or give an output that does. */
function completionsByProgram(step: Step, samples: (step: Step) => SampledStep): Move[] {
  const { handoffs = [], name } = step;
  if (handoffs.every(({ condition }) => condition === 'default')) return [];
  const named = handoffs.flatMap(({ condition, when }) =>
    when === undefined && condition !== 'default' ? [condition] : [],
  );
  const outputs = handoffs.some(({ when }) => when !== undefined) ? samples(step).results : [];
  const fitting = step.outputSchema === undefined ? null : (samples(step).results[0]?.output ?? null);
  return [
    ...named.map((outcome) => Move.parse({ type: 'complete', step: name, outcome, output: fitting })),
    ...outputs.map(({ output }) => Move.parse({ type: 'complete', step: name, output })),
  ];
}
