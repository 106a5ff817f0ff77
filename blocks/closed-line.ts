import { describeResult, describeVote, resultIcon } from './decision-words.ts';
import { editWords } from './edit-words.ts';
import { clip, inline } from './escape.ts';
import { slackTime } from './people.ts';
import type { StepView, Visit } from './task-view.ts';

const maxCommentLength = 1_000;
const maxVotesShown = 10;
const maxVoteCommentLength = 150;

/** What became of an ask that nobody can answer any more: who, when, what and why; in mrkdwn. */
export function closedLine(view: StepView, visit: Visit): string {
  const { stepExecution } = visit;
  switch (stepExecution.status) {
    case 'COMPLETED':
      return [
        `${resultIcon(visit)} ${describeResult(visit, maxCommentLength)}`,
        ...votes(visit),
        editWords(stepExecution),
      ]
        .filter((line) => line !== '')
        .join('\n');
    case 'FAILED':
      return failedLine(visit);
    case 'SCHEDULED':
    case 'STARTED':
    case 'CANCELLED':
      return notNeeded(view, visit);
  }
}

/** Who chose what, when more than one person voted. */
function votes(visit: Visit): string[] {
  const all = visit.stepExecution.votes;
  if (all.length < 2) return [];
  return all.slice(-maxVotesShown).map((vote) => `• ${describeVote(visit, vote, maxVoteCommentLength)}`);
}

function failedLine(visit: Visit): string {
  const { stepExecution } = visit;
  const failure = clip(inline(stepExecution.failure?.message ?? ''), 1_000);
  if (stepExecution.actor === null) return `⚠️ The task stopped at this step. ${failure} Nothing to do here.`;
  return `⚠️ ${describeResult(visit, maxCommentLength)}\nThen the task stopped. ${failure}`;
}

function notNeeded({ execution }: StepView, { stepExecution }: Visit): string {
  const ended = stepExecution.endedAt ?? execution.endedAt;
  const at = ended === null ? '' : ` ${slackTime(ended)}`;
  switch (execution.status) {
    case 'EXPIRED':
      return `⌛ This task expired${at}. Nothing to do.`;
    case 'CANCELLED':
      return `🚫 This task was cancelled${at}. Nothing to do.`;
    case 'FAILED':
      return `⚠️ This task has stopped. Nothing to do here.`;
    case 'RUNNING':
    case 'COMPLETED':
      return `🚫 This is no longer needed. Nothing to do.`;
  }
}
