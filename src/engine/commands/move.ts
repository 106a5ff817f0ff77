import { actorOf, systemActor } from '../../domain/actor.ts';
import { openAsks } from '../../domain/asks.ts';
import type { Command } from '../../domain/command.ts';
import { decisionDigest } from '../../domain/decision-digest.ts';
import {
  type Definition,
  type HumanStep,
  type Step,
  findStep,
  findStepByName,
  isAskStep,
  outcomesOf,
} from '../../domain/definition.ts';
import { addDuration } from '../../domain/duration.ts';
import { findExclusion, findRecipientExclusion } from '../../domain/exclusion.ts';
import { type ExecutionState, type StepExecution, currentStepExecution } from '../../domain/execution.ts';
import { findSchemaErrors } from '../../domain/json-schema.ts';
import { Refusal } from '../../domain/refusal.ts';
import { countVotes } from '../../domain/votes.ts';
import type { Draft } from '../draft.ts';
import { timersOf } from '../steps/ask.ts';
import { closeAsks, noticeUnanswerable } from '../steps/asks.ts';
import { explainLeftToOthers, findLeftToOthers } from './left-to-others.ts';
import { requireNotEnded } from './require.ts';

type Move = Extract<Command, { type: 'move' }>;

/**
 * The task goes on by another revision of its workflow. It stays at its step: who was asked stays asked, with the
 * votes that were given, but for those whom the new revision excludes; what the step does when it is done, and all that
 * comes after, is as the new revision has it. What was done stays as it was.
 */
export function moveExecution(draft: Draft, { to, by }: Move): void {
  requireNotEnded(draft);
  const { execution, definition: from } = draft;
  requireOther(execution, to);
  requireInputs(execution, to);
  requireRules(execution, from, { to, by });
  const current = currentStepExecution(execution);
  const step = current === undefined ? undefined : requireSameStep(from, to, execution, current);
  draft.update({
    revisionId: to.revisionId,
    revision: to.revision,
    workflowName: to.name,
    context: withNames(execution, from, to),
  });
  const excluded = current === undefined || step === undefined ? [] : excludedFrom(execution, step, current);
  const about = { from: from.revision, to: to.revision, at: step?.name ?? null };
  draft.emit('WORKFLOW_EXECUTION_MOVED', excluded.length === 0 ? about : { ...about, excluded }, actorOf(by));
  if (current !== undefined && step !== undefined) adopt(draft, from, step, { current, excluded });
  if ((current?.asks.length ?? 0) > 0 && current !== undefined)
    draft.addEffect({ kind: 'update-asks', stepIndex: current.index });
  draft.addEffect({ kind: 'task-card' });
}

function requireOther(execution: ExecutionState, to: Definition): void {
  if (to.workflowId !== execution.workflowId) refuse('This revision belongs to another workflow.');
  if (to.revisionId === execution.revisionId) refuse(`The task runs revision ${to.revision} already.`);
}

function requireInputs({ context }: ExecutionState, to: Definition): void {
  const [first] = findSchemaErrors(to.inputsSchema, context.inputs);
  if (first === undefined) return;
  const place = first.path === '' ? 'they' : `"${first.path}"`;
  refuse(`Its inputs do not fit revision ${to.revision}: ${place} ${first.message}.`);
}

/**
 * Whom a two-person rule keeps from deciding a step does not move the task to a revision that lets them.
 *
 * @throws Refusal unless others have agreed there, or the new revision excludes them as well
 */
function requireRules(
  execution: ExecutionState,
  from: Definition,
  { to, by }: Pick<Move, 'to' | 'by'>,
): void {
  if (by.kind !== 'person') return;
  for (const left of findLeftToOthers(execution, from, by.userId)) {
    const step = findStep(to, left.step.id) ?? findStepByName(to, left.step.name);
    const isKept = step?.type === 'HUMAN' && findExclusion(execution, step, by.userId) !== null;
    if (!isKept)
      refuse(
        `${explainLeftToOthers(left)}. Revision ${to.revision} does not say so: somebody else has to move it.`,
      );
  }
}

/** The step of the new revision at which the task goes on. @throws Refusal when there is none that fits */
function requireSameStep(
  from: Definition,
  to: Definition,
  execution: ExecutionState,
  current: StepExecution,
): Step {
  const { stepName, run } = current;
  const before = findStep(from, current.stepId);
  const step = findStep(to, current.stepId) ?? findStepByName(to, stepName);
  if (step === undefined) refuse(`It is at "${stepName}", which revision ${to.revision} does not have.`);
  if (step.type !== current.type)
    refuse(
      `It is at "${stepName}", which is ${step.type} in revision ${to.revision}, and not ${current.type}.`,
    );
  if (run !== null && run.lease !== null)
    refuse(`A model or a tool is at work on "${stepName}" right now. Try again when it is done.`);
  if (run !== null && run.approval !== null)
    refuse(`It waits for somebody to allow what an agent wants to do at "${stepName}".`);
  // The votes of a step that has stopped count no more.
  if (step.type === 'HUMAN' && current.status === 'STARTED') requireVotes(execution, step, current, to);
  if (step.type === 'WAIT' && before?.type === 'WAIT') {
    const isSameWait =
      step.signal === before.signal && step.for === before.for && step.until === before.until;
    if (!isSameWait)
      refuse(`It is at "${stepName}", which waits for something else in revision ${to.revision}.`);
  }
  return step;
}

/** The votes that were given count by the new revision as well. @throws Refusal when they do not */
function requireVotes(
  execution: ExecutionState,
  step: HumanStep & Step,
  current: StepExecution,
  { revision }: Definition,
): void {
  const { stepName, votes } = current;
  const names = outcomesOf(step).map(({ name }) => name);
  const lost = votes.find(({ outcome }) => !names.includes(outcome));
  if (lost !== undefined)
    refuse(
      `Somebody has chosen "${lost.outcome}" at "${stepName}", which revision ${revision} does not offer.`,
    );
  const before = earlierThan(execution, current);
  const isExcluded = votes.some(
    ({ actor }) => actor.kind === 'person' && findExclusion(before, step, actor.userId) !== null,
  );
  if (isExcluded)
    refuse(`Somebody has voted at "${stepName}" who may not decide it by revision ${revision}.`);
  // Votes are counted when one is given: nobody would be left who has to.
  const met = countVotes(step, votes).some(({ given, required }) => given > 0 && given >= required);
  if (met)
    refuse(
      `"${stepName}" has as many votes as revision ${revision} asks for already: it is decided before the task can be moved.`,
    );
}

/** Those who are asked now and may not be by the two-person rules of the new step. */
function excludedFrom(execution: ExecutionState, step: Step, current: StepExecution): string[] {
  if (current.status !== 'STARTED') return [];
  const before = earlierThan(execution, current);
  const asked = openAsks(current).map(({ recipient }) => recipient);
  return asked.filter((recipient) => findRecipientExclusion(before, step, recipient) !== null);
}

/** What the two-person rules look at: other steps, under whatever id the new revision has this one. */
function earlierThan(
  { startedBy, stack }: ExecutionState,
  { stepId }: StepExecution,
): Pick<ExecutionState, 'startedBy' | 'stack'> {
  return { startedBy, stack: stack.filter((visit) => visit.stepId !== stepId) };
}

/** The open visit belongs to the new step; times that the new revision sets otherwise count from now. */
function adopt(
  draft: Draft,
  from: Definition,
  step: Step,
  { current, excluded }: { current: StepExecution; excluded: readonly string[] },
): void {
  const { timers, inputs, prefilled, decisionDigest: digest } = current;
  const { revisionId } = draft.execution;
  const before = findStep(from, current.stepId);
  const isOpen = current.status === 'STARTED' && isAskStep(step);
  const isSame = <Key extends 'deadline' | 'reminder'>(key: Key): boolean =>
    before !== undefined &&
    isAskStep(before) &&
    isAskStep(step) &&
    JSON.stringify(before[key]) === JSON.stringify(step[key]);
  const fresh = isOpen ? timersOf(step, draft.now) : timers;
  const remindAt = isOpen && step.reminder !== undefined ? addDuration(draft.now, step.reminder.every) : null;
  draft.updateCurrent({
    stepId: step.id,
    stepName: step.name,
    ...(isOpen
      ? {
          timers: {
            ...timers,
            ...(isSame('deadline') ? {} : { deadlineAt: fresh.deadlineAt, warnAt: fresh.warnAt }),
            ...(isSame('reminder') ? {} : { remindAt }),
          },
          // Whoever was late by the old deadline is in time by the new one.
          ...(isSame('deadline') ? {} : { escalatedAt: null }),
        }
      : {}),
    // What people saw was of the old revision: they look again before they decide.
    ...(digest === null || step.type !== 'HUMAN'
      ? {}
      : { decisionDigest: decisionDigest({ revisionId, step, inputs, prefilled }) }),
  });
  draft.update({ pointer: step.id });
  if (!isOpen || step.type !== 'HUMAN') return;
  if (excluded.length > 0)
    closeAsks(draft, excluded, { why: 'excluded', to: [], by: systemActor, note: null, at: draft.now });
  noticeUnanswerable(draft, step);
}

/** What steps left behind is found under the names that they have now. */
function withNames({ context }: ExecutionState, from: Definition, to: Definition): ExecutionState['context'] {
  const names = new Map(
    from.steps.flatMap(({ id, name }) => {
      const now = findStep(to, id)?.name;
      return now === undefined || now === name ? [] : [[name, now] as const];
    }),
  );
  if (names.size === 0) return context;
  const steps = Object.entries(context.steps).map(([name, left]) => [names.get(name) ?? name, left]);
  return { ...context, steps: Object.fromEntries(steps) as ExecutionState['context']['steps'] };
}

function refuse(detail: string): never {
  throw new Refusal({ kind: 'wrong-command', detail });
}
