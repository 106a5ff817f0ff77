import type { Step } from '../../domain/definition.ts';
import { currentStepExecution, type ExecutionState, type ExecutionStatus } from '../../domain/execution.ts';
import type { Workflow } from '../../domain/workflow.ts';
import type { Tasks } from '../../engine/tasks.ts';
import type { Workflows } from '../../engine/workflows.ts';

/** How many open tasks of each status are shown, newest first. */
export const maxOpen = 50;
const maxEnded = 10;
const openStatuses = ['RUNNING', 'FAILED'] as const;
const endedStatuses = ['COMPLETED', 'CANCELLED', 'EXPIRED'] as const;

export interface Column {
  /** Null for tasks at a step that the newest revision no longer has. */
  step: Step | null;
  tasks: ExecutionState[];
}

export interface WorkflowBoard {
  workflow: Workflow;
  columns: Column[];
  ended: ExecutionState[];
  /** True when there are more open tasks than are shown. */
  isCut: boolean;
}

export interface Board {
  workflows: Workflow[];
  /** Null when the org has no workflow yet. */
  shown: WorkflowBoard | null;
}

/**
 * What the board shows: the org's workflows, and one of them with its tasks.
 *
 * @param workflowId null: the first by name
 * @throws NotFoundError when the org has no such workflow
 */
export async function readBoard(
  { workflows, tasks }: { workflows: Workflows; tasks: Tasks },
  orgId: string,
  workflowId: string | null,
): Promise<Board> {
  const listed = await workflows.list(orgId);
  const shownId = workflowId ?? listed[0]?.id;
  if (shownId === undefined) return { workflows: listed, shown: null };
  const list = (status: ExecutionStatus, limit: number): Promise<ExecutionState[]> =>
    tasks.list(orgId, { workflowId: shownId, status }, { limit });
  const [{ workflow, definition }, open, ended] = await Promise.all([
    workflows.get(orgId, shownId),
    Promise.all(openStatuses.map((status) => list(status, maxOpen + 1))),
    Promise.all(endedStatuses.map((status) => list(status, maxEnded))),
  ]);
  return {
    workflows: listed,
    shown: {
      workflow,
      columns: toColumns(
        definition.steps,
        open.flatMap((tasksOfStatus) => tasksOfStatus.slice(0, maxOpen)),
      ),
      ended: ended.flat().toSorted(byEndNewestFirst).slice(0, maxEnded),
      isCut: open.some((tasksOfStatus) => tasksOfStatus.length > maxOpen),
    },
  };
}

function toColumns(steps: readonly Step[], open: readonly ExecutionState[]): Column[] {
  const isAt = (task: ExecutionState, stepId: string): boolean =>
    currentStepExecution(task)?.stepId === stepId;
  const columns: Column[] = steps.map((step) => ({
    step,
    tasks: open.filter((task) => isAt(task, step.id)),
  }));
  const elsewhere = open.filter((task) => !steps.some((step) => isAt(task, step.id)));
  return elsewhere.length === 0 ? columns : [...columns, { step: null, tasks: elsewhere }];
}

function byEndNewestFirst(left: ExecutionState, right: ExecutionState): number {
  return (right.endedAt?.getTime() ?? 0) - (left.endedAt?.getTime() ?? 0);
}
