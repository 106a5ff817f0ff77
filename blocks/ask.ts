import type { Button, KnownBlock, Overflow } from '@slack/types';
import { votesRequired } from '../src/domain/definition.ts';
import type { Ask } from '../src/domain/execution.ts';
import { actionIds, decideActionId, encodeDecision } from './action-ids.ts';
import { askedCalls } from './asked-calls.ts';
import { closedLine } from './closed-line.ts';
import { describeVote } from './decision-words.ts';
import { actions, button, context, header, message, option, section } from './elements.ts';
import { editWords } from './edit-words.ts';
import { clip, escapeMrkdwn } from './escape.ts';
import { limits } from './limits.ts';
import { messageBody } from './message-body.ts';
import type { Message } from './message.ts';
import { usualWordOf } from './outcome-words.ts';
import { askedInsteadLine, passedOnLine } from './passed-on.ts';
import { isAskedAlone, listRecipients, mention } from './people.ts';
import { deadlineLine } from './step-lines.ts';
import { tieToTask } from './task-block.ts';
import {
  askTitle,
  isOpen,
  messageOf,
  outcomeLabel,
  outcomesOfVisit,
  plainTaskName,
  type StepView,
  taskName,
  type Visit,
  visitOf,
} from './task-view.ts';

const maxVotesShown = 10;
/** Tells the menu from the buttons of its block, which are numbered by their outcomes. */
const menuIndex = 99;
const maxVoteCommentLength = 150;

export interface AskView extends StepView {
  recipientIndex: number;
  /** For one person alone, who asked to see it again. */
  isPrivate?: true;
}

/**
 * What one recipient of a step sees, as the step stands now: what is to be decided or done, with its
 * buttons while it is open, and who did what, when and why once it is not.
 */
export function askMessage(view: AskView): Message {
  const visit = visitOf(view);
  const ask = visit.stepExecution.asks[view.recipientIndex];
  const isDecided = ask?.closed?.why === 'decided';
  const over =
    isDecided || isOpen(view.execution, visit.stepExecution) ? passedOn(ask) : closedLine(view, visit);
  const footer = over === null ? openBlocks(view, visit, ask) : [section(over)];
  const blocks = [
    ...bodyBlocks(view, visit, ask),
    context(`${taskName(view.execution)}, started by ${mention(view.execution.startedBy)}`),
    ...footer,
  ];
  return tieToTask(message(fallback(view, visit, { ask, over }), blocks), view.execution.id);
}

/** The buttons of a visit that is open; none for a wait, which nobody can end from Slack. */
export function decisionButtons(view: StepView, label?: string, more: { isPrivate?: true } = {}): Button[] {
  const { stepExecution, step } = visitOf(view);
  const { id: stepExecutionId, decisionDigest } = stepExecution;
  const digest = decisionDigest === null ? {} : { digest: decisionDigest };
  const ids = { executionId: view.execution.id, stepExecutionId, ...digest, ...more };
  const spoken = (text: string): { label?: string } =>
    label === undefined ? {} : { label: `${text}: ${label}` };
  if (step?.type === 'USER_MESSAGE') {
    const value = encodeDecision({ ...ids, outcome: null });
    return [
      button({
        text: 'Mark done',
        actionId: actionIds.markDone,
        value,
        style: 'primary',
        ...spoken('Mark done'),
      }),
    ];
  }
  return outcomesOfVisit({ stepExecution, step }).map((outcome, index) =>
    button({
      text: outcome.label,
      actionId: decideActionId(index),
      value: encodeDecision({ ...ids, outcome: outcome.name }),
      style: outcome.style,
      ...spoken(outcome.label),
    }),
  );
}

/** Why this recipient may no longer answer although others may; null while they may. */
function passedOn(ask: Ask | undefined): string | null {
  return ask === undefined || ask.closed === null ? null : passedOnLine(ask.closed);
}

function fallback(
  view: StepView,
  visit: Visit,
  { ask, over }: { ask: Ask | undefined; over: string | null },
): string {
  const asked = askedCallsOf(visit, ask)?.split('\n')[0] ?? askTitle(visit.stepExecution);
  const title = clip(escapeMrkdwn(asked), 500);
  return `${title} (${plainTaskName(view.execution)}). ${over ?? whatIsOpen(visit)}`;
}

function whatIsOpen({ step }: Visit): string {
  return step?.type === 'HUMAN' ? 'It waits for your decision.' : 'It waits for you to mark it done.';
}

function bodyBlocks({ execution }: StepView, visit: Visit, ask: Ask | undefined): KnownBlock[] {
  const { stepExecution, step } = visit;
  const calls = askedCallsOf(visit, ask);
  if (calls !== null) {
    const isCut = ask?.closed === null && stepExecution.run?.approval?.whole !== undefined;
    return askedCalls(calls, isCut);
  }
  const text = messageOf(stepExecution);
  if (step?.type !== 'HUMAN') return messageBody(text === '' ? askTitle(stepExecution) : text, execution);
  const title = askTitle(stepExecution);
  if (title.length > limits.headerText) return messageBody(text, execution);
  const rest = text.split(/\r\n|\r|\n|\u2028|\u2029/).slice(1);
  return [header(title), ...messageBody(rest.join('\n'), execution)];
}

/** The calls of an agent that this recipient is asked about, or was: one visit may ask several times. Null for all else. */
function askedCallsOf({ stepExecution }: Visit, ask: Ask | undefined): string | null {
  const now = stepExecution.run?.approval?.message ?? null;
  return ask === undefined || ask.closed === null ? (now ?? ask?.about ?? null) : (ask.about ?? now);
}

function openBlocks(view: AskView, visit: Visit, ask: Ask | undefined): KnownBlock[] {
  const { stepExecution } = visit;
  const votes = stepExecution.votes
    .slice(-maxVotesShown)
    .map((vote) => `• ${describeVote(visit, vote, maxVoteCommentLength)}`);
  const instead = ask === undefined ? '' : askedInsteadLine(visit, ask);
  const again = votes.length === 0 ? '' : 'Whoever has chosen can choose again while this is open.';
  const lines = [
    instead,
    ...whoLines(visit),
    ...votes,
    editWords(stepExecution),
    again,
    deadlineLine(view, visit),
  ].filter((line) => line !== '');
  const buttons = decisionButtons(view, undefined, view.isPrivate === true ? { isPrivate: true } : {});
  return [
    ...(lines.length === 0 ? [] : [section(lines.join('\n'))]),
    ...(buttons.length === 0 ? [] : [actions([...buttons, moreMenu(view)])]),
  ];
}

/** What else can be done about an ask. The options' values are what would be typed. */
function moreMenu({ execution }: StepView): Overflow {
  return {
    type: 'overflow',
    action_id: `${actionIds.runCommand}:${menuIndex}`,
    options: [
      option('Ask somebody else', `reassign ${execution.id}`),
      option('Task status', `status ${execution.id}`),
    ],
  };
}

function whoLines(visit: Visit): string[] {
  const { stepExecution, step } = visit;
  const { assignees } = stepExecution;
  const several = assignees.length > 1 ? 'Any of ' : '';
  const verb = step?.type === 'HUMAN' ? 'can decide' : 'can mark this done';
  const who = isAskedAlone(assignees) ? '' : `${several}${listRecipients(assignees, 'or')} ${verb}.`;
  if (step?.type !== 'HUMAN') return [who];
  return [
    who,
    ...quorumLines(visit),
    step.policy?.excludeStarter === true ? 'Not by the person who started the task.' : '',
    step.policy?.excludePrevious === true ? 'Not by anybody who decided an earlier step.' : '',
  ];
}

function quorumLines(visit: Visit): string[] {
  const { stepExecution, step } = visit;
  if (step?.type !== 'HUMAN') return [];
  return outcomesOfVisit(visit).flatMap((outcome) => {
    const required = votesRequired(step, outcome);
    const given = stepExecution.votes.filter((vote) => vote.outcome === outcome.name).length;
    if (required === 1 && given === 0) return [];
    const chosen = usualWordOf(visit, outcome.name) ?? `chose “${outcomeLabel(visit, outcome.name)}”`;
    return [`${given} of ${required} ${chosen} so far.`];
  });
}
