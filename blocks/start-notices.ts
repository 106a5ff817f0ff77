import type { Workflow } from '../src/domain/workflow.ts';
import { actionIds } from './action-ids.ts';
import { actions, bold, button, simpleMessage } from './elements.ts';
import { clip, inline } from './escape.ts';
import type { Message } from './message.ts';
import { joinWords, mention } from './people.ts';
import { tieToTask } from './task-block.ts';
import { taskSubject } from './task-subject.ts';
import { type TaskView, taskName } from './task-view.ts';
import { describeStatus } from './task-words.ts';
import { explainWorkflowStatus } from '../src/domain/workflow-words.ts';

const maxNameLength = 80;

/** What was typed is all that was needed: the task runs. */
export function startedNotice({ execution, definition }: TaskView): Message {
  const subject = taskSubject(execution, definition);
  const lines = [`Started ${taskName(execution)}.`, subject, describeStatus(execution, definition)];
  const details = { text: 'Details', actionId: actionIds.showStatus, value: execution.id };
  const text = lines.filter((line) => line !== '').join('\n');
  return tieToTask(simpleMessage(text, actions([button(details)])), execution.id);
}

/** Why no task can be started now, with what to do about it for whoever may. */
export function cannotStart(options: {
  workflow: Workflow;
  hasSteps: boolean;
  mayActivate: boolean;
}): Message {
  const { workflow, hasSteps, mayActivate } = options;
  const { id, name, status } = workflow;
  const open = button({ text: 'Open', actionId: actionIds.showWorkflow, value: id, label: `Open ${name}` });
  const activate = button({
    text: 'Activate',
    actionId: actionIds.activate,
    value: id,
    style: 'primary',
    label: `Activate ${name}`,
  });
  const why = mayActivate ? explainWorkflowStatus(status, hasSteps) : explainToOthers(workflow);
  return simpleMessage(
    `${bold(clip(name, maxNameLength))}\n${why}`,
    actions(mayActivate && hasSteps ? [activate, open] : [open]),
  );
}

/** The same for whoever may not change the workflow: who may. */
function explainToOthers({ status, teamId, createdBy }: Workflow): string {
  if (status === 'ARCHIVED') return explainWorkflowStatus(status, true);
  const why =
    status === 'DRAFT'
      ? 'This workflow is still a draft, so it cannot be started yet.'
      : explainWorkflowStatus(status, true);
  const maker = createdBy.kind === 'person' ? mention(createdBy) : 'whoever made it';
  return `${why} Only ${teamId === null ? maker : 'its team'} and the admins can activate it.`;
}

/** Keys that name nothing, and what there is; in mrkdwn. */
export function unknownInputs(unknown: readonly string[], known: readonly string[]): string {
  const quoted = (keys: readonly string[]): string =>
    joinWords(
      keys.map((key) => `“${clip(inline(key), maxNameLength)}”`),
      'and',
    );
  const has = known.length === 0 ? 'It asks for nothing.' : `It has ${quoted(known)}.`;
  return `⚠️ This workflow has no input ${quoted(unknown)}. ${has}`;
}
