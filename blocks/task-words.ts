import type { Definition } from '../src/domain/definition.ts';
import type { ExecutionState, ExecutionStatus, Failure, StepExecution } from '../src/domain/execution.ts';
import { currentStepExecution } from '../src/domain/execution.ts';
import type { StepRun } from '../src/domain/step-run.ts';
import { decidedBy, startSmall } from './decision-words.ts';
import { clip, inline } from './escape.ts';
import { completionIcon, lastDecision } from './last-decision.ts';
import { listRecipients, recipientMention, slackTime } from './people.ts';

const maxReasonLength = 300;

const statusWords: Record<ExecutionStatus, string> = {
  RUNNING: '⏳ In progress',
  COMPLETED: '✅ Completed',
  FAILED: '⚠️ Stopped',
  CANCELLED: '🚫 Cancelled',
  EXPIRED: '⌛ Expired',
};

/**
 * An icon and the words that say the same; of a task that is complete, also how it was decided. Without the
 * definition that is said in the names of the outcomes, not in the words of the buttons.
 */
export function describeStatus(execution: ExecutionState, definition: Definition | null): string {
  const words = statusWords[execution.status];
  if (execution.status === 'COMPLETED') return describeCompletion(execution, definition);
  if (execution.status !== 'RUNNING')
    return execution.endedAt ? `${words} ${slackTime(execution.endedAt)}` : words;
  const current = currentStepExecution(execution);
  if (current === undefined) return words;
  if (isRunning(current)) return `⚙️ Running since ${slackTime(current.startedAt ?? current.scheduledAt)}`;
  return `⏳ Waiting for ${waitingFor(current)}`;
}

function describeCompletion(execution: ExecutionState, definition: Definition | null): string {
  const decision = lastDecision(execution, definition);
  const at = execution.endedAt === null ? '' : slackTime(execution.endedAt);
  if (decision === null) return `${statusWords.COMPLETED} ${at}`.trimEnd();
  const how = `${completionIcon(decision)} Completed: ${startSmall(decidedBy(decision))}`;
  return at === '' ? how : `${how}  ·  ${at}`;
}

/** True while a model or a tool is at it. */
export function isRunning({ run, status }: StepExecution): boolean {
  return run !== null && run.waiting === null && status === 'STARTED';
}

/** What a step that is not over waits for: people, a time or a signal. */
export function waitingFor(stepExecution: StepExecution): string {
  if (stepExecution.run !== null && stepExecution.run.approval === null)
    return describeRunWait(stepExecution.run);
  if (stepExecution.type !== 'WAIT') return listRecipients(stepExecution.assignees, 'or');
  const { wakeAt } = stepExecution.timers;
  return wakeAt === null ? 'a signal from outside' : slackTime(wakeAt);
}

/** Why a model or a tool has not done it yet, in mrkdwn. */
function describeRunWait({ waiting, attempt }: StepRun): string {
  if (waiting === null) return 'its turn';
  const message = clip(inline(waiting.message), 300);
  switch (waiting.kind) {
    case 'retrying':
      return `attempt ${attempt}, because the one before failed: ${message}`;
    case 'no-provider':
      return `a model. ${message}`;
    case 'queued':
    case 'approval':
      return `its turn. ${message}`;
  }
}

/** What Slack refused to deliver, in a sentence. */
export function describeUndeliverable({ recipient, reason }: { recipient: string; reason: string }): string {
  return `Slack could not deliver this to ${recipientMention(recipient)}: ${describeReason(reason)}.`;
}

/** What a person can do about a task that has stopped. */
export function adviseOnFailure(failure: Failure): string {
  switch (failure.code) {
    case 'template-value-missing':
      return 'Start it again with that value filled in, or change the step so that it does not need it.';
    case 'no-assignee':
      return 'Name somebody who can do this step, then start the task again.';
    case 'no-handoff-matched':
    case 'handoff-target-missing':
      return 'Choose where this leads, with *Edit* and Routes on the workflow’s card, then start the task again.';
    case 'visit-cap-reached':
      return 'Look at the routes: the steps lead round in a circle.';
    case 'deadline-passed':
      return 'Retry it to ask again, or cancel it.';
    case 'time-invalid':
      return 'Start it again with a time such as 2026-03-01T09:00:00Z.';
    case 'run-failed':
      return 'Retry it once the reason is gone, or send it to another step.';
    case 'run-abandoned':
      return 'Look at the log of the server, then retry it or cancel it.';
  }
}

const reasonWords: Record<string, string> = {
  user_not_found: 'there is no such person here',
  users_not_found: 'nobody here has this email address',
  channel_not_found: 'the channel does not exist, or Baton is not in it',
  not_in_channel: 'Baton is not in that channel; invite it first',
  is_archived: 'the channel is archived',
  user_disabled: 'their account is deactivated',
  account_inactive: 'their account is deactivated',
  cannot_dm_bot: 'this is a bot, and bots get no messages',
  messages_tab_disabled: 'the app’s message tab is switched off',
  restricted_action: 'the workspace does not allow Baton to post there',
};

function describeReason(reason: string): string {
  const known = Object.hasOwn(reasonWords, reason) ? reasonWords[reason] : undefined;
  return known ?? clip(inline(reason).replace(/\.$/, ''), maxReasonLength);
}
