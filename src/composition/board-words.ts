import { callsDecisions } from '../../blocks/calls-decided.ts';
import { describeCancellation } from '../../blocks/cancellation-words.ts';
import { describeVote } from '../../blocks/decision-words.ts';
import { editWords } from '../../blocks/edit-words.ts';
import { inline } from '../../blocks/escape.ts';
import { listInputs, listInputTexts } from '../../blocks/inputs-summary.ts';
import type { Message } from '../../blocks/message.ts';
import { errorNotice, refusalNotice } from '../../blocks/notices.ts';
import { passedOnLine } from '../../blocks/passed-on.ts';
import { mention, recipientMention } from '../../blocks/people.ts';
import { callWords } from '../../blocks/run-log-lines.ts';
import { describeHandler, summariseRun } from '../../blocks/run-words.ts';
import { stepLines } from '../../blocks/step-lines.ts';
import { taskSubject } from '../../blocks/task-subject.ts';
import { stepTitle, visitOf, withStepTitles } from '../../blocks/task-view.ts';
import { adviseOnFailure, describeStatus, isRunning, waitingFor } from '../../blocks/task-words.ts';
import { whyMessage } from '../../blocks/why/why-message.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Why } from '../domain/why.ts';
import type { BoardWords, TaskView } from '../http/board/board-words.ts';

const maxVoteComment = 1_000;

/** Slack's words, for the board. */
export const boardWords: BoardWords = {
  subject: taskSubject,
  waitingFor,
  isRunning,
  status: describeStatus,
  stopped: ({ message }, { steps }) => withStepTitles(message, steps),
  mention,
  recipient: recipientMention,
  stepTitle,
  refusal: (error, view) =>
    firstSection(
      error instanceof Refusal
        ? refusalNotice(error.reason, view === null ? {} : { view })
        : errorNotice(error),
    ),
  visits: describeVisits,
  ending: describeEnding,
  why: describeWhy,
  inputs: ({ execution, definition }) => listInputs(execution.context.inputs, definition.inputsSchema),
  inputTexts: ({ execution, definition }) =>
    listInputTexts(execution.context.inputs, definition.inputsSchema),
  runBy: describeHandler,
  runSummary: summariseRun,
  call: callWords,
};

/** The sections of Slack's answer, without the task's name, which the page has as its title. */
function describeWhy(view: TaskView, why: Why): string[] {
  const sections = whyMessage(view, why, { canRephrase: false }).blocks.flatMap((block) =>
    block.type === 'section' && block.text?.type === 'mrkdwn' ? [block.text.text] : [],
  );
  const [first = '', ...others] = sections;
  return [first.split('\n').slice(1).join('\n'), ...others]
    .flatMap((text) => text.split('\n'))
    .filter((text) => text !== '');
}

/** The sentence itself, with its mark-up, which the fallback text lacks. */
function firstSection({ text, blocks }: Message): string {
  const [first] = blocks;
  return first?.type === 'section' && first.text?.type === 'mrkdwn' ? first.text.text : text;
}

function describeVisits(view: TaskView): ReturnType<BoardWords['visits']> {
  const { stack } = view.execution;
  const { steps } = view.definition;
  const lines = stepLines(view).map(({ full }) => withStepTitles(full, steps));
  const visits = stack.map((stepExecution, stepIndex) => {
    const visit = visitOf({ ...view, stepIndex });
    const votes = stepExecution.votes.length < 2 ? [] : stepExecution.votes;
    const closed = stepExecution.asks.flatMap(({ recipient, closed: end }) =>
      end === null || end.why === 'decided'
        ? []
        : [`${recipientMention(recipient)}: ${whatBecame(passedOnLine(end))}`],
    );
    const edits = editWords(stepExecution);
    return {
      text: lines[stepIndex] ?? '',
      more: [
        ...votes.map((vote) => describeVote(visit, vote, maxVoteComment)),
        ...callsDecisions(stepExecution).map(({ decision, question }) => `☑️ ${question} ${decision}`),
        ...closed,
        ...(edits === '' ? [] : [edits]),
      ],
    };
  });
  return { visits, upcoming: lines.slice(stack.length).map((line) => line.replace(/^\P{L}+/u, '')) };
}

/** On a page nobody is asked by the line, so what it says to them is left out. */
function whatBecame(line: string): string {
  return line.replace(/ Nothing to do here\.$/, '');
}

function describeEnding({ execution, definition }: TaskView): string[] {
  const { status, failure } = execution;
  switch (status) {
    case 'RUNNING':
    case 'COMPLETED':
      return [];
    case 'FAILED':
      if (failure === null) return [];
      return [
        `*It stopped:* ${inline(withStepTitles(failure.message, definition.steps))}\n*What to do:* ${adviseOnFailure(failure)}`,
      ];
    case 'CANCELLED':
      return [describeCancellation(execution, 'This task was cancelled')];
    case 'EXPIRED':
      return ['This task was open for too long and has expired. Nothing more happens.'];
  }
}
