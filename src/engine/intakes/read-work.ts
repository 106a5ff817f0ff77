import type { ExecutionState } from '../../domain/execution.ts';
import type { ExecutionStore } from '../../domain/execution-store.ts';
import type { WorkItem } from '../../domain/work-item.ts';
import { type WorkReport, reportWork } from '../../domain/work-report.ts';
import type { TriggerSource } from '../triggers/triggers.ts';

export interface ReadWorkDeps {
  executions: Pick<ExecutionStore, 'load'>;
  triggers: Pick<TriggerSource, 'find'>;
}

/** How far a work item has come, and its task as it is stored; null when there is none. */
export type ReadWork = (item: WorkItem) => Promise<{ report: WorkReport; task: ExecutionState | null }>;

export function createReadWork({ executions, triggers }: ReadWorkDeps): ReadWork {
  return async (item) => {
    const record = item.executionId === null ? null : await executions.load(item.executionId);
    const task = record?.state.orgId === item.orgId ? record.state : null;
    const intake = task?.status === 'COMPLETED' ? await triggers.find(item.intakeId) : null;
    const template = intake?.kind === 'intake' ? intake.settings.outputTemplate : null;
    return { report: reportWork(item, task, template), task };
  };
}
