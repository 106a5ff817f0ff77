import { findStep, outcomesOf, votesRequired } from '../src/domain/definition.ts';
import type { StepExecution } from '../src/domain/execution.ts';
import { describeResult } from './decision-words.ts';
import { bold } from './elements.ts';
import { clip, inline } from './escape.ts';
import type { Line } from './fit-lines.ts';
import { joinWords, listRecipients, slackTime } from './people.ts';
import {
  escalationRecipients,
  humanise,
  isOpen,
  outcomeLabel,
  type TaskView,
  type Visit,
} from './task-view.ts';
import { describeUndeliverable, waitingFor } from './task-words.ts';
import { upcomingSteps } from './upcoming-steps.ts';

const maxNameLength = 63;
const maxCommentLength = 300;
const maxLineLength = 900;

/** The task's steps as a list: what was done, what it waits for, what may come. */
export function stepLines(view: TaskView): Line[] {
  const visited = view.execution.stack.map((stepExecution) => visitLine(view, stepExecution));
  const upcoming = upcomingSteps(view).map(({ step, conditions }): Line => {
    const labels = conditions.map((label) => `“${clip(inline(label), 75)}”`);
    const when = labels.length === 0 ? '' : `, if ${joinWords(labels, 'or')}`;
    const short = `▫️ ${inline(humanise(step.name))}`;
    return { full: `${short} (not reached yet${when})`, short };
  });
  return [...visited, ...upcoming];
}

/** How many earlier steps a list leaves out. */
export function summariseEarlier(count: number): string {
  return `… ${count} earlier ${count === 1 ? 'step' : 'steps'}, not shown here`;
}

function visitLine(view: TaskView, stepExecution: StepExecution): Line {
  const visit: Visit = { stepExecution, step: findStep(view.definition, stepExecution.stepId) };
  const again = stepExecution.visit > 1 ? ` (visit ${stepExecution.visit})` : '';
  const name = `${bold(clip(humanise(stepExecution.stepName), maxNameLength))}${again}`;
  const { icon, word, detail } = describeVisit(view, visit);
  return {
    full: clip(`${icon} ${name}: ${detail}`, maxLineLength),
    short: `${icon} ${name}: ${word}`,
  };
}

function describeVisit(view: TaskView, visit: Visit): { icon: string; word: string; detail: string } {
  const { stepExecution, step } = visit;
  switch (stepExecution.status) {
    case 'COMPLETED':
      return { icon: '✅', word: shortResult(visit), detail: describeDone(visit) };
    case 'FAILED':
      return { icon: '⚠️', word: 'stopped', detail: describeFailed(stepExecution) };
    case 'CANCELLED':
      return { icon: '🚫', word: 'cancelled', detail: `cancelled${at(stepExecution.endedAt)}` };
    case 'SCHEDULED':
      return { icon: '▫️', word: 'not started yet', detail: 'not started yet' };
    case 'STARTED':
      break;
  }
  if (!isOpen(view.execution, stepExecution))
    return { icon: '🚫', word: 'not finished', detail: 'not finished' };
  const lines = [
    `waiting for ${waitingFor(stepExecution)}${votesSoFar(visit)}`,
    deadlineLine(view, visit),
    ...stepExecution.undeliverable.map((problem) => `❗ ${describeUndeliverable(problem)}`),
  ].filter((line) => line !== '');
  return {
    icon: '⏳',
    word: `waiting (${step?.type === 'HUMAN' ? 'a decision' : 'to be done'})`,
    detail: lines.join('\n      '),
  };
}

function describeDone(visit: Visit): string {
  const { stepExecution, step } = visit;
  const nobodyAsked = stepExecution.assignees.length === 0;
  if ((step?.type === 'WAIT' || nobodyAsked) && stepExecution.actor?.kind === 'system')
    return `over${at(stepExecution.endedAt)}`;
  const text = describeResult(visit, maxCommentLength);
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function shortResult(visit: Visit): string {
  const { outcome } = visit.stepExecution;
  if (outcome === 'approved' || outcome === 'rejected') return outcome;
  return outcome === null ? 'done' : `“${outcomeLabel(visit, outcome)}”`;
}

function describeFailed({ failure, outcome }: StepExecution): string {
  const after = outcome === null ? '' : ` after “${clip(inline(outcome), 75)}”`;
  return `stopped${after}. ${inline(failure?.message ?? 'No reason is known.')}`;
}

function votesSoFar({ stepExecution, step }: Visit): string {
  if (step?.type !== 'HUMAN' || stepExecution.votes.length === 0) return '';
  const counts = outcomesOf(step).flatMap((outcome) => {
    const given = stepExecution.votes.filter((vote) => vote.outcome === outcome.name).length;
    return given === 0
      ? []
      : [`${given} of ${votesRequired(step, outcome)} for “${clip(inline(outcome.label), 75)}”`];
  });
  return ` (${counts.join(', ')} so far)`;
}

/** "Due <time>, then escalates to @lead", "Escalated <time> to @lead", or nothing; in mrkdwn. */
export function deadlineLine(view: TaskView, { stepExecution, step }: Visit): string {
  if (step === undefined || step.type === 'WAIT') return '';
  const { deadlineAt } = stepExecution.timers;
  const escalateTo = escalationRecipients(view, step);
  const others = escalateTo.length === 0 ? 'others' : listRecipients(escalateTo, 'and');
  if (stepExecution.escalatedAt !== null)
    return `Nobody answered in time. Escalated to ${others} ${slackTime(stepExecution.escalatedAt)}.`;
  if (deadlineAt === null || step.deadline === undefined) return '';
  const then =
    step.deadline.then === 'escalate'
      ? `escalates to ${others}`
      : `it goes on as “${clip(inline(step.deadline.then), 75)}”`;
  return `Due ${slackTime(deadlineAt)}, then ${then}.`;
}

function at(time: Date | null): string {
  return time === null ? '' : ` ${slackTime(time)}`;
}
