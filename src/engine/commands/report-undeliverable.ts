import type { Command } from '../../domain/command.ts';
import { currentStepExecution } from '../../domain/execution.ts';
import type { Draft } from '../draft.ts';

/**
 * Slack refused an ask for good. The step goes on waiting, because it can still be done elsewhere; the
 * card says so, and the person who started the task is told.
 */
export function reportUndeliverable(
  draft: Draft,
  command: Extract<Command, { type: 'report-undeliverable' }>,
): void {
  const current = currentStepExecution(draft.execution);
  if (current?.index !== command.stepIndex || current.status !== 'STARTED') return;
  if (current.undeliverable.some(({ recipient }) => recipient === command.recipient)) return;
  const { recipient, reason } = command;
  draft.updateCurrent({ undeliverable: [...current.undeliverable, { recipient, reason }] });
  draft.addEffect({ kind: 'task-card' });
  draft.addEffect({ kind: 'step-note', stepIndex: current.index, about: 'undeliverable' });
}
