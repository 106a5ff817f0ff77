import type { ExecutionState, ExecutionStatus } from '../domain/execution.ts';

export interface TaskFilter {
  workflowId?: string;
  status?: ExecutionStatus;
  /** Who started it: a Slack user id, or the id of a key that is no person's. */
  startedBy?: string;
  /** Any of these assignees is waited for. */
  waitingFor?: string[];
  /** Only those that run another revision. */
  exceptRevision?: number;
  /** Id of the step that it is at. */
  pointer?: string;
  createdAfter?: Date;
  createdBefore?: Date;
}

/** Finds executions for lists. Every call stays within one org. Newest first. */
export interface Tasks {
  /** @param before only those with a smaller id (for paging) */
  list(
    orgId: string,
    filter: TaskFilter,
    page: { limit: number; before?: string },
  ): Promise<ExecutionState[]>;
  /** By whole id, or by the six digits that people see (`taskRef`); the newest when several share them. */
  findByRef(orgId: string, ref: string): Promise<ExecutionState | null>;
}
