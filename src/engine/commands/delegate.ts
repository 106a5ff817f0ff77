import { type Actor, actorOf, systemActor } from '../../domain/actor.ts';
import { delegatorOf, openAsks } from '../../domain/asks.ts';
import type { Command } from '../../domain/command.ts';
import { type Ask, type Delegation, currentStepExecution } from '../../domain/execution.ts';
import { findRecipientExclusion } from '../../domain/exclusion.ts';
import { canonicalRecipient, includesPerson, parseRecipient } from '../../domain/recipient.ts';
import { Refusal, type RefusalReason } from '../../domain/refusal.ts';
import type { Draft } from '../draft.ts';
import {
  type AskingStep,
  closeAsks,
  describeVotes,
  maxAsks,
  noticeUnanswerable,
  openNewAsks,
} from '../steps/asks.ts';
import { requireAsking, requireWaiting } from './require.ts';

type Delegate = Extract<Command, { type: 'delegate' }>;

/**
 * Who is asked is away: their delegate is asked instead, and the ask says for whom. A delegate who stood in the
 * same chain already, is excluded, or is not there ends the chain; then the owners are told. Found out by
 * the edge it changes nothing when the ask is closed by now; a person is told.
 */
export function delegateAsk(draft: Draft, command: Delegate): void {
  const { by } = command;
  if (by === null && !isOpen(draft, command)) return;
  requireWaiting(draft, command.stepExecutionId);
  const step = requireAsking(draft);
  const ask = requireOwnAsk(draft, command);
  const to = command.to === null ? null : canonicalRecipient(command.to);
  const obstacle = to === null ? null : findObstacle(draft, step, ask, to);
  if (obstacle !== null && by !== null) throw new Refusal(obstacle);
  if (to === null && by !== null && isTold(draft, ask))
    throw new Refusal({ kind: 'wrong-command', detail: 'The owners know of it already.' });
  const actor = by === null ? systemActor : actorOf(by);
  if (to === null || obstacle !== null)
    return tellOwners(draft, step, ask, explain(ask, to, obstacle), actor);
  passOn(draft, step, ask, to, actor);
}

function passOn(draft: Draft, step: AskingStep, ask: Ask, to: string, by: Actor): void {
  const { index, delegations } = draft.current;
  const from = ask.recipient;
  const onBehalfOf = ask.onBehalfOf ?? from;
  const delegation: Delegation = { from, to, reason: 'away', at: draft.now };
  draft.addEffect({ kind: 'update-asks', stepIndex: index });
  const dropped = closeAsks(draft, [from], { why: 'delegated', to: [to], by, note: null, at: draft.now });
  draft.updateCurrent({ delegations: [...delegations, delegation] });
  const asked = openNewAsks(draft, step, [{ recipient: to, onBehalfOf }]);
  draft.emitStep(
    'WORKFLOW_STEP_EXECUTION_REASSIGNED',
    { reason: 'away', from: [from], to: [to], asked, onBehalfOf, droppedVotes: describeVotes(dropped) },
    by,
  );
  draft.addEffect({ kind: 'step-note', stepIndex: index, about: 'delegated' });
  draft.addEffect({ kind: 'task-card' });
  noticeUnanswerable(draft, step);
}

/** Nobody can stand in. Who is away stays asked; a delegate that does not exist does not. */
function tellOwners(draft: Draft, step: AskingStep, { recipient }: Ask, reason: string, by: Actor): void {
  const { index, delegations } = draft.current;
  if (isTold(draft, { recipient })) return;
  const delegation: Delegation = { from: recipient, to: null, reason: 'away', at: draft.now };
  draft.updateCurrent({ delegations: [...delegations, delegation] });
  if (delegatorOf(recipient) !== null)
    closeAsks(draft, [recipient], { why: 'no-delegate', to: [], by, note: null, at: draft.now });
  draft.emitStep('WORKFLOW_STEP_EXECUTION_ESCALATED', { reason: 'no-delegate', detail: reason, to: [] }, by);
  draft.addEffect({ kind: 'owner-note', stepIndex: index, reason });
  draft.addEffect({ kind: 'task-card' });
  noticeUnanswerable(draft, step);
}

function isTold({ current }: Draft, { recipient }: Pick<Ask, 'recipient'>): boolean {
  return current.delegations.some(({ from, to }) => from === recipient && to === null);
}

function isOpen(draft: Draft, { stepExecutionId, from }: Delegate): boolean {
  const current = currentStepExecution(draft.execution);
  if (current?.id !== stepExecutionId || current.status !== 'STARTED' || draft.execution.status !== 'RUNNING')
    return false;
  return openAsks(current).some(({ recipient }) => recipient === canonicalFrom(from));
}

/** @throws Refusal unless the ask is open, and the person's own */
function requireOwnAsk(draft: Draft, { from, by }: Delegate): Ask {
  const recipient = canonicalFrom(from);
  const ask = openAsks(draft.current).find((candidate) => candidate.recipient === recipient);
  if (ask === undefined) {
    throw new Refusal({
      kind: 'wrong-command',
      detail: `${recipient} is not asked, so nobody can stand in.`,
    });
  }
  if (by === null || (by.kind === 'person' && includesPerson(recipient, by))) return ask;
  throw new Refusal({ kind: 'may-not-reassign', assignees: [recipient] });
}

/** Why the delegate cannot be asked; null when they can. */
function findObstacle(draft: Draft, step: AskingStep, ask: Ask, to: string): RefusalReason | null {
  if (parseRecipient(to) === null) return { kind: 'wrong-command', detail: `"${to}" names nobody.` };
  if (chainTo(ask, draft.current.delegations).includes(to))
    return { kind: 'wrong-command', detail: `The delegates lead in a circle: ${to} is away as well.` };
  const rule = findRecipientExclusion(draft.execution, step, to);
  if (rule !== null) return { kind: 'excluded', rule, recipient: to };
  if (draft.current.asks.length < maxAsks) return null;
  return { kind: 'wrong-command', detail: 'This step was passed on too often.' };
}

/** Everybody for whom this ask stands in, one after the other, and who is asked now. */
function chainTo({ recipient }: Ask, delegations: readonly Delegation[]): string[] {
  const chain = [recipient];
  const absent = delegatorOf(recipient);
  if (absent !== null) chain.push(absent);
  for (const { from, to } of delegations.toReversed()) {
    if (to !== chain.at(-1)) continue;
    chain.push(from);
    const first = delegatorOf(from);
    if (first !== null) chain.push(first);
  }
  return chain;
}

function explain({ recipient }: Ask, to: string | null, obstacle: RefusalReason | null): string {
  const absent = delegatorOf(recipient) ?? recipient;
  if (to === null) return `${absent} is away, and nobody stands in for them.`;
  const why =
    obstacle?.kind === 'excluded'
      ? `${to} may not decide this step`
      : obstacle?.kind === 'wrong-command'
        ? obstacle.detail.replace(/\.$/, '')
        : `${to} cannot be asked`;
  return `${absent} is away, and nobody can stand in for them: ${why}.`;
}

function canonicalFrom(from: string): string {
  return delegatorOf(from) === null ? canonicalRecipient(from) : from;
}
