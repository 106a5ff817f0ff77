import type { BatchClaim, BatchProgress, BatchStore } from '../../../models/batch-store.ts';
import { type Batch, type BatchRow, type RowStatus, startKeyOf } from '../../domain/batch.ts';
import { canonicalText } from '../../domain/canonical-text.ts';
import type { ExecutionStatus } from '../../domain/execution.ts';
import type { Workflow } from '../../domain/workflow.ts';
import { AppError } from '../../errors.ts';
import type { Engine } from '../engine.ts';
import type { ClaimKeeping } from './keep-claim.ts';

export interface StartingDeps extends Pick<ClaimKeeping, 'clock' | 'leaseMs'> {
  store: BatchStore;
  engine: Pick<Engine, 'start'>;
  findWorkflow: (orgId: string, workflowId: string) => Promise<Workflow | null>;
}

/** A turn is short, so that many batches take turns. */
const maxPerTurn = 500;
const parallelStarts = 16;
const followPage = 500;
/** How often tasks are looked at that have not ended: soon at first, seldom when nothing happens. */
const followEveryMs = 2_000;
const maxFollowEveryMs = 300_000;

/**
 * Starts a small portion of the rows that are still to be started, at the pace of the batch; once there is none, looks
 * at what became of their tasks.
 *
 * @param goesOn false when this process is about to stop, or the claim is lost: then no other row is started
 */
export async function startOrFollow(
  deps: StartingDeps,
  claim: BatchClaim,
  goesOn: () => boolean,
): Promise<BatchProgress> {
  const { store, clock, leaseMs } = deps;
  const { batch } = claim;
  const perTurn = Math.min(Math.max(Math.ceil(batch.pacePerMinute / 60), 1), maxPerTurn);
  const rows = await store.rows(batch.id, { limit: perTurn, status: 'VALID' });
  if (rows.length === 0) return follow(deps, claim);
  const workflow = await deps.findWorkflow(batch.orgId, batch.workflowId);
  if (workflow?.status !== 'ACTIVE') {
    const reason = 'The workflow is not active. Activate it, then go on with the batch.';
    return { dueAt: null, changes: { status: 'PAUSED', reason } };
  }
  const startedAt = clock.now();
  const counts = { ...batch.counts };
  for (let from = 0; from < rows.length && goesOn(); from += parallelStarts) {
    // Somebody may have paused or cancelled it, or have it by now: then no other row is started.
    if (from > 0 && !(await store.renew(claim, new Date(clock.now().getTime() + leaseMs)))) break;
    const portion = rows.slice(from, from + parallelStarts);
    const statuses = await Promise.all(portion.map((row) => startRow(deps, batch, row)));
    for (const status of statuses) {
      counts.VALID -= 1;
      counts[status] += 1;
    }
  }
  const dueAt = new Date(startedAt.getTime() + (rows.length * 60_000) / batch.pacePerMinute);
  return { dueAt, changes: { counts }, followedTo: 0 };
}

/** @throws what may pass: the rest of the portion is started by the next turn */
async function startRow(
  { engine, store }: StartingDeps,
  batch: Batch,
  { row, rowKey, inputs }: BatchRow,
): Promise<RowStatus> {
  const { id, orgId, workflowId, createdBy } = batch;
  const refuse = async (message: string): Promise<RowStatus> => {
    await store.setRow(id, row, { status: 'REFUSED', errors: [{ path: '', message }] });
    return 'REFUSED';
  };
  if (rowKey === null || inputs === null) return refuse('has no key');
  try {
    const task = await engine.start({
      orgId,
      workflowId,
      inputs,
      startedBy: createdBy,
      origin: { kind: 'api', quiet: true },
      startKey: startKeyOf(batch, rowKey),
    });
    const wasThere = task.createdAt < batch.createdAt;
    if (wasThere && canonicalText(task.context.inputs) !== canonicalText(inputs)) {
      const message = `was started before with other values, as task ${task.id}`;
      await store.setRow(id, row, {
        status: 'REFUSED',
        executionId: null,
        wasThere,
        errors: [{ path: 'row_key', message }],
      });
      return 'REFUSED';
    }
    const status = toRowStatus(task.status);
    await store.setRow(id, row, { status, executionId: task.id, wasThere });
    return status;
  } catch (error) {
    if (!(error instanceof AppError) || error.retryable || error.code.startsWith('workflow-')) throw error;
    return refuse(error.message);
  }
}

/** All rows are started: looks at what became of their tasks, a page in each turn. */
async function follow(
  { store, clock }: StartingDeps,
  { batch, followedTo }: BatchClaim,
): Promise<BatchProgress> {
  const now = clock.now();
  const open = await store.rows(batch.id, { limit: followPage, after: followedTo, status: 'STARTED' });
  const ids = open.flatMap(({ executionId }) => executionId ?? []);
  const statuses = await store.statusOf(ids);
  const ended = open.flatMap(({ row, executionId }) => {
    const status = toRowStatus(statuses.get(executionId ?? '') ?? 'EXPIRED');
    return status === 'STARTED' ? [] : [{ batchId: batch.id, row, status }];
  });
  await store.setRows(ended);
  const last = open.at(-1);
  if (last !== undefined && open.length === followPage) {
    return { dueAt: now, followedTo: last.row, changes: { counts: await store.count(batch.id) } };
  }
  const counts = await store.count(batch.id);
  if (counts.STARTED > 0) return { dueAt: lookAgainAt(batch, now), followedTo: 0, changes: { counts } };
  return { dueAt: null, followedTo: 0, changes: { counts, status: 'COMPLETED', endedAt: now } };
}

/** A tenth of the time since it was started, within bounds: people may take days. */
function lookAgainAt({ startedAt }: Batch, now: Date): Date {
  const ageMs = now.getTime() - (startedAt ?? now).getTime();
  return new Date(now.getTime() + Math.min(Math.max(ageMs / 10, followEveryMs), maxFollowEveryMs));
}

function toRowStatus(status: ExecutionStatus): RowStatus {
  return status === 'RUNNING' ? 'STARTED' : status;
}
