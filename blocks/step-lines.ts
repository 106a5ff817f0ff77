import {
  delegateEntry,
  escalate,
  failAtDeadline,
  findStep,
  isAskStep,
  outcomesOf,
  votesRequired,
} from '../src/domain/definition.ts';
import type { StepExecution } from '../src/domain/execution.ts';
import { describeResult, resultIcon, startSmall } from './decision-words.ts';
import { bold } from './elements.ts';
import { clip, inline } from './escape.ts';
import type { Line } from './fit-lines.ts';
import { usualWordOf } from './outcome-words.ts';
import { joinWords, recipientMention, slackTime } from './people.ts';
import {
  escalationRecipients,
  isOpen,
  outcomeLabel,
  outcomesOfVisit,
  stepTitle,
  type TaskView,
  type Visit,
  visitTitle,
} from './task-view.ts';
import { describeHandler } from './run-words.ts';
import { describeUndeliverable, isRunning, waitingFor } from './task-words.ts';
import { upcomingSteps } from './upcoming-steps.ts';

const maxCommentLength = 300;
const maxLineLength = 900;

interface VisitWords {
  icon: string;
  word: string;
  detail: string;
}

/** The task's steps as a list: what was done, what it waits for, what may come. */
export function stepLines(view: TaskView): Line[] {
  const visited = view.execution.stack.map((stepExecution) => visitLine(view, stepExecution));
  const upcoming = upcomingSteps(view).map(({ step, conditions }): Line => {
    const labels = conditions.map((label) => `“${clip(inline(label), 75)}”`);
    const when = labels.length === 0 ? 'not reached yet' : `next if ${joinWords(labels, 'or')}`;
    const short = `▫️ ${inline(stepTitle(step))}`;
    return { full: `${short} (${when})`, short };
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
  const name = `${bold(visitTitle(visit))}${again}`;
  const { icon, word, detail } = describeVisit(view, visit);
  return {
    full: clip(`${icon} ${name}: ${detail}`, maxLineLength),
    short: `${icon} ${name}: ${word}`,
  };
}

function describeVisit(view: TaskView, visit: Visit): VisitWords {
  const { stepExecution, step } = visit;
  switch (stepExecution.status) {
    case 'COMPLETED':
      return describeDone(visit);
    case 'FAILED':
      return { icon: '⚠️', word: 'stopped', detail: describeFailed(visit) };
    case 'CANCELLED':
      return { icon: '🚫', word: 'cancelled', detail: `cancelled${at(stepExecution.endedAt)}` };
    case 'SCHEDULED':
      if (stepExecution.run !== null && view.execution.status === 'RUNNING')
        return { icon: '⏳', word: 'waiting', detail: `waiting for ${waitingFor(stepExecution)}` };
      return { icon: '▫️', word: 'not started yet', detail: 'not started yet' };
    case 'STARTED':
      break;
  }
  if (!isOpen(view.execution, stepExecution))
    return { icon: '🚫', word: 'not finished', detail: 'not finished' };
  if (isRunning(stepExecution))
    return { icon: '⚙️', word: 'running', detail: `running since${at(stepExecution.startedAt)}` };
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

function describeDone(visit: Visit): VisitWords {
  const { stepExecution, step } = visit;
  const nobodyAsked = stepExecution.assignees.length === 0;
  const word = shortResult(visit);
  if (stepExecution.run !== null) {
    const when = stepExecution.endedAt === null ? '' : `, ${slackTime(stepExecution.endedAt)}`;
    const detail = `done by ${describeHandler(stepExecution)}${when}`;
    return { icon: '✅', word, detail };
  }
  if ((step?.type === 'WAIT' || nobodyAsked) && stepExecution.actor?.kind === 'system')
    return { icon: '✅', word, detail: `over${at(stepExecution.endedAt)}` };
  const detail = startSmall(describeResult(visit, maxCommentLength));
  return { icon: resultIcon(visit), word, detail };
}

function shortResult(visit: Visit): string {
  const { outcome } = visit.stepExecution;
  if (outcome === null) return 'done';
  return usualWordOf(visit, outcome) ?? `“${outcomeLabel(visit, outcome)}”`;
}

function describeFailed(visit: Visit): string {
  const { failure, outcome } = visit.stepExecution;
  const after = outcome === null ? '' : ` after “${outcomeLabel(visit, outcome)}”`;
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
export function deadlineLine(view: TaskView, visit: Visit): string {
  const { stepExecution, step } = visit;
  if (step === undefined || !isAskStep(step)) return '';
  const { deadlineAt } = stepExecution.timers;
  const escalateTo = escalationRecipients(view, step);
  const others = escalateTo.length === 0 ? 'others' : joinWords(escalateTo.map(nameEscalation), 'and');
  if (stepExecution.escalatedAt !== null)
    return `Nobody answered in time. Escalated to ${others} ${slackTime(stepExecution.escalatedAt)}.`;
  if (deadlineAt === null || step.deadline === undefined) return '';
  return `Due ${slackTime(deadlineAt)}, then ${thenWords(visit, step.deadline.then, others)}.`;
}

function thenWords(visit: Visit, then: string, others: string): string {
  if (then === escalate) return `escalates to ${others}`;
  const isKnown = outcomesOfVisit(visit).some(({ name }) => name === then);
  if (then === failAtDeadline && !isKnown) return 'the task stops';
  return `it goes on as “${outcomeLabel(visit, then)}”`;
}

function nameEscalation(recipient: string): string {
  return recipient === delegateEntry ? 'who stands in for those who were asked' : recipientMention(recipient);
}

function at(time: Date | null): string {
  return time === null ? '' : ` ${slackTime(time)}`;
}
