import { actorOf } from '../../domain/actor.ts';
import type { Command } from '../../domain/command.ts';
import { currentStepExecution, noTimers } from '../../domain/execution.ts';
import { endExecution } from '../advance.ts';
import type { Draft } from '../draft.ts';
import { requireNotEnded } from './require.ts';

/** Ends the task for good; its open asks are closed. */
export function cancelExecution(draft: Draft, command: Extract<Command, { type: 'cancel' }>): void {
  requireNotEnded(draft);
  closeCurrentStep(draft);
  const by = actorOf(command.by);
  const { reason } = command;
  draft.update({ cancellation: { by, reason } });
  endExecution(draft, 'CANCELLED');
  draft.emit('WORKFLOW_EXECUTION_CANCELLED', { reason }, by);
}

/** Cancels the step execution that is still open, if there is one, and has its asks say so. */
export function closeCurrentStep(draft: Draft): void {
  const current = currentStepExecution(draft.execution);
  if (current?.status !== 'STARTED' && current?.status !== 'SCHEDULED') return;
  const run = current.run === null ? null : { ...current.run, lease: null, waiting: null, approval: null };
  draft.updateCurrent({ status: 'CANCELLED', run, endedAt: draft.now, timers: noTimers });
  draft.emitStep('WORKFLOW_STEP_EXECUTION_CANCELLED');
  if (current.asks.length > 0) draft.addEffect({ kind: 'update-asks', stepIndex: current.index });
}
