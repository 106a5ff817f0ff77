import { type Caller, actorOf } from '../../domain/actor.ts';
import { delegatorOf, openAsks } from '../../domain/asks.ts';
import type { Command } from '../../domain/command.ts';
import { type ExecutionState, type StepExecution, currentStepExecution } from '../../domain/execution.ts';
import { findRecipientExclusion } from '../../domain/exclusion.ts';
import { canonicalRecipient, includesPerson, parseRecipient } from '../../domain/recipient.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Draft } from '../draft.ts';
import {
  type AskingStep,
  closeAsks,
  describeVotes,
  maxAsks,
  noticeUnanswerable,
  openNewAsks,
} from '../steps/asks.ts';
import { isNamedBy, requireAsking, requireNotEnded, requireWaiting } from './require.ts';

type Reassign = Extract<Command, { type: 'reassign' }>;

const maxTo = 20;

/** Asks others instead of those who are asked; their asks say to whom it went, and their votes are dropped. */
export function reassignStep(draft: Draft, command: Reassign): void {
  if (command.stepExecutionId === null) requireNotEnded(draft);
  const stepExecution = requireWaiting(draft, command.stepExecutionId ?? currentId(draft.execution));
  const step = requireAsking(draft);
  const to = requireRecipients(draft, step, command.to);
  const from = requireFrom(draft, stepExecution, command).filter((recipient) => !to.includes(recipient));
  const open = openAsks(stepExecution).map(({ recipient }) => recipient);
  const isNothing = from.length === 0 && to.every((recipient) => open.includes(recipient));
  if (isNothing) refuse(`${to.join(', ')} is asked already.`);
  if (stepExecution.asks.length + to.length > maxAsks)
    refuse('This step was reassigned too often. Cancel the task and start it again.');

  const { note } = command;
  const by = actorOf(command.by);
  draft.addEffect({ kind: 'update-asks', stepIndex: stepExecution.index });
  const dropped = closeAsks(draft, from, { why: 'reassigned', to, by, note, at: draft.now });
  const asked = openNewAsks(
    draft,
    step,
    to.map((recipient) => ({ recipient, onBehalfOf: null })),
  );
  draft.emitStep(
    'WORKFLOW_STEP_EXECUTION_REASSIGNED',
    { reason: 'reassigned', from, to, asked, note, droppedVotes: describeVotes(dropped) },
    by,
  );
  draft.addEffect({ kind: 'step-note', stepIndex: stepExecution.index, about: 'reassigned' });
  draft.addEffect({ kind: 'task-card' });
  noticeUnanswerable(draft, step);
}

function currentId(execution: ExecutionState): string {
  return currentStepExecution(execution)?.id ?? '';
}

/** @throws Refusal when one of them names nobody or may not be asked */
function requireRecipients(draft: Draft, step: AskingStep, texts: readonly string[]): string[] {
  const to = [...new Set(texts.map(canonicalRecipient).filter((text) => text !== ''))];
  if (to.length === 0 || to.length > maxTo) refuse(`Say who is to be asked instead: one to ${maxTo}.`);
  for (const recipient of to) {
    if (parseRecipient(recipient) === null)
      refuse(`"${recipient}" names nobody: use a Slack user, an email, @group or #channel.`);
    const rule = findRecipientExclusion(draft.execution, step, recipient);
    if (rule !== null) throw new Refusal({ kind: 'excluded', rule, recipient });
  }
  return to;
}

/** The open asks that the caller gives away. @throws Refusal when they may not */
function requireFrom(
  draft: Draft,
  stepExecution: StepExecution,
  { from, canManage, by }: Reassign,
): string[] {
  const open = openAsks(stepExecution);
  const all = open.map(({ recipient }) => recipient);
  const named = by.kind === 'person' ? open.filter((ask) => isNamedBy(ask, by)) : [];
  const own = named.map(({ recipient }) => recipient);
  const mayGiveAny = canManage || isStarter(draft.execution, by);
  if (!mayGiveAny && own.length === 0) {
    throw new Refusal({ kind: 'may-not-reassign', assignees: stepExecution.assignees });
  }
  if (from === null) return own.length > 0 ? mostPersonal(own, by) : all;
  const wanted = delegatorOf(from) === null ? canonicalRecipient(from) : from;
  if (!all.includes(wanted)) refuse(`${wanted} is not asked, so it cannot be reassigned from there.`);
  if (!mayGiveAny && !own.includes(wanted)) {
    throw new Refusal({ kind: 'may-not-reassign', assignees: [wanted] });
  }
  return [wanted];
}

/** Who is asked in person gives away that, and not what their group is asked. */
function mostPersonal(own: readonly string[], by: Caller): string[] {
  const personal = own.filter((recipient) => {
    const kind = parseRecipient(recipient)?.kind;
    return kind === 'user' || kind === 'email' || (by.kind === 'person' && !includesPerson(recipient, by));
  });
  return personal.length > 0 ? personal : [...own];
}

function isStarter({ startedBy }: ExecutionState, by: Caller): boolean {
  return startedBy.kind === 'person' && by.kind === 'person' && startedBy.userId === by.userId;
}

function refuse(detail: string): never {
  throw new Refusal({ kind: 'wrong-command', detail });
}
