import type { Actor } from '../src/domain/actor.ts';
import { type Definition, findStep } from '../src/domain/definition.ts';
import type { EffectBody } from '../src/domain/effect.ts';
import type { StepExecution } from '../src/domain/execution.ts';
import { callsDecisions } from './calls-decided.ts';
import { describeCancellation } from './cancellation-words.ts';
import {
  decidedBy,
  describeOutcome,
  describeResult,
  describeTimeout,
  resultIcon,
  startSmall,
} from './decision-words.ts';
import { editWords } from './edit-words.ts';
import { actions, bold, simpleMessage } from './elements.ts';
import { clip, inline, quote } from './escape.ts';
import { completionIcon, lastDecision } from './last-decision.ts';
import type { Message } from './message.ts';
import { listRecipients, mention, slackTime } from './people.ts';
import { deadlineLine } from './step-lines.ts';
import { tieToTask } from './task-block.ts';
import { taskButtons } from './task-buttons.ts';
import { type StepView, type TaskView, taskName, type Visit, visitOf, visitTitle } from './task-view.ts';
import { adviseOnFailure, describeUndeliverable } from './task-words.ts';

/** What `runNote` says is said there. */
export type StepNoteAbout = Exclude<Extract<EffectBody, { kind: 'step-note' }>['about'], 'ran'>;

const maxCommentLength = 1_000;
/** Of a task from before it was kept what was asked. */
const nothingDecided = { decision: 'Decided', question: 'May the agent make its calls?' };

/** A line in the task's thread about what became of a step. */
export function stepNote(view: StepView & { about: StepNoteAbout }): Message {
  const visit = visitOf(view);
  const name = bold(visitTitle(visit));
  return tieToTask(simpleMessage(describeNote(view, visit, name)), view.execution.id);
}

function describeNote(view: StepView & { about: StepNoteAbout }, visit: Visit, name: string): string {
  switch (view.about) {
    case 'decided':
    case 'completed':
      return withEdits(`${resultIcon(visit)} ${name}: ${describeResult(visit, maxCommentLength)}`, visit);
    case 'timed-out':
      return `⌛ ${name}: ${describeTimeout(visit)}`;
    case 'escalated':
      return `⏫ ${name}: ${deadlineLine(view, visit)}`;
    case 'reassigned':
    case 'delegated': {
      const last = visit.stepExecution.asks.findLast(({ closed }) => closed?.why === view.about)?.closed;
      const note = last?.note ? `: ${clip(inline(last.note), maxCommentLength)}` : '';
      return `↪️ ${name}: ${view.about === 'delegated' ? 'passed on' : 'reassigned'} to ${listRecipients(last?.to ?? visit.stepExecution.assignees, 'and')}${note}`;
    }
    case 'calls-decided': {
      const { decision, question } = callsDecisions(visit.stepExecution).at(-1) ?? nothingDecided;
      return `☑️ ${name}: ${startSmall(decision)}\n${quote(question)}`;
    }
    case 'undeliverable': {
      const problems = visit.stepExecution.undeliverable.slice(-5).map(describeUndeliverable).join('\n');
      return `❗ ${address(view.execution.startedBy)}${name}: ${problems}\nThe step is still waiting. Whoever can do it also finds it on Baton’s Home tab.`;
    }
  }
}

function withEdits(line: string, { stepExecution }: Visit): string {
  const edits = editWords(stepExecution);
  return edits === '' ? line : `${line}\n${edits}`;
}

/**
 * Tells the person who started the task how it ended, or where and why it stopped. `isApart`: it is not said
 * in the thread of the task, so it says all of it.
 */
export function outcomeNote(view: TaskView & { isApart?: boolean }): Message {
  const { execution } = view;
  const to = address(execution.startedBy);
  // There is no card to retry it from.
  const isCardless = view.definition.listensTo !== undefined && execution.status === 'FAILED';
  const buttons = isCardless ? [actions(taskButtons(view, false))] : [];
  return tieToTask(simpleMessage(`${to}${describeEnd(view)}`, ...buttons), execution.id);
}

function describeEnd(view: TaskView & { isApart?: boolean }): string {
  const { execution } = view;
  const name = taskName(execution);
  const at = execution.endedAt === null ? '' : ` ${slackTime(execution.endedAt)}`;
  switch (execution.status) {
    case 'RUNNING':
      return `⏳ ${name} is in progress again.`;
    case 'COMPLETED':
      return describeCompletion(view);
    case 'FAILED':
      return `⚠️ ${name} has stopped${describeFailure(view)}`;
    case 'CANCELLED':
      return `🚫 ${describeCancellation(execution, `${name} was cancelled`)}`;
    case 'EXPIRED':
      return `⌛ ${name} expired${at}: it was open for too long. Nothing more happens. Start it again if it is still needed.`;
  }
}

/** As much of the last decision as the thread has not just said: outside of a thread, all of it. */
function describeCompletion({
  execution,
  definition,
  isApart = false,
}: TaskView & { isApart?: boolean }): string {
  const name = taskName(execution);
  const decision = lastDecision(execution, definition);
  if (decision === null) return `✅ ${name} is complete.`;
  const start = `${completionIcon(decision)} ${name} is complete`;
  if (isApart || execution.origin.kind === 'api')
    return `${start}: ${startSmall(describeResult(decision, maxCommentLength))}`;
  const noted = execution.stack.slice(decision.stepExecution.index + 1);
  const isJustSaid = noted.every(({ assignees }) => assignees.length === 0);
  return `${start}: ${isJustSaid ? describeOutcome(decision) : startSmall(decidedBy(decision))}.`;
}

function describeFailure({ execution, definition }: TaskView): string {
  const { failure } = execution;
  const stepExecution = execution.stack.at(-1);
  const where = stepExecution === undefined ? '' : ` at ${titleOf(stepExecution, definition)}`;
  if (failure === null) return `${where}.`;
  return `${where}: ${clip(inline(failure.message), 1_000)}\n*What to do:* ${adviseOnFailure(failure)}`;
}

function titleOf(stepExecution: StepExecution, definition: Definition): string {
  return bold(visitTitle({ stepExecution, step: findStep(definition, stepExecution.stepId) }));
}

/** Speaks to a person; a key or Baton itself is not spoken to. */
function address(actor: Actor): string {
  return actor.kind === 'person' ? `${mention(actor)} ` : '';
}
