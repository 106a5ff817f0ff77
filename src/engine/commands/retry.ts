import { actorOf } from '../../domain/actor.ts';
import type { Command } from '../../domain/command.ts';
import { Refusal } from '../../domain/refusal.ts';
import { advanceTo } from '../advance.ts';
import type { Draft } from '../draft.ts';
import { requireNotEnded } from './require.ts';

/** Visits the step again at which the task stopped as FAILED. */
export function retryExecution(draft: Draft, command: Extract<Command, { type: 'retry' }>): void {
  requireNotEnded(draft);
  const { status } = draft.execution;
  if (status !== 'FAILED') throw new Refusal({ kind: 'not-failed', status });
  if (draft.execution.failure?.code === 'visit-cap-reached') {
    const detail = `It would be stopped again: ${draft.execution.failure.message} Cancel it instead.`;
    throw new Refusal({ kind: 'wrong-command', detail });
  }
  draft.update({ status: 'RUNNING', failure: null });
  draft.emitStep('WORKFLOW_STEP_EXECUTION_RETRIED', {}, actorOf(command.by));
  advanceTo(draft, draft.currentStep);
  draft.addEffect({ kind: 'task-card' });
}
