import { AppError, type FieldError } from '../errors.ts';
import type { Actor } from './actor.ts';
import { closedVerbs } from './closed-verbs.ts';
import type { ExclusionRule } from './exclusion.ts';
import type { ClosedAsk, ExecutionStatus, StepExecutionStatus } from './execution.ts';

/** Why a command was refused. Nothing was changed; each edge says it in its own words. */
export type RefusalReason =
  /** Somebody else, or the same person earlier, ended this step execution. */
  | {
      kind: 'already-done';
      status: StepExecutionStatus;
      outcome: string | null;
      outcomeLabel: string | null;
      actor: Actor | null;
      at: Date | null;
    }
  | { kind: 'already-voted'; outcome: string; at: Date }
  | { kind: 'execution-ended'; status: ExecutionStatus; at: Date | null }
  | { kind: 'execution-failed'; message: string }
  | { kind: 'not-failed'; status: ExecutionStatus }
  /** `lost`: they were asked, and what took it away from them. */
  | { kind: 'not-entitled'; assignees: string[]; lost?: ClosedAsk }
  /** A two-person rule. `recipient`: somebody else than the caller, who cannot be asked because of it. */
  | { kind: 'excluded'; rule: ExclusionRule; recipient?: string }
  | { kind: 'may-not-reassign'; assignees: string[] }
  /** What was to be decided on is no longer what they saw: show it again. */
  | { kind: 'changed-meanwhile' }
  /** The outcome needs the form, and it was not sent or what was sent does not fit. */
  | { kind: 'form-required'; outcomeLabel: string; errors: FieldError[] }
  | { kind: 'person-required' }
  | { kind: 'comment-required'; outcomeLabel: string }
  | { kind: 'unknown-outcome'; outcome: string; known: string[] }
  | { kind: 'wrong-command'; detail: string }
  /** A worker has no right (any more) to do the run of this step. */
  | { kind: 'run-refused'; detail: string }
  | { kind: 'output-invalid'; errors: FieldError[] };

const statusByKind: Record<RefusalReason['kind'], number> = {
  'already-done': 409,
  'already-voted': 409,
  'execution-ended': 409,
  'execution-failed': 409,
  'not-failed': 409,
  'changed-meanwhile': 409,
  'run-refused': 409,
  'not-entitled': 403,
  'may-not-reassign': 403,
  excluded: 403,
  'person-required': 403,
  'comment-required': 422,
  'form-required': 422,
  'unknown-outcome': 422,
  'wrong-command': 422,
  'output-invalid': 422,
};

/** Thrown by `transition` when the rules do not allow the command. */
export class Refusal extends AppError {
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason) {
    super(reason.kind, statusByKind[reason.kind], explainRefusal(reason), {
      fields: 'errors' in reason ? reason.errors : [],
    });
    this.reason = reason;
  }
}

/** One or two plain sentences, times in ISO 8601 UTC. */
export function explainRefusal(reason: RefusalReason): string {
  switch (reason.kind) {
    case 'already-done':
      return `This step is already ${reason.outcome ?? reason.status.toLowerCase()}${byAndAt(reason.actor, reason.at)}. Nothing changed.`;
    case 'already-voted':
      return `You already chose "${reason.outcome}" at ${reason.at.toISOString()}. Nothing changed.`;
    case 'execution-ended':
      return `This task is already ${reason.status.toLowerCase()}${byAndAt(null, reason.at)}. Nothing changed.`;
    case 'execution-failed':
      return `This task has stopped: ${reason.message} Retry or cancel it first.`;
    case 'not-failed':
      return `Only a task that has stopped as FAILED can be retried; this one is ${reason.status}.`;
    case 'not-entitled':
      return `${explainLoss(reason.lost)}${explainWho(reason.assignees)} It is still waiting.`;
    case 'excluded':
      return explainExclusion(reason.rule, reason.recipient);
    case 'may-not-reassign':
      return `Only who is asked (${reason.assignees.join(', ')}), who started the task, or somebody who may edit the workflow can reassign this. Nothing changed.`;
    case 'changed-meanwhile':
      return 'What is to be decided has changed since you saw it. Look at it again, and then decide.';
    case 'form-required':
      return `"${reason.outcomeLabel}" needs its form: send it as the output.`;
    case 'person-required':
      return 'Only a person can decide this: in Slack, or with a personal API key.';
    case 'comment-required':
      return `"${reason.outcomeLabel}" needs a reason: send a comment.`;
    case 'unknown-outcome':
      return `"${reason.outcome}" is not an outcome of this step. It has: ${reason.known.join(', ')}.`;
    case 'wrong-command':
    case 'run-refused':
      return reason.detail;
    case 'output-invalid':
      return 'The output does not fit the output schema of the step.';
  }
}

function explainWho(assignees: readonly string[]): string {
  return assignees.length === 0
    ? 'Nobody can do this until it is reassigned.'
    : `Only ${assignees.join(', ')} can do this.`;
}

function explainLoss(lost: ClosedAsk | undefined): string {
  if (lost === undefined) return '';
  const to = lost.to.length === 0 ? '' : ` to ${lost.to.join(', ')}`;
  return `This ${closedVerbs[lost.why]}${to}${byAndAt(lost.by, lost.at)}. `;
}

function explainExclusion(rule: ExclusionRule, recipient: string | undefined): string {
  if (recipient !== undefined) {
    const why = rule === 'starter' ? 'started this task' : 'decided an earlier step of this task';
    return `${recipient} ${why}, and this step must be decided by somebody else. Nothing changed.`;
  }
  return rule === 'starter'
    ? 'Whoever started the task cannot decide this step. It is still waiting for somebody else.'
    : 'Whoever decided an earlier step of this task cannot decide this one. It is still waiting for somebody else.';
}

function byAndAt(actor: Actor | null, at: Date | null): string {
  const by = actor === null ? '' : ` by ${actor.kind === 'system' ? 'Baton' : (actor.name ?? idOf(actor))}`;
  return `${by}${at === null ? '' : ` at ${at.toISOString()}`}`;
}

function idOf(actor: Exclude<Actor, { kind: 'system' }>): string {
  switch (actor.kind) {
    case 'person':
      return actor.userId;
    case 'key':
      return actor.keyId;
    case 'schedule':
      return actor.triggerId;
  }
}
