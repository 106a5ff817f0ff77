import type { RowPage } from '../../../models/batch-rows.ts';
import { canEditWorkflow } from '../../domain/access.ts';
import type { Actor } from '../../domain/actor.ts';
import {
  type Batch,
  BatchOptions,
  type BatchPlace,
  type BatchRow,
  type BatchStatus,
  countWrong,
  noCounts,
  type SlackSource,
} from '../../domain/batch.ts';
import type { IdSource } from '../../domain/ids.ts';
import type { Workflow } from '../../domain/workflow.ts';
import { ConflictError, NotFoundError, PermissionError } from '../../errors.ts';
import type { NoteOrgEvent } from '../audit/note-org-event.ts';
import type { Manager } from '../people/manager.ts';
import { requireActive } from '../workflows/require-startable.ts';
import type { BatchChange, Batches, NewBatch } from './batches.ts';
import { checkSentFile, isOver, requireSame, type SentFileDeps } from './check-sent-file.ts';
import { noteBatch } from './note-batch.ts';
import { type ResultDeps, writeResult } from './write-result.ts';

export interface BatchesDeps extends SentFileDeps {
  readTasks: ResultDeps['readTasks'];
  note: NoteOrgEvent;
  newId: IdSource;
}

/** Which states a batch may come from, for each that it may be given. */
const movesFrom: Record<'RUNNING' | 'PAUSED' | 'CANCELLED', BatchStatus[]> = {
  RUNNING: ['CHECKED', 'INVALID', 'PAUSED', 'RUNNING'],
  PAUSED: ['RUNNING', 'PAUSED'],
  CANCELLED: ['CHECKING', 'CHECKED', 'INVALID', 'RUNNING', 'PAUSED', 'CANCELLED'],
};

export function createBatches(deps: BatchesDeps): Batches {
  return new StoreBatches(deps);
}

class StoreBatches implements Batches {
  readonly #deps: BatchesDeps;

  constructor(deps: BatchesDeps) {
    this.#deps = deps;
  }

  async check(
    by: Manager,
    workflow: Workflow,
    { id, ...wanted }: NewBatch,
    source: AsyncIterable<Uint8Array>,
  ): Promise<Batch> {
    requireStarter(by);
    requireActive(workflow);
    const { store, newId, note } = this.#deps;
    const earlier = id === undefined ? null : await store.find(workflow.orgId, id);
    if (earlier !== null && isOver(earlier)) return requireSame(earlier, source);
    const fresh = this.#newBatch(workflow, wanted, { id: id ?? newId(), actor: by.actor });
    const checked = await checkSentFile(this.#deps, fresh, workflow.inputsSchema, source);
    const { rows, status } = checked;
    await noteBatch(note, 'BATCH_CHECKED', fresh, { actor: by.actor, data: { rows, status } });
    return this.get(workflow, fresh.id);
  }

  async checkLater(
    { orgId, actor }: { orgId: string; actor: Actor },
    workflow: Workflow,
    { id, source, place, ...wanted }: NewBatch & { source: SlackSource; place: BatchPlace },
  ): Promise<Batch> {
    requireActive(workflow);
    const { store, clock, newId } = this.#deps;
    const fresh = this.#newBatch(workflow, wanted, { id: id ?? newId(), actor, source, place });
    if (await store.insert(fresh, clock.now())) return fresh;
    const found = await store.find(orgId, fresh.id);
    if (found === null) throw noSuchBatch();
    return found;
  }

  list(workflow: Workflow, page: { limit: number; before?: string }): Promise<Batch[]> {
    return this.#deps.store.list(workflow.orgId, workflow.id, page);
  }

  async get(workflow: Workflow, batchId: string): Promise<Batch> {
    const batch = await this.#deps.store.find(workflow.orgId, batchId);
    if (batch === null || batch.workflowId !== workflow.id) throw noSuchBatch();
    return batch;
  }

  async change(by: Manager, workflow: Workflow, batchId: string, change: BatchChange): Promise<Batch> {
    requireStarter(by);
    const batch = await this.get(workflow, batchId);
    requireOwner(by, workflow, batch);
    const { status, skipInvalid = false, pacePerMinute } = change;
    const pace = pacePerMinute === undefined ? {} : { pacePerMinute };
    if (status === undefined) return this.#move(batch, [batch.status], pace);
    if (status === 'RUNNING') {
      requireActive(workflow);
      if (batch.status === 'INVALID' && !skipInvalid) throw isInvalid(batch);
    }
    if (batch.status === status) return batch;
    const now = this.#deps.clock.now();
    const stamps =
      status === 'RUNNING'
        ? { startedAt: batch.startedAt ?? now, reason: null }
        : status === 'CANCELLED'
          ? { endedAt: now }
          : {};
    const moved = await this.#move(batch, movesFrom[status], { ...pace, ...stamps, status });
    const after = status === 'CANCELLED' ? await this.#skipRest(moved, batch.status) : moved;
    const data = { status, from: batch.status, skipInvalid };
    await noteBatch(this.#deps.note, 'BATCH_CHANGED', after, { actor: by.actor, data });
    return after;
  }

  async rows(workflow: Workflow, batchId: string, page: RowPage): Promise<BatchRow[]> {
    await this.get(workflow, batchId);
    return this.#deps.store.rows(batchId, page);
  }

  async *result(workflow: Workflow, batchId: string): AsyncIterable<string> {
    const batch = await this.get(workflow, batchId);
    yield* writeResult(this.#deps, batch);
  }

  async #move(batch: Batch, from: readonly BatchStatus[], changes: Partial<Batch>): Promise<Batch> {
    const { store, clock } = this.#deps;
    const next = changes.status ?? batch.status;
    // To be worked on, or to be told of where people see it.
    const isDue = next === 'RUNNING' || batch.place !== null;
    const dueAt = changes.status === undefined ? undefined : isDue ? clock.now() : null;
    const moved = await store.move(batch.id, from, changes, dueAt);
    if (moved !== null) return moved;
    const { status } = (await store.find(batch.orgId, batch.id)) ?? batch;
    throw new ConflictError(`The batch is ${status}, so it cannot become ${next}.`, 'batch-status');
  }

  /** Tasks that were started go on; what was not started is not. Of a file that was not read to its end nothing is kept. */
  async #skipRest(batch: Batch, from: BatchStatus): Promise<Batch> {
    const { store } = this.#deps;
    if (from === 'CHECKING') {
      await store.removeRows(batch.id);
      return batch;
    }
    await store.moveRows(batch.id, ['VALID'], 'SKIPPED');
    const counts = await store.count(batch.id);
    return this.#move(batch, ['CANCELLED'], { status: 'CANCELLED', counts });
  }

  #newBatch(
    { orgId, id: workflowId }: Workflow,
    { format, ...options }: NewBatch,
    made: { id: string; actor: Actor; source?: SlackSource; place?: BatchPlace },
  ): Batch {
    const { rowKey = null, ...rest } = BatchOptions.parse(options);
    const now = this.#deps.clock.now();
    return {
      ...rest,
      id: made.id,
      orgId,
      workflowId,
      rowKey,
      format,
      status: 'CHECKING',
      reason: null,
      rows: 0,
      counts: noCounts,
      problems: [],
      digest: null,
      source: made.source ?? null,
      place: made.place ?? null,
      createdBy: made.actor,
      createdAt: now,
      updatedAt: now,
      startedAt: null,
      endedAt: null,
    };
  }
}

/** @throws PermissionError for a token that may only read */
export function requireStarter({ access }: Manager): void {
  if (access.handler === null || access.handler.canWrite) return;
  throw new PermissionError('This token may only read. Attach the plugin with the scope WORKFLOW_WRITE.');
}

function requireOwner({ access, actor }: Manager, workflow: Workflow, { createdBy }: Batch): void {
  const isOwn =
    (createdBy.kind === 'person' && actor.kind === 'person' && createdBy.userId === actor.userId) ||
    (createdBy.kind === 'key' && actor.kind === 'key' && createdBy.keyId === actor.keyId);
  if (isOwn || canEditWorkflow(access, workflow)) return;
  throw new PermissionError('Only whoever made this batch, or may change its workflow, can do this.');
}

function isInvalid({ counts }: Batch): ConflictError {
  return new ConflictError(
    `${countWrong(counts)} rows are wrong, so nothing was started. Correct the file and send it again, or send skipInvalid to start the others.`,
    'batch-invalid',
  );
}

function noSuchBatch(): NotFoundError {
  return new NotFoundError('There is no such batch.');
}
