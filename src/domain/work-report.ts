import type { ExecutionState } from './execution.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { type Mapping, renderMapping } from './mapping.ts';
import type { WorkItem, WorkStatus } from './work-item.ts';

/** What whoever sent work to an intake is told of it: when they ask, and in the callback. */
export interface WorkReport {
  status: WorkStatus;
  /** Null until it is completed. */
  output: JsonValue;
  /** Why it failed, in plain words; null otherwise. */
  error: string | null;
}

/** How far the work has come. @param task null when it is not started, or not kept any more */
export function reportWork(
  item: Pick<WorkItem, 'executionId' | 'error'>,
  task: ExecutionState | null,
  outputTemplate: Mapping | null,
): WorkReport {
  if (item.error !== null) return failed(item.error);
  if (item.executionId === null) return { status: 'pending', output: null, error: null };
  if (task === null) return failed('The task is not kept any more.');
  switch (task.status) {
    case 'RUNNING':
      return { status: 'running', output: null, error: null };
    case 'COMPLETED':
      return { status: 'completed', output: outputOf(task, outputTemplate), error: null };
    case 'FAILED':
      return failed(task.failure?.message ?? 'The task has stopped.');
    case 'CANCELLED':
      return failed(cancelled(task.cancellation?.reason ?? null));
    case 'EXPIRED':
      return failed('The task was not done within a year, and has expired.');
  }
}

/** As it travels; the names are part of the contract of intakes. */
export function representWork(workId: string, { status, output, error }: WorkReport): JsonObject {
  return { work_id: workId, status, output, error };
}

/** What the template makes of the task; without one, what the last step left that left anything. */
function outputOf({ context, stack }: ExecutionState, template: Mapping | null): JsonValue {
  if (template !== null) {
    return renderMapping(template, { inputs: context.inputs, steps: context.steps });
  }
  for (const { status, output, outcome, comment } of stack.toReversed()) {
    if (status !== 'COMPLETED') continue;
    if (output !== null) return output;
    if (outcome !== null) return { outcome, comment };
  }
  return null;
}

function failed(error: string): WorkReport {
  return { status: 'failed', output: null, error };
}

function cancelled(reason: string | null): string {
  return reason === null || reason.trim() === ''
    ? 'The task was cancelled.'
    : `The task was cancelled: ${reason}`;
}
