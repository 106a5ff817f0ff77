import { type Actor, systemActor } from '../../domain/actor.ts';
import { assigneesOf, isOnePerson, openAsks } from '../../domain/asks.ts';
import type { HumanStep, Step, UserMessageStep } from '../../domain/definition.ts';
import { addDuration } from '../../domain/duration.ts';
import type { Ask, ClosedAsk, Vote } from '../../domain/execution.ts';
import { findRecipientExclusion } from '../../domain/exclusion.ts';
import type { JsonObject } from '../../domain/json.ts';
import { askedAbout } from '../../domain/tool-approval.ts';
import type { Draft } from '../draft.ts';

/** A step that waits for people. */
export type AskingStep = (HumanStep | UserMessageStep) & Step;

/** A task is one document, which must not grow without end. */
export const maxAsks = 200;

export interface NewAsk {
  recipient: string;
  /** For whom they stand in; null: asked themselves. */
  onBehalfOf: string | null;
}

/**
 * Asks more recipients, each in a place of its own, and starts the reminders anew. Who is asked already is
 * passed over; who is excluded by a two-person rule is noted as closed, and not asked.
 *
 * @returns those who are newly asked
 */
export function openNewAsks(draft: Draft, step: AskingStep, wanted: readonly NewAsk[]): string[] {
  const { asks, index, timers, run } = draft.current;
  const approval = run?.approval ?? null;
  const about = approval === null ? {} : { about: askedAbout(approval) };
  const isOpen = new Set(openAsks(draft.current).map(({ recipient }) => recipient));
  const added: Ask[] = [];
  for (const { recipient, onBehalfOf } of wanted) {
    if (isOpen.has(recipient) || asks.length + added.length >= maxAsks) continue;
    isOpen.add(recipient);
    const rule = findRecipientExclusion(draft.execution, step, recipient);
    const closed: ClosedAsk | null =
      rule === null ? null : { why: 'excluded', to: [], by: systemActor, note: null, at: draft.now };
    added.push({ recipient, onBehalfOf, askedAt: draft.now, reminders: 0, ...about, closed });
  }
  setAsks(draft, [...asks, ...added]);
  const opened = added.filter(({ closed }) => closed === null);
  if (opened.length === 0) return [];
  const remindAt = step.reminder === undefined ? null : addDuration(draft.now, step.reminder.every);
  draft.updateCurrent({ unanswerable: null, timers: { ...timers, remindAt } });
  for (const [offset, { closed }] of added.entries()) {
    if (closed !== null) continue;
    const place = { stepIndex: index, recipientIndex: asks.length + offset };
    draft.addEffect({ kind: 'ask', ...place });
    if (approval?.whole !== undefined) draft.addEffect({ kind: 'run-file', ...place });
  }
  return opened.map(({ recipient }) => recipient);
}

/**
 * Closes the open asks of these recipients. Votes of people whom no open ask entitles any more are dropped.
 *
 * @returns the votes that were dropped
 */
export function closeAsks(draft: Draft, recipients: readonly string[], closed: ClosedAsk): Vote[] {
  const { asks, votes } = draft.current;
  setAsks(
    draft,
    asks.map((ask) => (ask.closed === null && recipients.includes(ask.recipient) ? { ...ask, closed } : ask)),
  );
  const { assignees } = draft.current;
  const isEntitled = (vote: Vote): boolean =>
    vote.recipients.some((recipient) => assignees.includes(recipient));
  draft.updateCurrent({ votes: votes.filter(isEntitled) });
  return votes.filter((vote) => !isEntitled(vote));
}

/** The votes as the log keeps them. */
export function describeVotes(votes: readonly Vote[]): JsonObject[] {
  return votes.map(({ actor, outcome }) => ({ actor: actor as unknown as JsonObject, outcome }));
}

/**
 * Finds out whether the step can still be decided, as far as the recipients' texts say it, and tells the
 * workflow's owners when it cannot. It goes on waiting: a reassignment can save it.
 */
export function noticeUnanswerable(draft: Draft, step: AskingStep): void {
  const reason = explainUnanswerable(draft, step);
  if (reason !== null) reportUnanswerable(draft, reason, systemActor);
}

/** Records that nobody is left who could do the step, and tells the owners; once for each reason. */
export function reportUnanswerable(draft: Draft, reason: string, actor: Actor): void {
  const { unanswerable, index } = draft.current;
  if (unanswerable?.reason === reason) return;
  draft.updateCurrent({ unanswerable: { reason, at: draft.now } });
  draft.emitStep(
    'WORKFLOW_STEP_EXECUTION_ESCALATED',
    { reason: 'unanswerable', detail: reason, to: [] },
    actor,
  );
  draft.addEffect({ kind: 'owner-note', stepIndex: index, reason });
  draft.addEffect({ kind: 'task-card' });
}

/** A sentence, or null when the step may be answered or only the edge can know. */
function explainUnanswerable(draft: Draft, step: AskingStep): string | null {
  const { assignees } = draft.current;
  const open = openAsks(draft.current);
  if (open.length === 0) {
    return step.type === 'HUMAN'
      ? 'Nobody is left who may decide this step.'
      : 'Nobody is left who may mark this step done.';
  }
  const areKnown = open.length === assignees.length && assignees.every(isOnePerson);
  if (step.type !== 'HUMAN' || !areKnown) return null;
  const required = step.policy?.required ?? 1;
  if (required <= assignees.length) return null;
  const may = assignees.length === 1 ? 'one person may decide' : `${assignees.length} people may decide`;
  return `This step needs ${required} people who decide alike, and only ${may}.`;
}

function setAsks(draft: Draft, asks: Ask[]): void {
  const assignees = assigneesOf({ asks });
  draft.updateCurrent({ asks, assignees });
  draft.update({ waitingFor: assignees });
}
