import type { BatchClaim, BatchProgress, BatchStore } from '../../../models/batch-store.ts';
import type { Clock } from '../../clock.ts';
import { type Batch, type BatchRow, type RowStatus, startKeyOf } from '../../domain/batch.ts';
import { canonicalText } from '../../domain/canonical-text.ts';
import type { ExecutionStatus } from '../../domain/execution.ts';
import type { Workflow } from '../../domain/workflow.ts';
import { AppError, errorMessage } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { Engine } from '../engine.ts';
import { checkBatch } from './check-batch.ts';
import { explainUnreadable, isRight } from './create-batches.ts';
import type { BatchTeller } from './tell-batch.ts';

export interface BatchWorkerDeps {
  store: BatchStore;
  engine: Pick<Engine, 'start'>;
  findWorkflow: (orgId: string, workflowId: string) => Promise<Workflow | null>;
  /** Where people see how far it has come; null: nowhere but in the API. */
  teller: BatchTeller | null;
  newToken: () => string;
  clock: Clock;
  logger: Logger;
}

/** A turn is short, so that many batches take turns; a claim outlasts it by far. */
const leaseMs = 60_000;
const maxPerTurn = 500;
const parallelStarts = 16;
const followPage = 500;
/** How often tasks are looked at that have not ended: soon at first, seldom when nothing happens. */
const followEveryMs = 2_000;
const maxFollowEveryMs = 300_000;
const tellEveryMs = 3_000;
/** A file that cannot be read for now is tried so often, at intervals that double. */
const maxAttempts = 5;
const firstRetryMs = 15_000;
const minRetryMs = 1_000;

/**
 * Works off batches in small portions, at each one's pace. A claim is fenced by its token, each row is started under
 * its key, and what was started is kept with the row: so another process goes on where one died, and no row starts twice.
 */
export class BatchWorker {
  readonly #deps: BatchWorkerDeps;
  #isStopping = false;
  #working: Promise<void> = Promise.resolve();

  constructor(deps: BatchWorkerDeps) {
    this.#deps = deps;
  }

  /** Takes turns at what is due, for `maxMs` at most. @returns how many turns */
  sweep(maxMs: number): Promise<number> {
    const turns = this.#working.then(() => this.#takeTurns(maxMs));
    this.#working = turns.then(
      () => {},
      () => {},
    );
    return turns;
  }

  /** Begins no other turn, and waits for the one under way. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#working;
  }

  async #takeTurns(maxMs: number): Promise<number> {
    const { store, clock, newToken, logger } = this.#deps;
    const startedAt = clock.now().getTime();
    let turns = 0;
    while (!this.#isStopping && clock.now().getTime() - startedAt < maxMs) {
      const now = clock.now();
      const claim = await store.claim(now, newToken(), new Date(now.getTime() + leaseMs));
      if (claim === null) break;
      turns += 1;
      try {
        await this.#turn(claim);
      } catch (error) {
        // The claim runs out, and the turn is taken again.
        logger.warn(
          { batchId: claim.batch.id, detail: errorMessage(error) },
          'a batch waits for its next turn',
        );
      }
    }
    return turns;
  }

  async #turn(claim: BatchClaim): Promise<void> {
    const { store } = this.#deps;
    const { batch, isTakeover } = claim;
    if (isTakeover) batch.counts = batch.rows > 0 ? await store.count(batch.id) : batch.counts;
    const progress = await this.#progress(claim);
    const told = await this.#tell(claim, progress);
    await store.release(claim, { ...progress, ...told });
  }

  /** What neither is checked nor runs is only told of. */
  async #progress(claim: BatchClaim): Promise<BatchProgress> {
    const { status, counts } = claim.batch;
    if (status === 'CHECKING') return this.#check(claim);
    return status === 'RUNNING' ? this.#startOrFollow(claim) : { dueAt: null, changes: { counts } };
  }

  async #check({ batch, attempts }: BatchClaim): Promise<BatchProgress> {
    const { store, teller, findWorkflow, clock, logger } = this.#deps;
    const at = clock.now();
    const failed = (reason: string): BatchProgress => ({
      dueAt: null,
      changes: { status: 'FAILED', reason, endedAt: at },
    });
    const workflow = await findWorkflow(batch.orgId, batch.workflowId);
    if (workflow === null || teller === null || batch.source === null)
      return failed('It cannot be read any more.');
    await store.removeRows(batch.id);
    try {
      const source = teller.readFile(batch, batch.source);
      const checked = await checkBatch(store, batch, { schema: workflow.inputsSchema, source, at });
      const changes = { ...checked, status: isRight(checked.counts) ? 'CHECKED' : 'INVALID' } as const;
      return { dueAt: null, changes };
    } catch (error) {
      await store.removeRows(batch.id);
      const reason = explainUnreadable(error);
      if (reason !== null) return failed(reason);
      const detail = errorMessage(error);
      logger.warn({ batchId: batch.id, detail }, 'the file of a batch could not be read now');
      if (attempts + 1 >= maxAttempts)
        return failed('I could not read it, time and again. Share it once more.');
      return { dueAt: new Date(at.getTime() + firstRetryMs * 2 ** attempts), attempts: attempts + 1 };
    }
  }

  async #startOrFollow(claim: BatchClaim): Promise<BatchProgress> {
    const { store, clock } = this.#deps;
    const { batch } = claim;
    const perTurn = Math.min(Math.max(Math.ceil(batch.pacePerMinute / 60), 1), maxPerTurn);
    const rows = await store.rows(batch.id, { limit: perTurn, status: 'VALID' });
    if (rows.length === 0) return this.#follow(claim);
    const workflow = await this.#deps.findWorkflow(batch.orgId, batch.workflowId);
    if (workflow?.status !== 'ACTIVE') {
      const reason = 'The workflow is not active. Activate it, then go on with the batch.';
      return { dueAt: null, changes: { status: 'PAUSED', reason } };
    }
    const startedAt = clock.now();
    const counts = { ...batch.counts };
    for (let from = 0; from < rows.length && !this.#isStopping; from += parallelStarts) {
      // Somebody may have paused or cancelled it, or have it by now: then no other row is started.
      if (from > 0 && !(await store.renew(claim, new Date(clock.now().getTime() + leaseMs)))) break;
      const portion = rows.slice(from, from + parallelStarts);
      const statuses = await Promise.all(portion.map((row) => this.#startRow(batch, row)));
      for (const status of statuses) {
        counts.VALID -= 1;
        counts[status] += 1;
      }
    }
    const dueAt = new Date(startedAt.getTime() + (rows.length * 60_000) / batch.pacePerMinute);
    return { dueAt, changes: { counts }, followedTo: 0 };
  }

  /** @throws what may pass: the rest of the portion is started by the next turn */
  async #startRow(batch: Batch, { row, rowKey, inputs }: BatchRow): Promise<RowStatus> {
    const { engine, store } = this.#deps;
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
  async #follow({ batch, followedTo }: BatchClaim): Promise<BatchProgress> {
    const { store, clock } = this.#deps;
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
    if (counts.STARTED > 0)
      return { dueAt: this.#lookAgainAt(batch, now), followedTo: 0, changes: { counts } };
    return { dueAt: null, followedTo: 0, changes: { counts, status: 'COMPLETED', endedAt: now } };
  }

  /** A tenth of the time since it was started, within bounds: people may take days. */
  #lookAgainAt({ startedAt }: Batch, now: Date): Date {
    const ageMs = now.getTime() - (startedAt ?? now).getTime();
    return new Date(now.getTime() + Math.min(Math.max(ageMs / 10, followEveryMs), maxFollowEveryMs));
  }

  /** What could not be told now makes the batch due again, if nothing else does. */
  async #tell(claim: BatchClaim, { changes, dueAt }: BatchProgress): Promise<Partial<BatchProgress>> {
    const { teller, clock } = this.#deps;
    const batch = { ...claim.batch, ...changes };
    if (teller === null || batch.place === null) return {};
    const now = clock.now();
    const told = JSON.stringify([batch.status, batch.counts, batch.reason]);
    const isRecent = claim.toldAt !== null && now.getTime() - claim.toldAt.getTime() < tellEveryMs;
    const isNews = batch.status !== claim.batch.status || dueAt === null;
    if (told === claim.told || (isRecent && !isNews)) return {};
    const { place, retryAfterMs } = await teller.tell(batch);
    const at = place === null ? {} : { place };
    if (retryAfterMs === null) return { ...at, toldAt: now, told };
    return { ...at, dueAt: dueAt ?? new Date(now.getTime() + Math.max(retryAfterMs, minRetryMs)) };
  }
}

function toRowStatus(status: ExecutionStatus): RowStatus {
  return status === 'RUNNING' ? 'STARTED' : status;
}
