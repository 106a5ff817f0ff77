import type { Caller, Person } from '../../domain/actor.ts';
import { type Step, outcomesOf } from '../../domain/definition.ts';
import { type StepExecution, hasEnded } from '../../domain/execution.ts';
import { includesPerson } from '../../domain/recipient.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Draft } from '../draft.ts';

/**
 * The step execution that a command is about, which must be the one that the execution waits at.
 *
 * @throws Refusal that says what happened first
 */
export function requireWaiting(draft: Draft, stepExecutionId: string): StepExecution {
  const { execution } = draft;
  const found = execution.stack.find((stepExecution) => stepExecution.id === stepExecutionId);
  if (found === undefined)
    throw new Refusal({ kind: 'wrong-command', detail: 'This task has no such step execution.' });
  if (found.status === 'STARTED' && execution.status === 'RUNNING') return found;
  if (found.status === 'FAILED' && execution.status === 'FAILED') {
    throw new Refusal({ kind: 'execution-failed', message: found.failure?.message ?? 'it failed.' });
  }
  throw new Refusal({
    kind: 'already-done',
    status: found.status,
    outcome: found.outcome,
    outcomeLabel: outcomeLabel(draft, found),
    actor: found.actor,
    at: found.endedAt,
  });
}

/** @throws Refusal when the execution has ended */
export function requireNotEnded(draft: Draft): void {
  const { execution } = draft;
  if (hasEnded(execution))
    throw new Refusal({ kind: 'execution-ended', status: execution.status, at: execution.endedAt });
}

/** @throws Refusal unless the person is among the assignees */
export function requireAssignee(stepExecution: StepExecution, person: Person): void {
  if (stepExecution.assignees.some((assignee) => includesPerson(assignee, person))) return;
  throw new Refusal({ kind: 'not-entitled', assignees: stepExecution.assignees });
}

/** @throws Refusal unless the caller is a person: no key of a program decides */
export function requirePerson(caller: Caller): Person {
  if (caller.kind !== 'person') throw new Refusal({ kind: 'person-required' });
  return caller;
}

/** The two-person rules. @throws Refusal when the person is excluded */
export function requireNotExcluded(draft: Draft, step: Step, person: Person): void {
  if (step.type !== 'HUMAN') return;
  const { startedBy, stack } = draft.execution;
  if (
    step.policy?.excludeStarter === true &&
    startedBy.kind === 'person' &&
    startedBy.userId === person.userId
  ) {
    throw new Refusal({ kind: 'excluded', rule: 'starter' });
  }
  if (step.policy?.excludePrevious !== true) return;
  const decidedEarlier = stack
    .filter((earlier) => earlier.type === 'HUMAN' && earlier.stepId !== step.id)
    .flatMap((earlier) => earlier.votes)
    .some((vote) => vote.actor.kind === 'person' && vote.actor.userId === person.userId);
  if (decidedEarlier) throw new Refusal({ kind: 'excluded', rule: 'previous' });
}

function outcomeLabel(draft: Draft, stepExecution: StepExecution): string | null {
  const step = draft.definition.steps.find((candidate) => candidate.id === stepExecution.stepId);
  if (step?.type !== 'HUMAN') return null;
  return outcomesOf(step).find((outcome) => outcome.name === stepExecution.outcome)?.label ?? null;
}
