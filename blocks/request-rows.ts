import type { KnownBlock } from '@slack/types';
import { actionIds } from './action-ids.ts';
import { button, section } from './elements.ts';
import { slackTime } from './people.ts';
import { taskSubject } from './task-subject.ts';
import { type TaskView, taskName } from './task-view.ts';
import { describeStatus } from './task-words.ts';

/** One block for each task that somebody has asked for: what it is about, how it stands, and a way to all of it. */
export function requestRows(tasks: readonly TaskView[]): KnownBlock[] {
  return tasks.map((view) =>
    section(
      requestText(view),
      button({
        text: 'Details',
        actionId: actionIds.showStatus,
        value: view.execution.id,
        label: `Details of ${view.execution.workflowName}`,
      }),
    ),
  );
}

function requestText({ execution, definition }: TaskView): string {
  const lines = [
    `${taskName(execution)}, ${slackTime(execution.createdAt)}`,
    taskSubject(execution, definition),
    describeStatus(execution, definition),
  ];
  return lines.filter((line) => line !== '').join('\n');
}
