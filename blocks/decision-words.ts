import type { StepExecution, Vote } from '../src/domain/execution.ts';
import { clip, escapeMrkdwn, oneLine, quote } from './escape.ts';
import { isRefused, usualWordOf } from './outcome-words.ts';
import { joinWords, mention, slackTime } from './people.ts';
import { outcomeLabel, type Visit } from './task-view.ts';

const maxInlineCommentLength = 120;

/** What stands before the result of a visit that is over: never a tick where somebody refused. */
export function resultIcon(visit: Visit): string {
  if (timedOut(visit)) return '⌛';
  return isRefused(visit) ? '❌' : '✅';
}

/**
 * What came out of a visit and through whom, without when and why: "Approved by <@U…>", "“Refund it” chosen
 * by <@U…>", "Nobody decided in time, so it went on as “Reject”". Without a full stop.
 */
export function decidedBy(visit: Visit): string {
  const { stepExecution } = visit;
  const { outcome, type } = stepExecution;
  if (timedOut(visit)) return nobodyActed(visit, 'in time', ', so');
  const people = joinWords(deciders(stepExecution), 'and');
  const usual = outcome === null ? null : usualWordOf(visit, outcome);
  if (usual !== null) return `${capitalise(usual)} by ${people}`;
  if (outcome === null || type !== 'HUMAN') return `Done by ${people}`;
  return `“${outcomeLabel(visit, outcome)}” chosen by ${people}`;
}

/** The same in a word or two, without anybody: "approved", "“Refund it” was chosen". */
export function describeOutcome(visit: Visit): string {
  const { outcome } = visit.stepExecution;
  if (timedOut(visit)) return startSmall(decidedBy(visit));
  if (outcome === null) return 'done';
  return usualWordOf(visit, outcome) ?? `“${outcomeLabel(visit, outcome)}” was chosen`;
}

/** For what follows a colon. */
export function startSmall(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

/** True when nobody acted, and the deadline moved the task on. */
export function timedOut({ stepExecution }: Visit): boolean {
  return stepExecution.actor?.kind === 'system' && stepExecution.type !== 'WAIT';
}

/**
 * One sentence about a visit that somebody, or the deadline, has ended: who, when, what and why. A long
 * reason follows as a quotation of at most `maxComment` characters.
 */
export function describeResult(visit: Visit, maxComment: number): string {
  const { stepExecution } = visit;
  const at = stepExecution.endedAt === null ? '' : slackTime(stepExecution.endedAt);
  if (timedOut(visit)) return describeTimeout(visit);
  const when = at === '' ? '' : `, ${at}`;
  return withReason(`${decidedBy(visit)}${when}`, stepExecution.comment, maxComment);
}

/** "Nobody decided by <time>; it went on as “Reject”." */
export function describeTimeout(visit: Visit): string {
  const { endedAt } = visit.stepExecution;
  return `${nobodyActed(visit, endedAt === null ? 'in time' : `by ${slackTime(endedAt)}`, ';')}.`;
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

function nobodyActed(visit: Visit, when: string, link: string): string {
  const { outcome, type } = visit.stepExecution;
  const as = outcome === null ? '' : `${link} it went on as “${outcomeLabel(visit, outcome)}”`;
  return `Nobody ${type === 'HUMAN' ? 'decided' : 'marked it done'} ${when}${as}`;
}

function capitalise(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function deciders({ actor, outcome, votes }: StepExecution): string[] {
  const people = votes.filter((vote) => vote.outcome === outcome).map((vote) => mention(vote.actor));
  if (people.length > 0) return [...new Set(people)];
  return [actor === null ? 'somebody' : mention(actor)];
}
