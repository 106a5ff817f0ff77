import { actorOf } from '../../domain/actor.ts';
import type { Command } from '../../domain/command.ts';
import { complete, findStepByName } from '../../domain/definition.ts';
import { Refusal } from '../../domain/refusal.ts';
import { advanceTo, completeExecution } from '../advance.ts';
import type { Draft } from '../draft.ts';
import { closeCurrentStep } from './cancel.ts';
import { explainLeftToOthers, findLeftToOthers } from './left-to-others.ts';
import { requireNotEnded } from './require.ts';

/**
 * Sends the task to another of its steps, or to its end, whatever the handoffs say: out of a step at which
 * it stopped as FAILED, or out of one that it waits at, which is closed.
 */
export function rerouteExecution(draft: Draft, command: Extract<Command, { type: 'reroute' }>): void {
  requireNotEnded(draft);
  const { to, reason, by } = command;
  const target = to === complete ? null : findStepByName(draft.definition, to);
  if (target === undefined) {
    const known = [...draft.definition.steps.map(({ name }) => name), complete].join(', ');
    throw new Refusal({
      kind: 'wrong-command',
      detail: `"${to}" is no step of this task. It can go to: ${known}.`,
    });
  }
  requireNotPast(draft, command);
  const from = draft.execution.stack.at(-1)?.stepName ?? null;
  closeCurrentStep(draft);
  draft.update({ status: 'RUNNING', failure: null, waitingFor: [] });
  draft.emit('WORKFLOW_EXECUTION_REROUTED', { from, to, reason }, actorOf(by));
  if (target === null) completeExecution(draft);
  else advanceTo(draft, target);
  draft.addEffect({ kind: 'task-card' });
}

/**
 * Whom a two-person rule keeps from deciding a step does not send the task past it either.
 *
 * @throws Refusal unless others have agreed there, or the task is sent right there
 */
function requireNotPast(draft: Draft, { to, by }: Extract<Command, { type: 'reroute' }>): void {
  if (by.kind !== 'person') return;
  const left = findLeftToOthers(draft.execution, draft.definition, by.userId);
  const passed = left.find(({ step }) => step.name !== to);
  if (passed === undefined) return;
  const detail = `${explainLeftToOthers(passed)}: you cannot send the task past it.`;
  throw new Refusal({ kind: 'wrong-command', detail });
}
