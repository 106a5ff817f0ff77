import { systemActor } from '../../domain/actor.ts';
import { isAskStep, isRunStep } from '../../domain/definition.ts';
import { currentStepExecution, hasEnded } from '../../domain/execution.ts';
import { endExecution, finishStep } from '../advance.ts';
import type { Draft } from '../draft.ts';
import { passDeadline } from '../steps/pass-deadline.ts';
import { remind, warnOfDeadline } from '../steps/remind.ts';
import { wakeRun } from '../steps/end-run.ts';
import { closeCurrentStep } from './cancel.ts';

/** Does what is due by the clock: expiry, the end of a wait, a deadline, a warning, a reminder; at most one of them. */
export function wakeExecution(draft: Draft): void {
  const { execution, now } = draft;
  if (hasEnded(execution)) return;
  if (execution.expiresAt <= now) return expire(draft);
  const current = execution.status === 'RUNNING' ? currentStepExecution(execution) : undefined;
  if (current === undefined) return;
  const { wakeAt, deadlineAt, warnAt, remindAt } = current.timers;
  const step = draft.currentStep;
  if (isRunStep(step)) return wakeRun(draft);
  if (wakeAt !== null && wakeAt <= now) {
    finishStep(draft, { outcome: null, output: null, actor: systemActor, comment: null });
    return draft.addEffect({ kind: 'task-card' });
  }
  if (!isAskStep(step)) return;
  if (deadlineAt !== null && deadlineAt <= now) return passDeadline(draft, step);
  if (warnAt !== null && warnAt <= now) return warnOfDeadline(draft);
  if (remindAt !== null && remindAt <= now) remind(draft, step);
}

function expire(draft: Draft): void {
  closeCurrentStep(draft);
  endExecution(draft, 'EXPIRED');
  draft.emit('WORKFLOW_EXECUTION_EXPIRED');
}
