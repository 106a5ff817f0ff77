import type { KnownBlock } from '@slack/types';
import { taskRef } from '../src/domain/ids.ts';
import { taskBlockId } from './action-ids.ts';
import { describeCancellation } from './cancellation-words.ts';
import { actions, context, fields, header, message, section } from './elements.ts';
import { clip, inline, oneLine } from './escape.ts';
import { fitLines, groupLines } from './fit-lines.ts';
import { summariseInputs } from './inputs-summary.ts';
import type { Message } from './message.ts';
import { mention, slackTime } from './people.ts';
import { stepLines, summariseEarlier } from './step-lines.ts';
import { taskButtons } from './task-buttons.ts';
import { plainTaskName, type TaskView } from './task-view.ts';
import { adviseOnFailure, describeStatus } from './task-words.ts';

export type { TaskView } from './task-view.ts';

const maxTitleLength = 130;
const maxSteps = { chars: 9_000, lines: 60 };

/**
 * The task's root card, as the task stands now: title, status, who started it, inputs, steps, how it ended,
 * and what can be done.
 * With `isDetail` it is shown to one person who has asked for it.
 */
export function taskCard(view: TaskView, { isDetail = false } = {}): Message {
  const { execution, definition } = view;
  const title = clip(oneLine(execution.workflowName), maxTitleLength);
  const status = describeStatus(execution, definition);
  const blocks: KnownBlock[] = [
    { ...header(`${title} #${taskRef(execution.id)}`), block_id: taskBlockId(execution.id) },
    section(`*Status:* ${status}`),
    context(`Started by ${mention(execution.startedBy)}, ${slackTime(execution.createdAt)}`),
    ...inputBlocks(view),
    ...stepBlocks(view),
    ...endBlocks(view),
    ...buttonBlocks(view, isDetail),
  ];
  return message(`${plainTaskName(execution)}: ${status}`, blocks);
}

function inputBlocks({ execution, definition }: TaskView): KnownBlock[] {
  const { shown, more } = summariseInputs(execution.context.inputs, definition.inputsSchema);
  if (shown.length === 0) return [];
  const rest = more > 0 ? [context(`… and ${more} more ${more === 1 ? 'value' : 'values'}`)] : [];
  return [fields(shown), ...rest];
}

function stepBlocks(view: TaskView): KnownBlock[] {
  const lines = fitLines(stepLines(view), maxSteps, summariseEarlier);
  if (lines.length === 0) return [section('This workflow has no steps.')];
  return groupLines(lines).map((text) => section(text));
}

function buttonBlocks(view: TaskView, isDetail: boolean): KnownBlock[] {
  const buttons = taskButtons(view, isDetail);
  return buttons.length === 0 ? [] : [actions(buttons)];
}

function endBlocks({ execution }: TaskView): KnownBlock[] {
  switch (execution.status) {
    case 'RUNNING':
    case 'COMPLETED':
      return [];
    case 'FAILED':
      if (execution.failure === null) return [];
      return [
        section(
          `⚠️ *It stopped:* ${clip(inline(execution.failure.message), 1_000)}\n*What to do:* ${adviseOnFailure(execution.failure)}`,
        ),
      ];
    case 'CANCELLED':
      return [section(`🚫 ${describeCancellation(execution, 'This task was cancelled')}`)];
    case 'EXPIRED':
      return [section('⌛ This task was open for too long and has expired. Nothing more happens.')];
  }
}
