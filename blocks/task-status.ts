import { actionIds } from './action-ids.ts';
import { actions, button, header, message, section, simpleMessage } from './elements.ts';
import { clip, inline } from './escape.ts';
import type { Message } from './message.ts';
import { mention, slackTime } from './people.ts';
import { taskCard } from './task-card.ts';
import { taskSubject } from './task-subject.ts';
import { plainTaskName, type TaskView, taskName } from './task-view.ts';
import { describeStatus } from './task-words.ts';

const maxTasks = 5;

/** The latest tasks, newest first, each with its state and a way to all of it. */
export function taskStatus({ tasks }: { tasks: readonly TaskView[] }): Message {
  const shown = tasks.slice(0, maxTasks);
  if (shown.length === 0) {
    return simpleMessage(
      'You have no tasks yet.',
      actions([button({ text: 'All workflows', actionId: actionIds.showList })]),
    );
  }
  const spoken = shown.map(
    ({ execution, definition }) => `${plainTaskName(execution)}: ${describeStatus(execution, definition)}`,
  );
  return message(spoken.join('; '), [
    header('Latest tasks'),
    ...shown.map((view) =>
      section(
        statusText(view),
        button({
          text: 'Details',
          actionId: actionIds.showStatus,
          value: view.execution.id,
          label: `Details of ${view.execution.workflowName}`,
        }),
      ),
    ),
  ]);
}

/** Everything about one task: what its card shows. */
export function taskStatusDetail(view: TaskView): Message {
  return taskCard(view);
}

function statusText({ execution, definition }: TaskView): string {
  const lines = [
    taskName(execution),
    taskSubject(execution, definition),
    describeStatus(execution, definition),
    execution.failure === null ? '' : clip(inline(execution.failure.message), 300),
    `Started by ${mention(execution.startedBy)}, ${slackTime(execution.createdAt)}`,
  ];
  return lines.filter((line) => line !== '').join('\n');
}
