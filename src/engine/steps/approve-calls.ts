import { type Actor, personBehind } from '../../domain/actor.ts';
import type { PendingApproval } from '../../domain/agent-run.ts';
import { openAsks } from '../../domain/asks.ts';
import type { RunStep } from '../../domain/definition.ts';
import { noTimers } from '../../domain/execution.ts';
import type { JsonObject } from '../../domain/json.ts';
import { parseRecipient } from '../../domain/recipient.ts';
import { hideSecretFields } from '../../domain/secret-values.ts';
import type { StepRun } from '../../domain/step-run.ts';
import { toToolApproval } from '../../domain/tool-approval.ts';
import { failStep } from '../advance.ts';
import type { Draft } from '../draft.ts';
import { closeAsks, noticeUnanswerable, openNewAsks } from './asks.ts';
import { renderRecipients } from './render-recipients.ts';
import { announceRun } from './run.ts';

export interface WantedApproval {
  agentName: string;
  calls: readonly PendingApproval[];
}

/** Asks people about the calls that an agent wants to make. The run waits until one of them has decided. */
export function askApproval(
  draft: Draft,
  step: RunStep,
  run: StepRun,
  wanted: WantedApproval & { log: JsonObject },
): void {
  const recipients = approversOf(draft, step);
  const invalid = recipients.filter((recipient) => parseRecipient(recipient) === null);
  if (recipients.length === 0 || invalid.length > 0) {
    draft.updateCurrent({ run });
    return failStep(
      draft,
      {
        code: 'no-assignee',
        message: `The agent of the step "${step.name}" wants to call a tool that needs a person, and there is nobody to ask: name approvers in the step.`,
        data: { invalid },
      },
      wanted.log,
    );
  }
  const approval = toToolApproval(wanted.agentName, wanted.calls);
  const waiting = {
    kind: 'approval',
    message: 'A person has to allow what the agent wants to do.',
    since: draft.now,
  } as const;
  draft.updateCurrent({
    status: 'STARTED',
    run: { ...run, approval, decisions: [], waiting },
    votes: [],
    decisionDigest: approval.digest,
    timers: noTimers,
  });
  const { currentStep } = draft;
  if (currentStep.type !== 'HUMAN') throw new Error('an approval is a decision');
  const asked = openNewAsks(
    draft,
    currentStep,
    recipients.map((recipient) => ({ recipient, onBehalfOf: null })),
  );
  draft.emitStep('WORKFLOW_STEP_EXECUTION_STARTED', {
    reason: 'approval',
    assignees: asked,
    calls: wanted.calls.map(({ server, tool, arguments: args, digest }) => ({
      server,
      tool,
      digest,
      arguments: JSON.stringify(hideSecretFields(args)).slice(0, 10_000).toWellFormed(),
    })),
    digest: approval.digest,
    ...wanted.log,
  });
  draft.addEffect({ kind: 'task-card' });
  noticeUnanswerable(draft, currentStep);
}

/** Takes a person's decision about the calls into the run, which goes on. */
export function resumeAfterApproval(
  draft: Draft,
  decided: { outcome: string; label: string; comment: string | null; actor: Actor },
): void {
  const { run, index } = draft.current;
  if (run === null || run.approval === null) throw new Error('nothing waits for an approval');
  const { outcome, label, comment, actor } = decided;
  const decision = outcome === 'approved' ? 'approved' : 'rejected';
  const note = comment === null || comment.trim() === '' ? label : `${label}: ${comment}`;
  const recipients = openAsks(draft.current).map(({ recipient }) => recipient);
  closeAsks(draft, recipients, { why: 'decided', to: [], by: actor, note, at: draft.now });
  const decisions = run.approval.calls.map(
    ({ callId, digest }) => ({ callId, digest, decision, comment }) as const,
  );
  draft.updateCurrent({
    status: 'SCHEDULED',
    run: { ...run, approval: null, decisions: [...decisions], waiting: null },
    votes: [],
    decisionDigest: null,
  });
  announceRun(draft);
  draft.addEffect({ kind: 'update-asks', stepIndex: index });
  draft.addEffect({ kind: 'step-note', stepIndex: index, about: 'calls-decided' });
  draft.addEffect({ kind: 'task-card' });
}

/** The step's own, else who started the task. */
function approversOf(draft: Draft, step: RunStep): string[] {
  const named = step.type === 'AGENT' ? (step.approvers ?? []) : [];
  const rendered = renderRecipients(draft, named);
  const starter = personBehind(draft.execution.startedBy);
  return rendered.length > 0 || starter === null ? rendered : [starter];
}
