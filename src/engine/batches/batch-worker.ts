import type { BatchClaim, BatchProgress } from '../../../models/batch-store.ts';
import { errorMessage } from '../../errors.ts';
import { checkSharedFile, type SharedFileDeps } from './check-shared-file.ts';
import { keepClaim } from './keep-claim.ts';
import { type StartingDeps, startOrFollow } from './start-or-follow.ts';
import type { BatchTeller } from './tell-batch.ts';

export interface BatchWorkerDeps extends StartingDeps, SharedFileDeps {
  /** Where people see how far it has come; null: nowhere but in the API. */
  teller: BatchTeller | null;
  newToken: () => string;
}

const tellEveryMs = 3_000;
const minRetryMs = 1_000;

/**
 * Works off batches in small portions, at each one's pace. A claim is fenced by its token, each row is started under
 * its key, and what was started is kept with the row: so another process goes on where one died, and no row starts twice.
 */
export class BatchWorker {
  readonly #deps: BatchWorkerDeps;
  /** Aborted when this process is about to stop. */
  readonly #stopping = new AbortController();
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

  /** Begins no other turn, and waits for the one under way; a file that is being read is left to another process. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#working;
  }

  async #takeTurns(maxMs: number): Promise<number> {
    const { store, clock, newToken, leaseMs, logger } = this.#deps;
    const startedAt = clock.now().getTime();
    let turns = 0;
    while (!this.#stopping.signal.aborted && clock.now().getTime() - startedAt < maxMs) {
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

  /** However long it takes, nobody else takes the batch meanwhile. */
  async #turn(claim: BatchClaim): Promise<void> {
    const { store } = this.#deps;
    const { batch, isTakeover } = claim;
    const kept = keepClaim(this.#deps, claim);
    try {
      if (isTakeover) batch.counts = batch.rows > 0 ? await store.count(batch.id) : batch.counts;
      const progress = await this.#progress(claim, kept.signal);
      const told = await this.#tell(claim, progress, kept.signal);
      await store.release(claim, { ...progress, ...told });
    } finally {
      kept.end();
    }
  }

  /** What neither is checked nor runs is only told of. */
  async #progress(claim: BatchClaim, lost: AbortSignal): Promise<BatchProgress> {
    const { status, counts } = claim.batch;
    const signal = AbortSignal.any([lost, this.#stopping.signal]);
    if (status === 'CHECKING') return checkSharedFile(this.#deps, claim, signal);
    if (status === 'RUNNING') return startOrFollow(this.#deps, claim, () => !signal.aborted);
    return { dueAt: null, changes: { counts } };
  }

  /** What could not be told now makes the batch due again, if nothing else does. */
  async #tell(
    claim: BatchClaim,
    { changes, dueAt }: BatchProgress,
    lost: AbortSignal,
  ): Promise<Partial<BatchProgress>> {
    const { teller, clock } = this.#deps;
    // Whoever has it by now tells of it.
    if (lost.aborted) return {};
    const batch = { ...claim.batch, ...changes };
    if (teller === null || batch.place === null) return {};
    const now = clock.now();
    const told = JSON.stringify([batch.status, batch.counts, batch.reason]);
    const isRecent = claim.toldAt !== null && now.getTime() - claim.toldAt.getTime() < tellEveryMs;
    const isNews = batch.status !== claim.batch.status || dueAt === null;
    if (told === claim.told || (isRecent && !isNews)) return {};
    const { place, retryAfterMs } = await teller.tell(batch, lost);
    const at = place === null ? {} : { place };
    if (retryAfterMs === null) return { ...at, toldAt: now, told };
    return { ...at, dueAt: dueAt ?? new Date(now.getTime() + Math.max(retryAfterMs, minRetryMs)) };
  }
}
