import { actorOf } from '../../domain/actor.ts';
import type { Command } from '../../domain/command.ts';
import { currentStepExecution } from '../../domain/execution.ts';
import { Refusal } from '../../domain/refusal.ts';
import { finishStep } from '../advance.ts';
import type { Draft } from '../draft.ts';
import { requireNotEnded } from './require.ts';

/** A task is one document, which must not grow without end. */
const maxKeptSignals = 16;

/** Ends the `WAIT` step that waits for the signal, or keeps the signal for the one that will. */
export function receiveSignal(draft: Draft, command: Extract<Command, { type: 'signal' }>): void {
  requireNotEnded(draft);
  const { execution } = draft;
  const current = execution.status === 'RUNNING' ? currentStepExecution(execution) : undefined;
  const step = current === undefined ? undefined : draft.currentStep;
  if (step?.type === 'WAIT' && step.signal === command.name) {
    finishStep(draft, { outcome: null, output: command.payload, actor: actorOf(command.by), comment: null });
    draft.addEffect({ kind: 'task-card' });
    return;
  }
  const isKept = Object.hasOwn(execution.signals, command.name);
  if (!isKept && Object.keys(execution.signals).length >= maxKeptSignals) {
    const detail = `This task keeps ${maxKeptSignals} signals that no step has waited for yet, and can keep no more.`;
    throw new Refusal({ kind: 'wrong-command', detail });
  }
  draft.update({ signals: { ...execution.signals, [command.name]: command.payload } });
}
