import { actorOf } from '../../domain/actor.ts';
import type { Command } from '../../domain/command.ts';
import { complete, findStepByName, isRefusal } from '../../domain/definition.ts';
import { type ExclusionRule, findExclusion } from '../../domain/exclusion.ts';
import { Refusal } from '../../domain/refusal.ts';
import { advanceTo, completeExecution } from '../advance.ts';
import type { Draft } from '../draft.ts';
import { closeCurrentStep } from './cancel.ts';
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
  const { execution, definition } = draft;
  for (const step of definition.steps) {
    const rule = findExclusion(execution, step, by.userId);
    if (rule === null || step.type !== 'HUMAN' || step.name === to) continue;
    const newest = execution.stack.findLast(({ stepId }) => stepId === step.id);
    const isAgreed =
      newest?.status === 'COMPLETED' && newest.actor?.kind === 'person' && !isRefusal(step, newest.outcome);
    if (!isAgreed) throw new Refusal({ kind: 'wrong-command', detail: explainRule(step.name, rule) });
  }
}

function explainRule(stepName: string, rule: ExclusionRule): string {
  const did = rule === 'starter' ? 'started this task' : 'decided an earlier step of this task';
  return `You ${did}, and the step "${stepName}" must be decided by somebody else: you cannot send the task past it.`;
}
