import type { HomeView, KnownBlock } from '@slack/types';
import { currentStepExecution, type ExecutionState, type StepExecution } from '../src/domain/execution.ts';
import type { Workflow } from '../src/domain/workflow.ts';
import { actionIds } from './action-ids.ts';
import { decisionButtons } from './ask.ts';
import { actions, bold, button, context, divider, header, section } from './elements.ts';
import { clip, escapeBody, oneLine } from './escape.ts';
import { limits } from './limits.ts';
import { workflowRow } from './menu.ts';
import { mention, slackTime } from './people.ts';
import { taskSubject } from './task-subject.ts';
import { askTitle, isOpen, messageOf, type StepView, type TaskView, taskName } from './task-view.ts';
import { describeStatus } from './task-words.ts';

const maxNeedsYou = 15;
const maxYours = 10;
const maxWorkflows = 20;
const maxBodyLength = 600;

interface Waiting extends StepView {
  stepExecution: StepExecution;
}

/** The Home tab: what waits for this person, what they have asked for, and what they can start. */
export function homeView(options: {
  needsYou: readonly TaskView[];
  yours: readonly ExecutionState[];
  workflows: readonly Workflow[];
}): HomeView {
  const blocks = [
    ...needsYouBlocks(options.needsYou),
    divider(),
    ...yourBlocks(options.yours),
    divider(),
    ...workflowBlocks(options.workflows),
  ];
  return { type: 'home', blocks: blocks.slice(0, limits.viewBlocks) };
}

function needsYouBlocks(tasks: readonly TaskView[]): KnownBlock[] {
  const waiting = tasks.flatMap(toWaiting).toSorted(byDeadline);
  const title = header('Waits for you');
  if (waiting.length === 0) return [title, section('Nothing waits for you. 🎉')];
  return [
    title,
    ...waiting.slice(0, maxNeedsYou).flatMap(waitingBlocks),
    ...countMore(waiting.length, maxNeedsYou),
  ];
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
  const due = deadlineAt === null ? '' : `  ·  Due ${slackTime(deadlineAt)}`;
  const lines = [
    bold(clip(title, 300)),
    rest === '' ? '' : clip(escapeBody(rest), maxBodyLength),
    `${taskName(execution)}, started by ${mention(execution.startedBy)}${due}`,
  ];
  const buttons = decisionButtons(waiting, oneLine(title));
  return [
    section(lines.filter((line) => line !== '').join('\n')),
    ...(buttons.length === 0 ? [] : [actions(buttons)]),
  ];
}

function toWaiting(view: TaskView): Waiting[] {
  const stepExecution = currentStepExecution(view.execution);
  if (stepExecution === undefined || !isOpen(view.execution, stepExecution)) return [];
  return [{ ...view, stepIndex: stepExecution.index, stepExecution }];
}

/** Oldest deadline first; then those without one, longest waiting first. */
function byDeadline(left: Waiting, right: Waiting): number {
  const due = ({ stepExecution }: Waiting): number => stepExecution.timers.deadlineAt?.getTime() ?? Infinity;
  if (due(left) !== due(right)) return due(left) - due(right);
  return left.stepExecution.scheduledAt.getTime() - right.stepExecution.scheduledAt.getTime();
}

function yourBlocks(executions: readonly ExecutionState[]): KnownBlock[] {
  if (executions.length === 0)
    return [header('Your requests'), section('You have not started anything yet.')];
  return [
    header('Your requests'),
    ...executions.slice(0, maxYours).map((execution) =>
      section(
        requestText(execution),
        button({
          text: 'Details',
          actionId: actionIds.showStatus,
          value: execution.id,
          label: `Details of ${execution.workflowName}`,
        }),
      ),
    ),
    ...countMore(executions.length, maxYours),
  ];
}

function requestText(execution: ExecutionState): string {
  const lines = [
    `${taskName(execution)}, ${slackTime(execution.createdAt)}`,
    taskSubject(execution, null),
    describeStatus(execution, null),
  ];
  return lines.filter((line) => line !== '').join('\n');
}

function workflowBlocks(workflows: readonly Workflow[]): KnownBlock[] {
  const active = workflows.filter(({ status }) => status === 'ACTIVE');
  const title = header('Start a workflow');
  const make = actions([button({ text: 'New workflow', actionId: actionIds.openNew })]);
  if (active.length === 0) return [title, section('There is no workflow to start yet.'), make];
  return [
    title,
    ...active.slice(0, maxWorkflows).map(workflowRow),
    ...countMore(active.length, maxWorkflows),
    make,
  ];
}

function countMore(all: number, shown: number): KnownBlock[] {
  return all > shown ? [context(`… and ${all - shown} more`)] : [];
}
