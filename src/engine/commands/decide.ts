import { actorOf } from '../../domain/actor.ts';
import type { Command } from '../../domain/command.ts';
import { decisionDigest } from '../../domain/decision-digest.ts';
import {
  type HumanStep,
  type Outcome,
  isRefusal,
  isRunStep,
  outcomesOf,
  votesRequired,
} from '../../domain/definition.ts';
import { findEdits, isSameJson } from '../../domain/edits.ts';
import type { StepExecution, Vote } from '../../domain/execution.ts';
import { findExclusion } from '../../domain/exclusion.ts';
import { type JsonObject, type JsonValue, isJsonObject } from '../../domain/json.ts';
import { type JsonSchema, findSchemaErrors } from '../../domain/json-schema.ts';
import { Refusal } from '../../domain/refusal.ts';
import { isSamePerson } from '../../domain/votes.ts';
import { finishStep } from '../advance.ts';
import { resumeAfterApproval } from '../steps/approve-calls.ts';
import { describeVotes } from '../steps/asks.ts';
import type { Draft } from '../draft.ts';
import { doneByItself, requireAssignee, requirePerson, requireWaiting } from './require.ts';

type Decide = Extract<Command, { type: 'decide' }>;

/**
 * One person's choice on a `HUMAN` step. It ends the step when enough people have made the same choice.
 * A person has one vote and may change it while the step is open.
 */
export function decideStep(draft: Draft, command: Decide): void {
  const stepExecution = requireWaiting(draft, command.stepExecutionId);
  const step = draft.currentStep;
  if (isRunStep(step)) throw doneByItself(stepExecution);
  if (step.type !== 'HUMAN') {
    throw new Refusal({
      kind: 'wrong-command',
      detail: `The step "${step.name}" is not decided; it is completed.`,
    });
  }
  const person = requirePerson(command.by);
  const rule = findExclusion(draft.execution, step, person.userId);
  if (rule !== null) throw new Refusal({ kind: 'excluded', rule });
  const recipients = requireAssignee(stepExecution, person);
  requireSeen(stepExecution, command);
  const outcome = requireOutcome(step, command);
  const output = requireForm(step, stepExecution, outcome, command);

  const actor = actorOf(person);
  const mine = stepExecution.votes.find((earlier) => isSamePerson(earlier.actor, actor));
  requireChange(mine, outcome, command);
  const vote = { actor, outcome: outcome.name, comment: command.comment, output, recipients, at: draft.now };
  record(draft, step, { vote, outcome, mine, isDigestGiven: typeof command.digest === 'string' });
}

interface Decision {
  vote: Vote;
  outcome: Outcome;
  /** Their earlier vote. */
  mine: Vote | undefined;
  isDigestGiven: boolean;
}

function record(draft: Draft, step: HumanStep, { vote, outcome, mine, isDigestGiven }: Decision): void {
  const { index: stepIndex, prefilled, decisionDigest: digest } = draft.current;
  const edits = findEdits(prefilled, vote.output);
  const others = draft.current.votes.filter((earlier) => earlier !== mine);
  // Who agreed to other words has not agreed to these.
  const isEdited = edits.length > 0 && !isRefusal(step, outcome.name);
  const dropped = !isEdited ? [] : others.filter((earlier) => !isRefusal(step, earlier.outcome));
  const votes = [...others.filter((earlier) => !dropped.includes(earlier)), vote];
  const given = votes.filter((earlier) => earlier.outcome === outcome.name).length;
  const required = votesRequired(step, outcome);
  const facts: JsonObject = { digest, ...(edits.length > 0 ? { edits } : {}) };
  draft.updateCurrent({ votes });
  draft.emitStep(
    'WORKFLOW_STEP_EXECUTION_DECIDED',
    {
      outcome: outcome.name,
      comment: vote.comment,
      votes: given,
      required,
      ...(mine === undefined ? {} : { changedFrom: mine.outcome }),
      ...(dropped.length === 0 ? {} : { droppedVotes: describeVotes(dropped) }),
      ...facts,
      isDigestGiven,
    },
    vote.actor,
  );
  draft.addEffect({ kind: 'update-asks', stepIndex });
  if (given < required) {
    if (isEdited) proposeEdited(draft, step, vote.output);
    return draft.addEffect({ kind: 'task-card' });
  }

  const { output, actor, comment } = vote;
  if (draft.current.run !== null) {
    return resumeAfterApproval(draft, { outcome: outcome.name, label: outcome.label, comment, actor });
  }
  draft.addEffect({ kind: 'step-note', stepIndex, about: 'decided' });
  finishStep(draft, { outcome: outcome.name, output, actor, comment, facts });
  draft.addEffect({ kind: 'task-card' });
}

/** What one person has edited is what the others decide on: their forms start with it, and older ones are refused. */
function proposeEdited(draft: Draft, step: HumanStep, output: JsonValue): void {
  if (!isJsonObject(output)) return;
  const { inputs, prefilled: before, drafted = before } = draft.current;
  const fields = Object.keys(before).filter((field) => output[field] !== undefined);
  const prefilled = Object.fromEntries(fields.map((field) => [field, output[field] ?? null]));
  const { revisionId } = draft.execution;
  draft.updateCurrent({
    prefilled,
    drafted,
    decisionDigest: decisionDigest({ revisionId, step, inputs, prefilled }),
  });
}

/** @throws Refusal when the person saw something else than what there is to decide on now */
function requireSeen({ decisionDigest, run }: StepExecution, { digest, outcome }: Decide): void {
  if (decisionDigest === null || digest === decisionDigest) return;
  if (typeof digest !== 'string') {
    if (run === null || outcome !== 'approved') return;
    // One visit may ask about an agent's calls several times.
    const detail = 'Say which calls you allow: send the decisionDigest of the step as digest.';
    throw new Refusal({ kind: 'wrong-command', detail });
  }
  throw new Refusal({ kind: 'changed-meanwhile' });
}

function requireOutcome(step: HumanStep, command: Decide): Outcome {
  const outcomes = outcomesOf(step);
  const outcome = outcomes.find((candidate) => candidate.name === command.outcome);
  if (outcome === undefined) {
    throw new Refusal({
      kind: 'unknown-outcome',
      outcome: command.outcome,
      known: outcomes.map(({ name }) => name),
    });
  }
  if (outcome.requireComment === true && (command.comment ?? '').trim() === '') {
    throw new Refusal({ kind: 'comment-required', outcomeLabel: outcome.label });
  }
  return outcome;
}

/**
 * What goes on as the output: the form as it was sent, else what it started with. A refusal needs no form.
 *
 * @throws Refusal when it does not fit the output schema
 */
function requireForm(
  step: HumanStep,
  { prefilled }: StepExecution,
  outcome: Outcome,
  command: Decide,
): JsonValue {
  const isNo = isRefusal(step, outcome.name);
  const isPrefilled = !isNo && Object.keys(prefilled).length > 0;
  const output = command.output ?? (isPrefilled ? prefilled : null);
  if (step.outputSchema === undefined || (isNo && output === null)) return output;
  const errors = findSchemaErrors(step.outputSchema as JsonSchema, output ?? {}, 'output');
  if (errors.length === 0) return output;
  if (command.output !== null) throw new Refusal({ kind: 'output-invalid', errors });
  throw new Refusal({ kind: 'form-required', outcomeLabel: outcome.label, errors });
}

/** The same outcome again may carry another reason or another form. @throws Refusal when nothing is new */
function requireChange(mine: Vote | undefined, outcome: Outcome, command: Decide): void {
  if (mine?.outcome !== outcome.name) return;
  const hasNewReason = (command.comment ?? '').trim() !== '' && command.comment !== mine.comment;
  const hasNewForm = command.output !== null && !isSameJson(command.output, mine.output);
  if (!hasNewReason && !hasNewForm)
    throw new Refusal({ kind: 'already-voted', outcome: mine.outcome, at: mine.at });
}
