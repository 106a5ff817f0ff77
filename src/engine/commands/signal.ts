import { actorOf } from '../../domain/actor.ts';
import type { Command } from '../../domain/command.ts';
import { type KeptSignal, currentStepExecution } from '../../domain/execution.ts';
import type { JsonObject } from '../../domain/json.ts';
import { Refusal } from '../../domain/refusal.ts';
import { finishStep } from '../advance.ts';
import type { Draft } from '../draft.ts';
import { requireNotEnded } from './require.ts';

/** A task is one document, which must not grow without end. */
const maxKeptSignals = 16;
const maxKeptByName = 8;

/** Ends the `WAIT` step that waits for the signal, or keeps the signal for the one that will; each waits its turn. */
export function receiveSignal(draft: Draft, command: Extract<Command, { type: 'signal' }>): void {
  requireNotEnded(draft);
  const { execution, now } = draft;
  const current = execution.status === 'RUNNING' ? currentStepExecution(execution) : undefined;
  const step = current === undefined ? undefined : draft.currentStep;
  const { name, payload } = command;
  const by = actorOf(command.by);
  if (step?.type === 'WAIT' && step.signal === name) {
    const signal = { name, by: by as unknown as JsonObject, sentAt: now.toISOString(), wasKept: false };
    finishStep(draft, { outcome: null, output: payload, actor: by, comment: null, facts: { signal } });
    draft.addEffect({ kind: 'task-card' });
    return;
  }
  requireRoom(execution.signals, name);
  draft.update({ signals: [...execution.signals, { name, payload, by, at: now }] });
}

/** @throws Refusal when no more can be kept */
function requireRoom(kept: readonly KeptSignal[], name: string): void {
  const ofName = kept.filter((signal) => signal.name === name).length;
  if (kept.length < maxKeptSignals && ofName < maxKeptByName) return;
  const [count, what] =
    kept.length >= maxKeptSignals ? [maxKeptSignals, 'signals'] : [maxKeptByName, `signals named "${name}"`];
  const detail = `This task keeps ${count} ${what} that no step has waited for yet, and can keep no more.`;
  throw new Refusal({ kind: 'wrong-command', detail });
}
