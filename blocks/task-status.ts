import { actionIds } from './action-ids.ts';
import { commandButtons, commandText } from './command-buttons.ts';
import { actions, button, header, message, section, simpleMessage } from './elements.ts';
import { clip, inline } from './escape.ts';
import type { Message } from './message.ts';
import { mention, slackTime } from './people.ts';
import { taskCard } from './task-card.ts';
import { taskSubject } from './task-subject.ts';
import { plainTaskName, type TaskView, taskName } from './task-view.ts';
import { describeStatus } from './task-words.ts';
import type { Verb } from './verbs.ts';

const maxTasks = 5;

/** The verbs of which a task has to be chosen. */
export type TaskVerb = Extract<Verb, 'status' | 'why' | 'cancel' | 'retry' | 'reassign'>;

const questions: Record<TaskVerb, { ask: string; none: string; button: string }> = {
  status: { ask: 'Latest tasks', none: 'You have no tasks yet.', button: 'Details' },
  why: { ask: 'Which task do you ask about?', none: 'You have no open task.', button: 'Why?' },
  cancel: {
    ask: 'Which task do you want to cancel?',
    none: 'There is no open task that you could cancel.',
    button: 'Cancel task',
  },
  retry: {
    ask: 'Which task do you want to retry?',
    none: 'No task that you could retry has stopped.',
    button: 'Retry',
  },
  reassign: {
    ask: 'Which task should somebody else do?',
    none: 'There is no task that you could reassign.',
    button: 'Reassign',
  },
};

/**
 * The latest tasks, newest first, each with its state and a button for what is to be done with it. `rest` is
 * what else was typed, which the buttons keep.
 */
export function chooseTask(options: { verb: TaskVerb; tasks: readonly TaskView[]; rest?: string }): Message {
  const { verb, rest = '' } = options;
  const shown = options.tasks.slice(0, maxTasks);
  const words = questions[verb];
  if (shown.length === 0) {
    const other = verb === 'status' ? 'All workflows' : 'My tasks';
    const actionId = verb === 'status' ? actionIds.showList : actionIds.showTasks;
    return simpleMessage(words.none, actions([button({ text: other, actionId })]));
  }
  const spoken = shown.map(
    ({ execution, definition }) => `${plainTaskName(execution)}: ${describeStatus(execution, definition)}`,
  );
  const buttons = commandButtons(
    shown.map(({ execution }) => ({
      text: words.button,
      command: commandText(`${verb} ${execution.id}`, rest),
      label: `${words.button}: ${execution.workflowName}`,
    })),
  );
  return message(`${verb === 'status' ? '' : `${words.ask} `}${spoken.join('; ')}`, [
    header(words.ask),
    ...shown.map((view, index) => section(statusText(view), buttons[index])),
  ]);
}

/** The latest tasks, newest first, each with its state and a way to all of it. */
export function taskStatus({ tasks }: { tasks: readonly TaskView[] }): Message {
  return chooseTask({ verb: 'status', tasks });
}

/** Everything about one task: what its card shows. */
export function taskStatusDetail(view: TaskView): Message {
  return taskCard(view, { isDetail: true });
}

/** Answers a number that no task has, or that the person may not see. */
export function noSuchTask(ref: string): Message {
  return simpleMessage(
    `There is no task “${clip(inline(ref), 80)}”. A task is called by the six characters after the # on its card.`,
    actions([button({ text: 'My tasks', actionId: actionIds.showTasks })]),
  );
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
