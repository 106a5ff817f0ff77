import { type Actor, actorOf } from '../../domain/actor.ts';
import type { Command } from '../../domain/command.ts';
import { type HumanStep, type Outcome, outcomesOf, votesRequired } from '../../domain/definition.ts';
import type { Vote } from '../../domain/execution.ts';
import { type JsonSchema, findSchemaErrors } from '../../domain/json-schema.ts';
import { Refusal } from '../../domain/refusal.ts';
import { finishStep } from '../advance.ts';
import type { Draft } from '../draft.ts';
import { requireAssignee, requireNotExcluded, requirePerson, requireWaiting } from './require.ts';

type Decide = Extract<Command, { type: 'decide' }>;

/**
 * One person's choice on a `HUMAN` step. It ends the step when enough people have made the same choice.
 * A person has one vote and may change it while the step is open.
 */
export function decideStep(draft: Draft, command: Decide): void {
  const stepExecution = requireWaiting(draft, command.stepExecutionId);
  const step = draft.currentStep;
  if (step.type !== 'HUMAN') {
    throw new Refusal({
      kind: 'wrong-command',
      detail: `The step "${step.name}" is not decided; it is completed.`,
    });
  }
  const person = requirePerson(command.by);
  requireAssignee(stepExecution, person);
  requireNotExcluded(draft, step, person);
  const outcome = requireOutcome(step, command);
  requireOutputFits(step, command);

  const vote: Vote = {
    actor: actorOf(person),
    outcome: outcome.name,
    comment: command.comment,
    at: draft.now,
  };
  const others = stepExecution.votes.filter((earlier) => !isSamePerson(earlier.actor, vote.actor));
  const mine = stepExecution.votes.find((earlier) => isSamePerson(earlier.actor, vote.actor));
  if (mine?.outcome === vote.outcome)
    throw new Refusal({ kind: 'already-voted', outcome: mine.outcome, at: mine.at });

  const votes = [...others, vote];
  const given = votes.filter((earlier) => earlier.outcome === outcome.name).length;
  const required = votesRequired(step, outcome);
  draft.updateCurrent({ votes });
  draft.emitStep(
    'WORKFLOW_STEP_EXECUTION_DECIDED',
    { outcome: outcome.name, comment: command.comment, votes: given, required },
    vote.actor,
  );
  draft.addEffect({ kind: 'update-asks', stepIndex: stepExecution.index });
  if (given < required) return draft.addEffect({ kind: 'task-card' });

  draft.addEffect({ kind: 'step-note', stepIndex: stepExecution.index, about: 'decided' });
  finishStep(draft, {
    outcome: outcome.name,
    output: command.output,
    actor: vote.actor,
    comment: command.comment,
  });
  draft.addEffect({ kind: 'task-card' });
}

function requireOutcome(step: HumanStep, command: Decide): Outcome {
  const outcomes = outcomesOf(step);
  const outcome = outcomes.find((candidate) => candidate.name === command.outcome);
  if (outcome === undefined) {
    throw new Refusal({
      kind: 'unknown-outcome',
      outcome: command.outcome,
      known: outcomes.map(({ name }) => name),
    });
  }
  if (outcome.requireComment === true && (command.comment ?? '').trim() === '') {
    throw new Refusal({ kind: 'comment-required', outcomeLabel: outcome.label });
  }
  return outcome;
}

function requireOutputFits(step: HumanStep, command: Decide): void {
  if (step.outputSchema === undefined || command.output === null) return;
  const errors = findSchemaErrors(step.outputSchema as JsonSchema, command.output, 'output');
  if (errors.length > 0) throw new Refusal({ kind: 'output-invalid', errors });
}

function isSamePerson(left: Actor, right: Actor): boolean {
  return left.kind === 'person' && right.kind === 'person' && left.userId === right.userId;
}
