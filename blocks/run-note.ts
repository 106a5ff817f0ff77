import type { KnownBlock } from '@slack/types';
import { describeEvents } from './agent-listeners/event-words.ts';
import { bold, context, message, section } from './elements.ts';
import { clip, escapeMrkdwn, inline } from './escape.ts';
import { fitLines, groupLines } from './fit-lines.ts';
import type { Message } from './message.ts';
import { fence } from './markdown/pieces.ts';
import { slackTime } from './people.ts';
import { runLogLines } from './run-log-lines.ts';
import { outputBlocks } from './run-output.ts';
import { describeHandler, summariseRun, wrongAnswer } from './run-words.ts';
import { tieToTask } from './task-block.ts';
import { type StepView, type Visit, visitOf, visitTitle } from './task-view.ts';

const maxLog = { chars: 3_500, lines: 20 };
const maxShownAnswer = 1_500;
const maxErrors = 10;

export interface RunNote {
  message: Message;
  /** False when the answer had to be cut. */
  isWhole: boolean;
}

/** What a model, an agent or a tool did at a step, for the task's thread: its answer, and each call with what it cost. */
export function runNote(view: StepView): RunNote {
  const visit = visitOf(view);
  const { stepExecution } = visit;
  const headline = describeRun(view, visit);
  const hasOutput = stepExecution.failure === null || stepExecution.output !== null;
  const output = hasOutput ? outputBlocks(visit) : failedAnswer(visit);
  const blocks: KnownBlock[] = [
    section(headline),
    ...output.blocks,
    ...(output.isWhole ? [] : [context('Cut here. The whole of it is in the file below.')]),
    ...logBlocks(visit),
  ];
  return { message: tieToTask(message(headline, blocks), view.execution.id), isWhole: output.isWhole };
}

/** Of an agent that listens: what it was called for. */
function titleOf({ execution, definition }: StepView, visit: Visit): string {
  const { type } = execution.context.inputs;
  if (definition.listensTo === undefined || typeof type !== 'string') return visitTitle(visit);
  return `When ${describeEvents([type])}`;
}

function describeRun(view: StepView, visit: Visit): string {
  const { stepExecution } = visit;
  const { failure, endedAt, condition } = stepExecution;
  const name = bold(titleOf(view, visit));
  const by = describeHandler(stepExecution);
  const at = endedAt === null ? '' : `, ${slackTime(endedAt)}`;
  if (failure !== null) return `⚠️ ${name}: stopped at ${by}${at}. ${clip(inline(failure.message), 600)}`;
  const route =
    condition === null || condition === 'default' ? '' : ` It goes on as “${clip(inline(condition), 75)}”.`;
  return `⚙️ ${name}: done by ${by}${at}.${route}`;
}

function failedAnswer({ stepExecution }: Visit): { blocks: KnownBlock[]; isWhole: boolean } {
  const wrong = wrongAnswer(stepExecution);
  if (wrong === null) return { blocks: [], isWhole: true };
  const { answer, errors } = wrong;
  const code = escapeMrkdwn(answer).replaceAll('```', 'ˋˋˋ');
  return {
    blocks: [
      ...(answer === '' ? [] : [section(`What it answered:\n${fence(clip(code, maxShownAnswer))}`)]),
      ...(errors.length === 0
        ? []
        : [section(`What is wrong with it:\n${clip(errors.slice(0, maxErrors).join('\n'), 1_500)}`)]),
    ],
    isWhole: true,
  };
}

function logBlocks({ stepExecution }: Visit): KnownBlock[] {
  const log = stepExecution.run?.log ?? [];
  if (log.length === 0) return [];
  const summary = summariseRun(stepExecution);
  const lines = fitLines(runLogLines(log), maxLog, (count) => `… ${count} earlier calls, not shown here`);
  return groupLines([`*Log:* ${summary}`, ...lines]).map((text) => context(text));
}
