import { closedVerbs } from '../src/domain/closed-verbs.ts';
import { outcomesOf } from '../src/domain/definition.ts';
import type { ClosedAsk, ExecutionStatus } from '../src/domain/execution.ts';
import type { RefusalReason } from '../src/domain/refusal.ts';
import type { AppError } from '../src/errors.ts';
import { context, message, section, simpleMessage } from './elements.ts';
import { clip, inline } from './escape.ts';
import type { Message } from './message.ts';
import { usualWord } from './outcome-words.ts';
import { joinWords, listRecipients, mention, slackTime } from './people.ts';
import { type TaskView, taskName } from './task-view.ts';

/** What the refused click was about, as far as it is known. */
export interface RefusalContext {
  view?: TaskView;
}

type AlreadyDone = Extract<RefusalReason, { kind: 'already-done' }>;

const maxFieldErrors = 10;

const endedWords: Record<ExecutionStatus, string> = {
  RUNNING: 'in progress',
  COMPLETED: 'complete',
  FAILED: 'stopped',
  CANCELLED: 'cancelled',
  EXPIRED: 'expired',
};

/** Tells a person why their click changed nothing. Shown to them alone. */
export function refusalNotice(reason: RefusalReason, { view }: RefusalContext = {}): Message {
  const text = explain(reason, view);
  return message(text, [section(text), ...(view === undefined ? [] : [context(taskName(view.execution))])]);
}

/** Tells a person what went wrong with what they asked for, with each field that is wrong. */
export function errorNotice(error: AppError): Message {
  const wrong = error.fields
    .slice(0, maxFieldErrors)
    .map(({ path, message: why }) => `• ${inline(path)} ${inline(why)}`);
  const more =
    error.fields.length > maxFieldErrors ? [`… and ${error.fields.length - maxFieldErrors} more`] : [];
  const repeated = error.fields.length === 1 && error.message.includes(error.fields[0]?.message ?? '');
  const lines = [inline(error.message), ...(repeated ? [] : [...wrong, ...more])];
  const again = error.retryable ? ['Please try again in a moment.'] : [];
  return simpleMessage(clip([...lines, ...again].join('\n'), 2_900));
}

/** For what should not happen: the person's next step, without the details, which are in the log. */
export function tryAgainNotice(): Message {
  return simpleMessage(
    'Something went wrong on Baton’s side, and it is not certain that this was done. Please try again: nothing is done twice.',
  );
}

/** For what takes longer than Slack waits: it may still be done, or never. */
export function slowNotice(): Message {
  return simpleMessage(
    'This is taking longer than it should, so it is not certain that it will be done. Look again in a moment, and try again if nothing has changed.',
  );
}

/** What was uncertain has been written. */
export function doneAfterAllNotice(): Message {
  return simpleMessage('It took long, but it was done after all.');
}

function explain(reason: RefusalReason, view: TaskView | undefined): string {
  switch (reason.kind) {
    case 'already-done':
      return `${explainDone(reason, view)} Nothing changed.`;
    case 'already-voted':
      return `You already chose “${clip(inline(labelOf(reason.outcome, view)), 75)}”, ${slackTime(reason.at)}. Nothing changed.`;
    case 'execution-ended':
      return `This task is already ${endedWords[reason.status]}${atTime(reason.at)}. Nothing changed.`;
    case 'execution-failed':
      return `This task has stopped: ${inline(reason.message)} Nothing changed.`;
    case 'not-failed':
      return `Only a task that has stopped can be retried; this one is ${endedWords[reason.status]}. Nothing changed.`;
    case 'not-entitled':
      return `${explainLoss(reason.lost)}Only ${listRecipients(reason.assignees, 'or')} can ${isDecision(view) ? 'decide' : 'do'} this. It is still waiting.`;
    case 'may-not-reassign':
      return `Only ${listRecipients(reason.assignees, 'or')}, who started the task, or somebody who may edit the workflow can reassign this. Nothing changed.`;
    case 'changed-meanwhile':
      return 'What is to be decided has changed since you saw it. Look at it again, and then decide. Nothing changed.';
    case 'form-required':
      return `“${clip(inline(reason.outcomeLabel), 75)}” needs its form filled in. It is still waiting.`;
    case 'excluded':
      if (reason.recipient !== undefined)
        return `${listRecipients([reason.recipient], 'or')} ${reason.rule === 'starter' ? 'started this task' : 'decided an earlier step of this task'}, and this step must be decided by somebody else. Nothing changed.`;
      return reason.rule === 'starter'
        ? 'You started this task, and this step must be decided by somebody else. It is still waiting.'
        : 'You decided an earlier step of this task, and this one must be decided by somebody else. It is still waiting.';
    case 'person-required':
      return 'Only a person can decide this. It is still waiting.';
    case 'comment-required':
      return `“${clip(inline(reason.outcomeLabel), 75)}” needs a reason. It is still waiting.`;
    case 'unknown-outcome':
      return `“${clip(inline(reason.outcome), 75)}” is not a choice of this step. It has: ${joinWords(
        reason.known.map((name) => `“${clip(inline(name), 75)}”`),
        'and',
      )}. Nothing changed.`;
    case 'run-refused':
    case 'wrong-command':
      return `${clip(inline(reason.detail), 500)} Nothing changed.`;
    case 'output-invalid': {
      const errors = reason.errors.slice(0, maxFieldErrors);
      return `What was sent does not fit the step: ${errors.map(({ path, message: why }) => `${inline(path)} ${inline(why)}`).join('; ')}. Nothing changed.`;
    }
  }
}

/** What took the ask from somebody who was asked. */
function explainLoss(lost: ClosedAsk | undefined): string {
  if (lost === undefined) return '';
  const to = lost.to.length === 0 ? '' : ` to ${listRecipients(lost.to, 'and')}`;
  const by = lost.by.kind === 'system' ? '' : ` by ${mention(lost.by)}`;
  return `This ${closedVerbs[lost.why]}${to}${by}${atTime(lost.at)}. `;
}

function explainDone(
  { status, outcome, outcomeLabel, actor, at }: AlreadyDone,
  view: TaskView | undefined,
): string {
  if (status === 'CANCELLED') {
    const expired = view?.execution.status === 'EXPIRED';
    return `This task ${expired ? 'has already expired' : 'was already cancelled'}${atTime(at)}.`;
  }
  if (actor === null) return `This step is already over${atTime(at)}.`;
  if (actor.kind === 'system') {
    const as = outcome === null ? '' : ` as “${clip(inline(outcomeLabel ?? outcome), 75)}”`;
    return `Nobody decided in time, and this step already went on${as}${atTime(at)}.`;
  }
  const by = `by ${mention(actor)}${atTime(at)}`;
  if (outcome === null) return `Already done ${by}.`;
  const usual = usualWord(outcome, outcomeLabel);
  if (usual !== null) return `Already ${usual} ${by}.`;
  return `“${clip(inline(outcomeLabel ?? outcome), 75)}” was already chosen ${by}.`;
}

function labelOf(outcome: string, view: TaskView | undefined): string {
  const steps = view?.definition.steps ?? [];
  const current = steps.find(({ id }) => id === view?.execution.pointer);
  const outcomes = current?.type === 'HUMAN' ? outcomesOf(current) : [];
  return outcomes.find(({ name }) => name === outcome)?.label ?? outcome;
}

function isDecision(view: TaskView | undefined): boolean {
  const current = view?.definition.steps.find(({ id }) => id === view.execution.pointer);
  return current === undefined || current.type === 'HUMAN';
}

function atTime(time: Date | null): string {
  return time === null ? '' : `, ${slackTime(time)}`;
}
