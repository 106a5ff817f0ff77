import type { HumanStep, Step, UserMessageStep } from '../../domain/definition.ts';
import { addDuration } from '../../domain/duration.ts';
import { type ExecutionState, type StepTimers, noTimers } from '../../domain/execution.ts';
import { isJsonObject } from '../../domain/json.ts';
import { canonicalRecipient, parseRecipient } from '../../domain/recipient.ts';
import type { Draft } from '../draft.ts';
import type { Entered } from './entered.ts';
import { renderRecipients } from './render-recipients.ts';

/** How often a step reminds when it says that it reminds and not how often. */
export const defaultMaxReminders = 3;

/** `USER_MESSAGE` and `HUMAN`: find out who is asked, ask each of them, set reminder and deadline. */
export function enterAsk(draft: Draft, step: (UserMessageStep | HumanStep) & Step): Entered {
  const assignees = renderAssignees(draft, step);
  const invalid = assignees.filter((assignee) => parseRecipient(assignee) === null);
  draft.updateCurrent({ assignees });
  if (assignees.length === 0 || invalid.length > 0) {
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
  draft.updateCurrent({ timers: timersOf(step, draft.now) });
  draft.emitStep('WORKFLOW_STEP_EXECUTION_STARTED', { inputs: draft.current.inputs, assignees });
  for (const recipientIndex of assignees.keys()) {
    draft.addEffect({ kind: 'ask', stepIndex: draft.current.index, recipientIndex });
  }
  draft.addEffect({ kind: 'task-card' });
  return { kind: 'waiting' };
}

/** As rendered, each once. */
function renderAssignees(draft: Draft, step: UserMessageStep | HumanStep): string[] {
  const single = step.type === 'USER_MESSAGE' && step.assignee !== undefined ? [step.assignee] : [];
  const rendered = renderRecipients(draft, [...single, ...(step.assignees ?? [])]);
  return rendered.length > 0 ? rendered : defaultAssignees(draft.execution).map(canonicalRecipient);
}

/** The input named `assignee` (a text, or an object with an `email`), else the person who started the task. */
function defaultAssignees(execution: ExecutionState): string[] {
  const assignee = execution.context.inputs['assignee'];
  if (typeof assignee === 'string' && assignee.trim() !== '') return [assignee.trim()];
  if (isJsonObject(assignee) && typeof assignee['email'] === 'string') return [assignee['email'].trim()];
  return execution.startedBy.kind === 'person' ? [execution.startedBy.userId] : [];
}

function timersOf(step: UserMessageStep | HumanStep, now: Date): StepTimers {
  return {
    ...noTimers,
    remindAt: step.reminder === undefined ? null : addDuration(now, step.reminder.every),
    deadlineAt: step.deadline === undefined ? null : addDuration(now, step.deadline.after),
  };
}
