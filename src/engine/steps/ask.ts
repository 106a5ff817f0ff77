import { personBehind } from '../../domain/actor.ts';
import { decisionDigest } from '../../domain/decision-digest.ts';
import type { Deadline, HumanStep, UserMessageStep } from '../../domain/definition.ts';
import { addDuration, durationMs } from '../../domain/duration.ts';
import { type ExecutionState, type StepTimers, noTimers } from '../../domain/execution.ts';
import { isJsonObject } from '../../domain/json.ts';
import { canonicalRecipient, parseRecipient } from '../../domain/recipient.ts';
import type { Draft } from '../draft.ts';
import { type AskingStep, noticeUnanswerable, openNewAsks } from './asks.ts';
import type { Entered } from './entered.ts';
import { renderPrefill } from './prefill.ts';
import { renderRecipients } from './render-recipients.ts';

/** How often a step reminds when it says that it reminds and not how often. */
export const defaultMaxReminders = 3;

const hourMs = 3_600_000;

/** `USER_MESSAGE` and `HUMAN`: find out who is asked, ask each of them, set reminder and deadline. */
export function enterAsk(draft: Draft, step: AskingStep): Entered {
  const wanted = renderAssignees(draft, step);
  const invalid = wanted.filter((assignee) => parseRecipient(assignee) === null);
  if (wanted.length === 0 || invalid.length > 0) {
    draft.updateCurrent({ assignees: wanted });
    return {
      kind: 'failed',
      failure: {
        code: 'no-assignee',
        message:
          invalid.length > 0
            ? `The step "${step.name}" is assigned to ${invalid.map((text) => `"${text}"`).join(', ')}, which names nobody: use a Slack user, an email, @group or #channel.`
            : `The step "${step.name}" has nobody to ask: it names no assignee, the task has no input "assignee", and no person started it.`,
        data: { invalid },
      },
    };
  }
  if (step.type === 'HUMAN') prepareDecision(draft, step);
  draft.updateCurrent({ timers: timersOf(step, draft.now) });
  const asked = openNewAsks(
    draft,
    step,
    wanted.map((recipient) => ({ recipient, onBehalfOf: null })),
  );
  const excluded = wanted.filter((recipient) => !asked.includes(recipient));
  const { inputs, decisionDigest: digest } = draft.current;
  draft.emitStep('WORKFLOW_STEP_EXECUTION_STARTED', {
    inputs,
    assignees: asked,
    ...(excluded.length > 0 ? { excluded } : {}),
    ...(digest === null ? {} : { digest }),
  });
  draft.addEffect({ kind: 'task-card' });
  noticeUnanswerable(draft, step);
  return { kind: 'waiting' };
}

/** What the form starts with, and the digest of what is decided on. @throws TemplateValueMissing */
function prepareDecision(draft: Draft, step: HumanStep): void {
  const prefilled = renderPrefill(draft, step);
  const { revisionId } = draft.execution;
  const { inputs } = draft.current;
  draft.updateCurrent({
    prefilled,
    decisionDigest: decisionDigest({ revisionId, step, inputs, prefilled }),
  });
}

/** As rendered, each once. */
function renderAssignees(draft: Draft, step: UserMessageStep | HumanStep): string[] {
  const single = step.type === 'USER_MESSAGE' && step.assignee !== undefined ? [step.assignee] : [];
  const rendered = renderRecipients(draft, [...single, ...(step.assignees ?? [])]);
  return rendered.length > 0 ? rendered : defaultAssignees(draft.execution).map(canonicalRecipient);
}

/** The input named `assignee` (a text, or an object with an `email`), else the person who started the task, or made the schedule that did. */
function defaultAssignees(execution: ExecutionState): string[] {
  const assignee = execution.context.inputs['assignee'];
  if (typeof assignee === 'string' && assignee.trim() !== '') return [assignee.trim()];
  if (isJsonObject(assignee) && typeof assignee['email'] === 'string') return [assignee['email'].trim()];
  const starter = personBehind(execution.startedBy);
  return starter === null ? [] : [starter];
}

/** When a step that begins now warns and ends. */
export function timersOf({ deadline }: UserMessageStep | HumanStep, now: Date): StepTimers {
  if (deadline === undefined) return noTimers;
  const deadlineAt = addDuration(now, deadline.after);
  const beforeMs = warnBeforeMs(deadline);
  return {
    ...noTimers,
    deadlineAt,
    warnAt: beforeMs === null ? null : new Date(deadlineAt.getTime() - beforeMs),
  };
}

/** How long before a deadline its warning comes; null when there is none. */
export function warnBeforeMs({ after, warnBefore }: Deadline): number | null {
  if (warnBefore !== undefined) return durationMs(warnBefore);
  const afterMs = durationMs(after);
  return afterMs < hourMs ? null : Math.min(afterMs / 4, 4 * hourMs);
}
