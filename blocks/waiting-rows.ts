import type { KnownBlock } from '@slack/types';
import { currentStepExecution, type ExecutionState, type StepExecution } from '../src/domain/execution.ts';
import { shortenLines } from '../src/domain/shown-arguments.ts';
import { decisionButtons } from './ask.ts';
import { actions, bold, context, section } from './elements.ts';
import { clip, escapeBody, escapeMrkdwn, oneLine } from './escape.ts';
import { fence } from './markdown/pieces.ts';
import { mention, slackTime } from './people.ts';
import { askTitle, isOpen, messageOf, type StepView, type TaskView, taskName } from './task-view.ts';

const maxTitleLength = 300;
const maxBodyLength = 600;
const maxCallsLength = 2_400;
const maxCallsLine = 200;

interface Waiting extends StepView {
  stepExecution: StepExecution;
}

/** Up to three blocks for each task that waits: what is asked, by when, and its buttons. */
export function waitingRows(tasks: readonly TaskView[]): KnownBlock[] {
  return tasks.flatMap(toWaiting).flatMap(waitingBlocks);
}

/** Oldest deadline first; then those without one, longest waiting first. */
export function compareUrgency(left: ExecutionState, right: ExecutionState): number {
  const [one, other] = [currentStepExecution(left), currentStepExecution(right)];
  const due = (step: StepExecution | undefined): number => step?.timers.deadlineAt?.getTime() ?? Infinity;
  if (due(one) !== due(other)) return due(one) - due(other);
  return (one?.scheduledAt.getTime() ?? 0) - (other?.scheduledAt.getTime() ?? 0);
}

function waitingBlocks(waiting: Waiting): KnownBlock[] {
  const { execution, stepExecution } = waiting;
  const title = askTitle(stepExecution);
  const rest = messageOf(stepExecution)
    .split(/\r\n|\r|\n/)
    .slice(1)
    .join('\n')
    .trim();
  const { deadlineAt } = stepExecution.timers;
  const due = deadlineAt === null ? '' : `*Due ${slackTime(deadlineAt)}*  ·  `;
  const lines = [bold(clip(title, maxTitleLength)), rest === '' ? '' : bodyOf(stepExecution, rest)];
  const buttons = decisionButtons(waiting, oneLine(title));
  return [
    section(lines.filter((line) => line !== '').join('\n')),
    context(`${due}${taskName(execution)}, started by ${mention(execution.startedBy)}`),
    ...(buttons.length === 0 ? [] : [actions(buttons)]),
  ];
}

/** Calls of an agent stand as they are, each argument with at least its beginning: nothing in them is taken for markup. */
function bodyOf({ run }: StepExecution, text: string): string {
  if (run === null || run.approval === null) return clip(escapeBody(text), maxBodyLength);
  const short = text.length <= maxCallsLength ? text : shortenLines(text, maxCallsLine);
  const escaped = escapeMrkdwn(short).replaceAll('```', 'ˋˋˋ');
  const code = clip(escaped, maxCallsLength);
  const isCut = short !== text || code !== escaped;
  return isCut ? `${fence(code)}\nCut here: the message has all of it.` : fence(code);
}

function toWaiting(view: TaskView): Waiting[] {
  const stepExecution = currentStepExecution(view.execution);
  if (stepExecution === undefined || !isOpen(view.execution, stepExecution)) return [];
  return [{ ...view, stepIndex: stepExecution.index, stepExecution }];
}
