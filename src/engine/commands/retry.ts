import { actorOf } from '../../domain/actor.ts';
import type { Command } from '../../domain/command.ts';
import { Refusal } from '../../domain/refusal.ts';
import { advanceTo } from '../advance.ts';
import type { Draft } from '../draft.ts';
import { requireNotEnded } from './require.ts';

/**
 * Visits the step again at which the task stopped as FAILED; or the first step, with the same inputs and
 * nothing in the context of what the steps left there. The stack keeps every visit.
 */
export function retryExecution(draft: Draft, command: Extract<Command, { type: 'retry' }>): void {
  requireNotEnded(draft);
  const { status, context, failure } = draft.execution;
  if (status !== 'FAILED') throw new Refusal({ kind: 'not-failed', status });
  if (failure?.code === 'visit-cap-reached') {
    const detail = `It would be stopped again: ${failure.message} Send it to another step, or cancel it.`;
    throw new Refusal({ kind: 'wrong-command', detail });
  }
  const from = command.from ?? 'step';
  const [first] = draft.definition.steps;
  const step = from === 'start' && first !== undefined ? first : draft.currentStep;
  draft.update({ status: 'RUNNING', failure: null });
  draft.emitStep('WORKFLOW_STEP_EXECUTION_RETRIED', { from }, actorOf(command.by));
  if (from === 'start') draft.update({ context: { ...context, steps: {} } });
  advanceTo(draft, step);
  draft.addEffect({ kind: 'task-card' });
}
