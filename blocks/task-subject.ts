import type { Definition } from '../src/domain/definition.ts';
import { currentStepExecution, type ExecutionState, type StepExecution } from '../src/domain/execution.ts';
import { clip, inline } from './escape.ts';
import { inputsLine } from './inputs-summary.ts';
import { askTitle, messageOf } from './task-view.ts';

const maxTitleLength = 200;

/**
 * What tells a task from others of the same workflow, on one line in mrkdwn: what is asked now, else what was
 * decided last, else the latest message, else what it was started with. Without the definition, which says
 * what is secret, the inputs are left out. '' when there is nothing.
 */
export function taskSubject(execution: ExecutionState, definition: Definition | null): string {
  const asks = execution.stack.filter((stepExecution) => messageOf(stepExecution) !== '');
  const current = currentStepExecution(execution);
  const asked = asks.find(({ id }) => id === current?.id) ?? asks.findLast(isDecision) ?? asks.at(-1);
  if (asked !== undefined) return `“${clip(inline(askTitle(asked)), maxTitleLength)}”`;
  return definition === null ? '' : inputsLine(execution.context.inputs, definition.inputsSchema);
}

function isDecision({ type }: StepExecution): boolean {
  return type === 'HUMAN';
}
