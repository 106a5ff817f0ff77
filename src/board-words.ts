import { errorNotice, refusalNotice } from '../blocks/notices.ts';
import type { Message } from '../blocks/message.ts';
import { mention } from '../blocks/people.ts';
import { taskSubject } from '../blocks/task-subject.ts';
import { stepTitle } from '../blocks/task-view.ts';
import { describeStatus, isRunning, waitingFor } from '../blocks/task-words.ts';
import { Refusal } from './domain/refusal.ts';
import type { BoardWords } from './http/board/board-words.ts';

/** Slack's words, for the board. */
export const boardWords: BoardWords = {
  subject: taskSubject,
  waitingFor,
  isRunning,
  status: describeStatus,
  mention,
  stepTitle,
  refusal: (error, view) =>
    firstSection(
      error instanceof Refusal
        ? refusalNotice(error.reason, view === null ? {} : { view })
        : errorNotice(error),
    ),
};

/** The sentence itself, with its mark-up, which the fallback text lacks. */
function firstSection({ text, blocks }: Message): string {
  const [first] = blocks;
  return first?.type === 'section' && first.text?.type === 'mrkdwn' ? first.text.text : text;
}
