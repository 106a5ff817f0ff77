import type { StepExecution, Vote } from '../src/domain/execution.ts';
import { clip, escapeMrkdwn, oneLine, quote } from './escape.ts';
import { joinWords, mention, slackTime } from './people.ts';
import { outcomeLabel, type Visit } from './task-view.ts';

const maxInlineCommentLength = 120;

/** Who decided what: "Approved by <@U…>", or "“Refund it” chosen by <@U…>". Without a full stop. */
export function decidedBy(visit: Visit): string {
  const { stepExecution } = visit;
  const people = joinWords(deciders(stepExecution), 'and');
  return wordOutcome(visit, stepExecution.outcome, people);
}

/** The past tense of an outcome. `people` is mrkdwn. */
export function wordOutcome(visit: Visit, outcome: string | null, people: string): string {
  if (outcome === 'approved') return `Approved by ${people}`;
  if (outcome === 'rejected') return `Rejected by ${people}`;
  if (outcome === null || visit.step?.type !== 'HUMAN') return `Done by ${people}`;
  return `“${outcomeLabel(visit, outcome)}” chosen by ${people}`;
}

/** True when nobody acted, and the deadline moved the task on. */
export function timedOut({ stepExecution, step }: Visit): boolean {
  return stepExecution.actor?.kind === 'system' && step?.type !== 'WAIT';
}

/**
 * One sentence about a visit that somebody, or the deadline, has ended: who, when, what and why. A long
 * reason follows as a quotation of at most `maxComment` characters.
 */
export function describeResult(visit: Visit, maxComment: number): string {
  const { stepExecution } = visit;
  const at = stepExecution.endedAt === null ? '' : slackTime(stepExecution.endedAt);
  if (timedOut(visit)) return `${describeTimeout(visit)}`;
  const when = at === '' ? '' : `, ${at}`;
  return withReason(`${decidedBy(visit)}${when}`, stepExecution.comment, maxComment);
}

/** "Nobody decided by <time>; it went on as “rejected”." */
export function describeTimeout({ stepExecution, step }: Visit): string {
  const by = stepExecution.endedAt === null ? 'in time' : `by ${slackTime(stepExecution.endedAt)}`;
  const acted = step?.type === 'HUMAN' ? 'decided' : 'marked it done';
  const as = stepExecution.outcome === null ? '' : `; it went on as “${escapeMrkdwn(stepExecution.outcome)}”`;
  return `Nobody ${acted} ${by}${as}.`;
}

/** The sentence with its reason: behind a colon when it is short, else as a quotation below. */
export function withReason(sentence: string, comment: string | null, maxComment: number): string {
  const reason = comment?.trim() ?? '';
  if (reason === '') return `${sentence}.`;
  const isShort = reason.length <= maxInlineCommentLength && !/[\r\n\u2028\u2029]/.test(reason);
  if (isShort) return `${sentence}: ${clip(escapeMrkdwn(oneLine(reason)), maxComment)}`;
  return `${sentence}:\n${quote(clip(escapeMrkdwn(reason), maxComment))}`;
}

/** One vote: "<@U…> chose “Approve”, <time>: within budget". */
export function describeVote(visit: Visit, vote: Vote, maxComment: number): string {
  const sentence = `${mention(vote.actor)} chose “${outcomeLabel(visit, vote.outcome)}”, ${slackTime(vote.at)}`;
  return withReason(sentence, vote.comment === null ? null : oneLine(vote.comment), maxComment);
}

function deciders({ actor, outcome, votes }: StepExecution): string[] {
  const people = votes.filter((vote) => vote.outcome === outcome).map((vote) => mention(vote.actor));
  if (people.length > 0) return [...new Set(people)];
  return [actor === null ? 'somebody' : mention(actor)];
}
