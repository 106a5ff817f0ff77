import type { RowPage } from '../../../models/batch-rows.ts';
import type {
  Batch,
  BatchFormat,
  BatchOptions,
  BatchPlace,
  BatchRow,
  SlackSource,
} from '../../domain/batch.ts';
import type { Actor } from '../../domain/actor.ts';
import type { Workflow } from '../../domain/workflow.ts';
import type { Manager } from '../people/manager.ts';

export interface NewBatch extends Partial<BatchOptions> {
  format: BatchFormat;
  /** The same id makes the same batch. */
  id?: string | undefined;
}

/** What a batch in waiting may become. */
export interface BatchChange {
  status?: 'RUNNING' | 'PAUSED' | 'CANCELLED' | undefined;
  /** Start the right rows, and leave out those that are wrong. */
  skipInvalid?: boolean | undefined;
  pacePerMinute?: number | undefined;
}

/**
 * Files of rows, each of which becomes a task. Whoever may start the workflow makes batches of it; the workflow is
 * one that the caller may see. The same row starts one task, however often it comes.
 */
export interface Batches {
  /**
   * Reads and checks all rows as they come in; nothing is started. A batch that is there already, whole, is found
   * again, if it was of the same file.
   *
   * @throws ValidationError for a file that is no table, ConflictError for the same id with another file
   */
  check(by: Manager, workflow: Workflow, batch: NewBatch, source: AsyncIterable<Uint8Array>): Promise<Batch>;
  /** The same for a file in Slack, which is read soon. */
  checkLater(
    by: { orgId: string; actor: Actor },
    workflow: Workflow,
    batch: NewBatch & { source: SlackSource; place: BatchPlace },
  ): Promise<Batch>;
  list(workflow: Workflow, page: { limit: number; before?: string }): Promise<Batch[]>;
  /** @throws NotFoundError */
  get(workflow: Workflow, batchId: string): Promise<Batch>;
  /** @throws ConflictError when it is not in a state for that, PermissionError */
  change(by: Manager, workflow: Workflow, batchId: string, change: BatchChange): Promise<Batch>;
  rows(workflow: Workflow, batchId: string, page: RowPage): Promise<BatchRow[]>;
  /** The rows as they came, with what became of each, as CSV; as much of it in memory as a few hundred rows. */
  result(workflow: Workflow, batchId: string): AsyncIterable<string>;
}
