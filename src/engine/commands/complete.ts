import { actorOf } from '../../domain/actor.ts';
import type { Command } from '../../domain/command.ts';
import { isRunStep } from '../../domain/definition.ts';
import { type JsonSchema, findSchemaErrors } from '../../domain/json-schema.ts';
import { Refusal } from '../../domain/refusal.ts';
import { finishStep } from '../advance.ts';
import type { Draft } from '../draft.ts';
import { doneByItself, requireAssignee, requireWaiting } from './require.ts';

/**
 * Ends a `USER_MESSAGE` step (whoever received it, or a program with a key), or cuts a `WAIT` short (a
 * program with a key).
 */
export function completeStep(draft: Draft, command: Extract<Command, { type: 'complete' }>): void {
  const stepExecution = requireWaiting(draft, command.stepExecutionId);
  const step = draft.currentStep;
  if (step.type === 'HUMAN') {
    throw new Refusal({
      kind: 'wrong-command',
      detail: `The step "${step.name}" is decided: send an outcome.`,
    });
  }
  if (isRunStep(step)) throw doneByItself(stepExecution);
  if (command.by.kind === 'person' && step.type === 'USER_MESSAGE')
    requireAssignee(stepExecution, command.by);
  requireKnownCondition(step.handoffs?.map(({ condition }) => condition) ?? [], command.outcome);
  // A person who marks a message done has no output to give.
  if (step.outputSchema !== undefined && !(command.by.kind === 'person' && command.output === null)) {
    const errors = findSchemaErrors(step.outputSchema as JsonSchema, command.output, 'output');
    if (errors.length > 0) throw new Refusal({ kind: 'output-invalid', errors });
  }
  if (stepExecution.asks.length > 0) {
    draft.addEffect({ kind: 'update-asks', stepIndex: stepExecution.index });
    draft.addEffect({ kind: 'step-note', stepIndex: stepExecution.index, about: 'completed' });
  }
  finishStep(draft, {
    outcome: command.outcome,
    output: command.output,
    actor: actorOf(command.by),
    comment: command.comment,
  });
  draft.addEffect({ kind: 'task-card' });
}

function requireKnownCondition(known: string[], outcome: string | null): void {
  if (outcome !== null && !known.includes(outcome))
    throw new Refusal({ kind: 'unknown-outcome', outcome, known });
}
