import { systemActor } from '../../domain/actor.ts';
import type { HumanStep, UserMessageStep } from '../../domain/definition.ts';
import { addDuration } from '../../domain/duration.ts';
import { currentStepExecution, hasEnded } from '../../domain/execution.ts';
import { TemplateValueMissing } from '../../domain/template.ts';
import { endExecution, failStep, finishStep } from '../advance.ts';
import type { Draft } from '../draft.ts';
import { defaultMaxReminders } from '../steps/ask.ts';
import { renderRecipients } from '../steps/render-recipients.ts';
import { closeCurrentStep } from './cancel.ts';

/** Does what is due by the clock: expiry, the end of a wait, a deadline, a reminder; at most one of them. */
export function wakeExecution(draft: Draft): void {
  const { execution, now } = draft;
  if (hasEnded(execution)) return;
  if (execution.expiresAt <= now) return expire(draft);
  const current = execution.status === 'RUNNING' ? currentStepExecution(execution) : undefined;
  if (current === undefined) return;
  const { wakeAt, deadlineAt, remindAt } = current.timers;
  if (wakeAt !== null && wakeAt <= now) {
    finishStep(draft, { outcome: null, output: null, actor: systemActor, comment: null });
    return draft.addEffect({ kind: 'task-card' });
  }
  const step = draft.currentStep;
  if (step.type === 'WAIT') return;
  if (deadlineAt !== null && deadlineAt <= now) return passDeadlineOrFail(draft, step);
  if (remindAt !== null && remindAt <= now) remind(draft, step);
}

function expire(draft: Draft): void {
  closeCurrentStep(draft);
  endExecution(draft, 'EXPIRED');
  draft.emit('WORKFLOW_EXECUTION_EXPIRED');
}

function remind(draft: Draft, step: HumanStep | UserMessageStep): void {
  const { index, remindersSent, timers, assignees } = draft.current;
  if (step.reminder === undefined) return;
  const reminder = remindersSent + 1;
  const isLast = reminder >= (step.reminder.max ?? defaultMaxReminders);
  draft.updateCurrent({
    remindersSent: reminder,
    timers: { ...timers, remindAt: isLast ? null : addDuration(draft.now, step.reminder.every) },
  });
  draft.emitStep('WORKFLOW_STEP_EXECUTION_REMINDER', { reminder });
  for (const recipientIndex of assignees.keys()) {
    draft.addEffect({ kind: 'remind', stepIndex: index, recipientIndex, reminder });
  }
}

function passDeadlineOrFail(draft: Draft, step: HumanStep | UserMessageStep): void {
  try {
    passDeadline(draft, step);
  } catch (error) {
    if (!(error instanceof TemplateValueMissing)) throw error;
    draft.addEffect({ kind: 'update-asks', stepIndex: draft.current.index });
    failStep(draft, { code: 'template-value-missing', message: error.message, data: { path: error.path } });
  }
}

/** Nobody acted in time: ask more people, or take the handoff that the step names for this case. */
function passDeadline(draft: Draft, step: HumanStep | UserMessageStep): void {
  const { index, timers, assignees } = draft.current;
  if (step.deadline === undefined) return;
  if (step.deadline.then !== 'escalate') {
    draft.addEffect({ kind: 'update-asks', stepIndex: index });
    draft.addEffect({ kind: 'step-note', stepIndex: index, about: 'timed-out' });
    finishStep(draft, { outcome: step.deadline.then, output: null, actor: systemActor, comment: null });
    return draft.addEffect({ kind: 'task-card' });
  }
  const named = renderRecipients(draft, step.deadline.escalateTo ?? []);
  const escalatedTo = named.filter((recipient) => !assignees.includes(recipient));
  const all = [...assignees, ...escalatedTo];
  draft.updateCurrent({ assignees: all, escalatedAt: draft.now, timers: { ...timers, deadlineAt: null } });
  draft.update({ waitingFor: all });
  draft.emitStep('WORKFLOW_STEP_EXECUTION_ESCALATED', { to: escalatedTo });
  draft.addEffect({ kind: 'update-asks', stepIndex: index });
  for (const offset of escalatedTo.keys()) {
    draft.addEffect({ kind: 'ask', stepIndex: index, recipientIndex: assignees.length + offset });
  }
  draft.addEffect({ kind: 'step-note', stepIndex: index, about: 'escalated' });
  draft.addEffect({ kind: 'task-card' });
}
