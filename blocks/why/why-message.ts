import type { Button } from '@slack/types';
import type { Workflow } from '../../src/domain/workflow.ts';
import type { NextStep, Why } from '../../src/domain/why.ts';
import { actionIds } from '../action-ids.ts';
import { actions, bold, button, context, message, section, simpleMessage } from '../elements.ts';
import { clip, escapeMrkdwn, inline } from '../escape.ts';
import type { Message } from '../message.ts';
import { slackTime } from '../people.ts';
import { taskBlockId } from '../action-ids.ts';
import { type TaskView, plainTaskName, taskName, withStepTitles } from '../task-view.ts';
import { withMentions } from '../with-mentions.ts';
import { whyActions } from './why-ids.ts';

const maxDetails = 10;
const maxEvents = 6;

/** Why a task is where it is: the cause, the events that prove it, and the one thing to do next. */
export function whyMessage(view: TaskView, why: Why, options: { canRephrase: boolean }): Message {
  const { execution } = view;
  const people = peopleOf(view);
  const say = (text: string): string =>
    withPeopleAndTimes(withStepTitles(text, view.definition.steps), people);
  const details = why.details.slice(0, maxDetails).map((line) => `•  ${say(line)}`);
  const events = why.events
    .slice(-maxEvents)
    .map(({ seq, at, words }) => `#${seq}  ${slackTime(at)}:  ${say(words)}`);
  const buttons = [
    ...nextButtons(why.next, execution.id, execution.workflowId),
    ...(options.canRephrase
      ? [button({ text: 'Say it in plain words', actionId: whyActions.plainWords, value: execution.id })]
      : []),
  ];
  return message(clip(`${plainTaskName(execution)}: ${say(why.sentence)}`, 600), [
    { ...section(`🔎 ${taskName(execution)}\n*${say(why.sentence)}*`), block_id: taskBlockId(execution.id) },
    ...(details.length === 0 ? [] : [section(details.join('\n'))]),
    section(`👉 ${say(why.next.words)}`),
    ...(events.length === 0 ? [] : [context(clip(`What the log says\n${events.join('\n')}`, 2_000))]),
    ...(buttons.length === 0 ? [] : [actions(buttons)]),
  ]);
}

/** Why no task of a workflow is started. */
export function whyWorkflowMessage({ id }: Workflow, why: Why): Message {
  return simpleMessage(
    `🔎 ${inline(why.sentence)}\n👉 ${inline(why.next.words)}`,
    actions(nextButtons(why.next, '', id)),
  );
}

/** A workflow of which tasks start: it is a task that one asks about. */
export function whyOfActiveWorkflow({ id, name }: Pick<Workflow, 'id' | 'name'>): Message {
  return simpleMessage(
    `🔎 ${bold(clip(name, 200))} is active: nothing keeps new tasks of it from starting.\n👉 To ask about one task, give the six characters after the # on its card.`,
    actions([
      button({ text: 'My tasks', actionId: actionIds.showTasks }),
      button({ text: 'Open the workflow', actionId: actionIds.showWorkflow, value: id }),
    ]),
  );
}

/** What a model made of it, marked as that, below what is certain. */
export function plainWordsMessage({ execution }: TaskView, why: Why, text: string): Message {
  return message(`${plainTaskName(execution)}, rephrased by a model`, [
    section(`💬 *In plain words*, rephrased by a model:\n${escapeMrkdwn(clip(text, 1_500))}`),
    context(`What Baton found out itself: ${inline(why.sentence)}`),
  ]);
}

/** The one thing to do, where there is a button for it. */
function nextButtons({ kind }: NextStep, executionId: string, workflowId: string): Button[] {
  const style = 'primary' as const;
  switch (kind) {
    case 'reassign':
      return [button({ text: 'Reassign', actionId: actionIds.reassignTask, value: executionId, style })];
    case 'retry':
      return [button({ text: 'Retry this step', actionId: actionIds.retryTask, value: executionId, style })];
    case 'start-again':
      return [button({ text: 'Start over', actionId: actionIds.restartTask, value: executionId, style })];
    case 'reroute':
      return [
        button({ text: 'Send to another step', actionId: whyActions.reroute, value: executionId, style }),
      ];
    case 'activate':
      return [button({ text: 'Activate', actionId: actionIds.activate, value: workflowId, style })];
    case 'edit-workflow':
      return [button({ text: 'Open the workflow', actionId: actionIds.showWorkflow, value: workflowId })];
    case 'configure':
    case 'none':
      return [];
  }
}

function peopleOf({ execution }: TaskView): string[] {
  const current = execution.stack.at(-1);
  return [
    ...(current?.asks ?? []).flatMap(({ recipient, closed }) => [recipient, ...(closed?.to ?? [])]),
    ...(current?.delegations ?? []).flatMap(({ to }) => to ?? []),
  ];
}

/** Escaped, with those who were asked as mentions, and times as each reader's own. */
function withPeopleAndTimes(text: string, people: readonly string[]): string {
  return withMentions(text, people).replaceAll(
    /(\d{4}-\d\d-\d\d) (\d\d:\d\d) UTC/g,
    (whole, day: string, time: string) => {
      const at = new Date(`${day}T${time}:00Z`);
      return Number.isNaN(at.getTime()) ? whole : slackTime(at);
    },
  );
}
