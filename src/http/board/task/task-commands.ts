import type { Request } from 'express';
import type { Person } from '../../../domain/actor.ts';
import { findStep, type HumanStep } from '../../../domain/definition.ts';
import type { StepExecution } from '../../../domain/execution.ts';
import type { JsonObject, JsonValue } from '../../../domain/json.ts';
import { canonicalRecipient, parseRecipient } from '../../../domain/recipient.ts';
import { askedStep } from '../../../domain/tool-approval.ts';
import type { ExecutionCommand, ReadExecution } from '../../../engine/engine.ts';
import { NotFoundError, ValidationError } from '../../../errors.ts';
import type { BoardDeps } from '../board-deps.ts';
import { fieldOf } from '../csrf.ts';
import { type FormErrors, type FormState, readBlockInputs } from '../forms/block-inputs.ts';
import { completeCommand } from './read-task.ts';
import { reasonField } from './task-answer.ts';

const maxRecipients = 20;

/** A decision as it was sent, with what is wrong with its fields. */
export interface SentDecision {
  command: ExecutionCommand;
  step: HumanStep;
  fields: FormState;
  errors: FormErrors;
}

/** Reads the form of a decision. It is pinned to the visit, and to what was to be decided, when the page was made. */
export function readDecision(
  { forms }: Pick<BoardDeps, 'forms'>,
  req: Request,
  { state, definition }: ReadExecution,
  by: Person,
): SentDecision {
  const stepExecutionId = fieldOf(req, 'step');
  const outcome = fieldOf(req, 'outcome');
  const visit = state.stack.find(({ id }) => id === stepExecutionId);
  const step = visit === undefined ? null : decidedStep(definition, visit);
  if (visit === undefined || step === null)
    throw new NotFoundError('This step is no longer there. Nothing changed.');
  const hasFields = forms.hasFields(step, outcome);
  const isAsked = step.outputSchema !== undefined;
  const fields = isAsked ? readBlockInputs(forms.decisionFields(step, visit, by.userId), req.body) : {};
  const read: { output: JsonObject | null; errors: FormErrors } = hasFields
    ? forms.readDecision(step, visit, by.userId, fields)
    : { output: null, errors: {} };
  const digest = fieldOf(req, 'digest');
  const output: JsonValue = read.output;
  const command = {
    type: 'decide',
    stepExecutionId,
    outcome,
    comment: commentOf(req),
    output,
    digest,
    by,
  } as const;
  return {
    command: digest === '' ? { ...command, digest: null } : command,
    step,
    fields,
    errors: read.errors,
  };
}

/** `Mark done` */
export function readCompletion(req: Request, by: Person): ExecutionCommand {
  return completeCommand(fieldOf(req, 'step'), by);
}

export function readCancellation(req: Request, by: Person): ExecutionCommand {
  return { type: 'cancel', reason: commentOf(req), by };
}

export function readRetry(req: Request, by: Person): ExecutionCommand {
  return { type: 'retry', from: fieldOf(req, 'from') === 'start' ? 'start' : 'step', by };
}

export function readReroute(req: Request, by: Person): ExecutionCommand {
  return { type: 'reroute', to: fieldOf(req, 'to'), reason: commentOf(req), by };
}

/**
 * People who cannot be asked are refused here, because the engine does not know who is in the workspace.
 *
 * @throws ValidationError that says why
 */
export async function readReassignment(
  { forms, people }: Pick<BoardDeps, 'forms' | 'people'>,
  req: Request,
  { state }: ReadExecution,
  by: Person,
): Promise<ExecutionCommand> {
  const typed = [fieldOf(req, 'person'), ...forms.splitPeople(fieldOf(req, 'to'))].filter(
    (entry) => entry !== '',
  );
  const wrong = typed.find((entry) => parseRecipient(entry) === null);
  if (wrong !== undefined)
    throw new ValidationError(`“${wrong}” names nobody. Write it like @finance, #ops or ana@example.com.`);
  const to = [...new Set(typed.map(canonicalRecipient))];
  if (to.length === 0) throw new ValidationError('Say who is to be asked instead.');
  if (to.length > maxRecipients) throw new ValidationError(`At most ${maxRecipients} can be asked.`);
  for (const recipient of to) {
    const problem = await people.whyUnreachable(state.orgId, recipient);
    if (problem !== null) throw new ValidationError(problem);
  }
  const from = fieldOf(req, 'from');
  const note = fieldOf(req, 'note');
  return {
    type: 'reassign',
    stepExecutionId: fieldOf(req, 'step') || null,
    from: from === '' ? null : from,
    to,
    note: note === '' ? null : note,
    // Whether they may manage the task is found out where everybody's rights are.
    canManage: false,
    by,
  };
}

function decidedStep(definition: ReadExecution['definition'], visit: StepExecution): HumanStep | null {
  const found = findStep(definition, visit.stepId);
  const step = found === undefined ? undefined : askedStep(found, visit);
  return step?.type === 'HUMAN' ? step : null;
}

function commentOf(req: Request): string | null {
  const comment = fieldOf(req, reasonField).replaceAll('\r\n', '\n');
  return comment === '' ? null : comment;
}
