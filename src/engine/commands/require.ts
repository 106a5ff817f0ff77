import type { Caller, Person } from '../../domain/actor.ts';
import { entitlingAssignees } from '../../domain/asks.ts';
import { isAskStep, isRunStep, outcomesOf } from '../../domain/definition.ts';
import { type Ask, type StepExecution, hasEnded } from '../../domain/execution.ts';
import { includesPerson } from '../../domain/recipient.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Draft } from '../draft.ts';
import type { AskingStep } from '../steps/asks.ts';

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
  if (found.status === 'SCHEDULED' && found.run !== null) throw doneByItself(found);
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

/** Nobody does in place of a model or a tool what they have to do. */
export function doneByItself({ stepName }: Pick<StepExecution, 'stepName'>): Refusal {
  const detail = `The step "${stepName}" is done by a model or a tool: cancel the task, or send it to another step.`;
  return new Refusal({ kind: 'wrong-command', detail });
}

/** @throws Refusal when the execution has ended */
export function requireNotEnded(draft: Draft): void {
  const { execution } = draft;
  if (hasEnded(execution))
    throw new Refusal({ kind: 'execution-ended', status: execution.status, at: execution.endedAt });
}

/**
 * @returns the assignees that entitle the person
 * @throws Refusal unless there is one; it says what took the ask from them, when they had one
 */
export function requireAssignee(stepExecution: StepExecution, person: Person): string[] {
  const recipients = entitlingAssignees(stepExecution, person);
  if (recipients.length > 0) return recipients;
  const { assignees, asks } = stepExecution;
  const lost = asks.findLast((ask) => ask.closed !== null && isNamedBy(ask, person))?.closed;
  throw new Refusal({ kind: 'not-entitled', assignees, ...(lost ? { lost } : {}) });
}

/** True when the person is asked, is in the group that is asked, or is away and somebody stands in for them. */
export function isNamedBy({ recipient, onBehalfOf }: Ask, person: Person): boolean {
  return includesPerson(recipient, person) || (onBehalfOf !== null && includesPerson(onBehalfOf, person));
}

/** The step that the task waits at. @throws Refusal unless people are asked there */
export function requireAsking(draft: Draft): AskingStep {
  const step = draft.currentStep;
  if (isAskStep(step)) return step;
  const does = isRunStep(step) ? 'is done by a model or a tool' : 'waits';
  throw new Refusal({ kind: 'wrong-command', detail: `The step "${step.name}" asks nobody: it ${does}.` });
}

/** @throws Refusal unless the caller is a person: no key of a program decides */
export function requirePerson(caller: Caller): Person {
  if (caller.kind !== 'person') throw new Refusal({ kind: 'person-required' });
  return caller;
}

function outcomeLabel(draft: Draft, stepExecution: StepExecution): string | null {
  const step = draft.definition.steps.find((candidate) => candidate.id === stepExecution.stepId);
  if (step?.type !== 'HUMAN') return null;
  return outcomesOf(step).find((outcome) => outcome.name === stepExecution.outcome)?.label ?? null;
}
