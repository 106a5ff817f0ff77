import { systemActor } from '../../domain/actor.ts';
import { delegateOf, openAsks } from '../../domain/asks.ts';
import { delegateEntry, escalate, failAtDeadline, isRefusal, outcomesOf } from '../../domain/definition.ts';
import type { Vote } from '../../domain/execution.ts';

import type { JsonValue } from '../../domain/json.ts';
import { parseRecipient } from '../../domain/recipient.ts';
import { TemplateValueMissing } from '../../domain/template.ts';
import { failStep, finishStep } from '../advance.ts';
import type { Draft } from '../draft.ts';
import {
  type AskingStep,
  type NewAsk,
  closeAsks,
  describeVotes,
  noticeUnanswerable,
  openNewAsks,
} from './asks.ts';
import { pendingIndexes } from './remind.ts';
import { renderRecipients } from './render-recipients.ts';

/** Nobody acted in time: ask more people, stop, or take the handoff that the step names for this case. */
export function passDeadline(draft: Draft, step: AskingStep): void {
  const { index } = draft.current;
  if (step.deadline === undefined) return;
  const { then, after } = step.deadline;
  if (then === escalate) return escalateOrFail(draft, step);
  draft.addEffect({ kind: 'update-asks', stepIndex: index });
  draft.addEffect({ kind: 'step-note', stepIndex: index, about: 'timed-out' });
  if (then === failAtDeadline && !isConditionOf(step, then)) {
    return failStep(draft, {
      code: 'deadline-passed',
      message: `Nobody ${step.type === 'HUMAN' ? 'decided' : 'did'} the step "${step.name}" within ${after}, so the task was stopped.`,
      data: { after },
    });
  }
  finishStep(draft, {
    outcome: then,
    output: outputAtDeadline(draft, step, then),
    actor: systemActor,
    comment: null,
    facts: { byTimeout: true },
  });
  draft.addEffect({ kind: 'task-card' });
}

/** A workflow from before a deadline could stop a task may have a condition of this name. */
export function isConditionOf(step: AskingStep, name: string): boolean {
  const isOutcome = step.type === 'HUMAN' && outcomesOf(step).some((outcome) => outcome.name === name);
  return isOutcome || (step.handoffs ?? []).some(({ condition }) => condition === name);
}

/** A timeout that approves approves what the form started with. */
function outputAtDeadline(draft: Draft, step: AskingStep, outcome: string): JsonValue {
  const { prefilled } = draft.current;
  const approves =
    step.type === 'HUMAN' &&
    outcomesOf(step).some(({ name }) => name === outcome) &&
    !isRefusal(step, outcome);
  return approves && Object.keys(prefilled).length > 0 ? prefilled : null;
}

function escalateOrFail(draft: Draft, step: AskingStep): void {
  try {
    escalateStep(draft, step);
  } catch (error) {
    if (!(error instanceof TemplateValueMissing)) throw error;
    draft.addEffect({ kind: 'update-asks', stepIndex: draft.current.index });
    failStep(draft, { code: 'template-value-missing', message: error.message, data: { path: error.path } });
  }
}

function escalateStep(draft: Draft, step: AskingStep): void {
  const { index, timers } = draft.current;
  const wanted = escalationAsks(draft, step);
  const named = wanted.map(({ recipient }) => recipient);
  draft.updateCurrent({ escalatedAt: draft.now, timers: { ...timers, deadlineAt: null, warnAt: null } });
  draft.addEffect({ kind: 'update-asks', stepIndex: index });
  let closed: string[] = [];
  let dropped: Vote[] = [];
  if (step.deadline?.keepAnswerable === false) {
    const open = openAsks(draft.current).map(({ recipient }) => recipient);
    closed = open.filter((recipient) => !named.includes(recipient));
    const closing = { why: 'escalated', to: named, by: systemActor, note: null, at: draft.now } as const;
    dropped = closeAsks(draft, closed, closing);
  }
  const to = openNewAsks(draft, step, wanted);
  draft.emitStep('WORKFLOW_STEP_EXECUTION_ESCALATED', {
    reason: 'deadline',
    to,
    closed,
    droppedVotes: describeVotes(dropped),
  });
  draft.addEffect({ kind: 'step-note', stepIndex: index, about: 'escalated' });
  draft.addEffect({ kind: 'task-card' });
  if (to.length === 0) {
    const reason = 'The deadline has passed, and nobody else is named who could be asked.';
    draft.addEffect({ kind: 'owner-note', stepIndex: index, reason });
  }
  noticeUnanswerable(draft, step);
}

/** Whom the deadline names; `@delegate` as one ask for each person who has not answered. @throws TemplateValueMissing */
function escalationAsks(draft: Draft, step: AskingStep): NewAsk[] {
  const named = renderRecipients(draft, step.deadline?.escalateTo ?? []);
  const { current } = draft;
  return named.flatMap((recipient): NewAsk[] => {
    if (recipient !== delegateEntry) return [{ recipient, onBehalfOf: null }];
    const pending = pendingIndexes(current).flatMap((index) => current.asks[index]?.recipient ?? []);
    return pending
      .filter(mayHaveDelegate)
      .map((absent) => ({ recipient: delegateOf(absent), onBehalfOf: absent }));
  });
}

function mayHaveDelegate(recipient: string): boolean {
  const kind = parseRecipient(recipient)?.kind;
  return kind === 'user' || kind === 'email' || kind === 'handle';
}
