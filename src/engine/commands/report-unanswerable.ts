import { actorOf, systemActor } from '../../domain/actor.ts';
import type { Command } from '../../domain/command.ts';
import { currentStepExecution } from '../../domain/execution.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Draft } from '../draft.ts';
import { reportUnanswerable } from '../steps/asks.ts';
import { requireAsking, requireWaiting } from './require.ts';

/**
 * The edge has found that nobody is left who could do the step: a group that is empty, or whose members are all
 * excluded. The owners are told, and the step waits for a reassignment. Found out too late, or again, it
 * changes nothing; a caller is told.
 */
export function receiveUnanswerable(
  draft: Draft,
  { stepExecutionId, reason, by }: Extract<Command, { type: 'report-unanswerable' }>,
): void {
  const current = currentStepExecution(draft.execution);
  const isOpen = current?.id === stepExecutionId && current.status === 'STARTED';
  if (by === null && !isOpen) return;
  requireWaiting(draft, stepExecutionId);
  requireAsking(draft);
  if (by !== null && draft.current.unanswerable?.reason === reason)
    throw new Refusal({ kind: 'wrong-command', detail: 'The owners know of it already.' });
  reportUnanswerable(draft, reason, by === null ? systemActor : actorOf(by));
}
