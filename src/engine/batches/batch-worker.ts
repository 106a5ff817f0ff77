import type { BatchClaim, BatchProgress } from '../../../models/batch-store.ts';
import type { Batch } from '../../domain/batch.ts';
import { errorMessage } from '../../errors.ts';
import type { ReachFailpoint } from '../../failpoints.ts';
import { pause } from '../../timers.ts';
import type { NoteOrgEvent } from '../audit/note-org-event.ts';
import { checkSharedFile, type SharedFileDeps } from './check-shared-file.ts';
import { keepClaim } from './keep-claim.ts';
import { noteBatch } from './note-batch.ts';
import { type StartingDeps, startOrFollow } from './start-or-follow.ts';
import type { BatchTeller } from './tell-batch.ts';
import { TurnLane } from './turn-lane.ts';

export interface BatchWorkerDeps extends StartingDeps, SharedFileDeps {
  /** Where people see how far it has come; null: nowhere but in the API. */
  teller: BatchTeller | null;
  newToken: () => string;
  note: NoteOrgEvent;
  /** Called where a fault test may let the process die. */
  failpoint?: ReachFailpoint;
}

const tellEveryMs = 3_000;
const minRetryMs = 1_000;

/** So many files are read at once: the database has to keep up with each. */
const maxChecks = 4;
const maxWorking = 4;
/** What becomes due while turns are taken is looked for this often. */
const lookEveryMs = 250;

/**
 * Works off batches in small portions, at each one's pace. A claim is fenced by its token, each row is started under
 * its key, and what was started is kept with the row: so another process goes on where one died, and no row starts
 * twice. Orgs take turns; files are read beside that, because it takes as long as it takes.
 */
export class BatchWorker {
  readonly #deps: BatchWorkerDeps;
  readonly #checks: TurnLane;
  readonly #work: TurnLane;
  /** Aborted when this process is about to stop. */
  readonly #stopping = new AbortController();
  #sweeping: Promise<void> = Promise.resolve();

  /** @param sizes how many turns are taken at once */
  constructor(deps: BatchWorkerDeps, sizes = { checks: maxChecks, work: maxWorking }) {
    this.#deps = deps;
    this.#checks = new TurnLane('checks', sizes.checks);
    this.#work = new TurnLane('work', sizes.work);
  }

  /**
   * Begins turns at what is due, for `maxMs` at most, until nothing is any more; does not wait for files that are
   * being read.
   *
   * @returns how many turns were begun
   */
  sweep(maxMs: number): Promise<number> {
    const turns = this.#sweeping.then(() => this.#takeTurns(maxMs));
    this.#sweeping = turns.then(
      () => {},
      () => {},
    );
    return turns;
  }

  /** Resolves when no turn is under way. */
  async idle(): Promise<void> {
    await this.#sweeping;
    await Promise.all([this.#checks.allEnd(), this.#work.allEnd()]);
  }

  /** Begins no other turn, and waits for those under way; files that are being read are left to other processes. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.idle();
  }

  async #takeTurns(maxMs: number): Promise<number> {
    const { clock, timers } = this.#deps;
    const endsAt = clock.now().getTime() + maxMs;
    let turns = 0;
    while (!this.#stopping.signal.aborted && clock.now().getTime() < endsAt) {
      const begun = (await this.#beginTurns(this.#checks)) + (await this.#beginTurns(this.#work));
      turns += begun;
      if (begun > 0) continue;
      if (this.#work.isIdle) break;
      await Promise.race([this.#work.oneEnds(), pause(timers, lookEveryMs)]);
    }
    return turns;
  }

  async #beginTurns(lane: TurnLane): Promise<number> {
    const { store, clock, newToken, leaseMs } = this.#deps;
    let begun = 0;
    for (const { orgId, batchId } of lane.next(await store.listDue(clock.now(), lane.of))) {
      const now = clock.now();
      const lease = { token: newToken(), until: new Date(now.getTime() + leaseMs) };
      const claim = await store.claim(batchId, now, lease);
      if (claim === null) continue;
      lane.begin(orgId, this.#takeTurn(claim));
      begun += 1;
    }
    return begun;
  }

  /** After a failure the claim runs out, and the turn is taken again. */
  async #takeTurn(claim: BatchClaim): Promise<void> {
    try {
      await this.#turn(claim);
    } catch (error) {
      const fields = { batchId: claim.batch.id, detail: errorMessage(error) };
      this.#deps.logger.warn(fields, 'a batch waits for its next turn');
    }
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
      if (told.toldAt !== undefined) this.#deps.failpoint?.('after-send-before-record');
      const isReleased = await store.release(claim, { ...progress, ...told });
      if (isReleased && batch.status === 'CHECKING') await this.#noteCheck(batch, progress);
    } finally {
      kept.end();
    }
  }

  /** As a file that was sent to the API is noted: by whoever had it checked. */
  async #noteCheck(batch: Batch, { changes }: BatchProgress): Promise<void> {
    const { status, rows = 0 } = changes ?? {};
    if (status !== 'CHECKED' && status !== 'INVALID') return;
    const checked = { actor: batch.createdBy, data: { rows, status } };
    await noteBatch(this.#deps.note, 'BATCH_CHECKED', batch, checked);
  }

  /**
   * What neither is checked nor runs is only told of, with its rows counted anew: they may follow its state while it is
   * claimed already. Of a cancelled batch they are left out here too, so that whoever comes last is right.
   */
  async #progress(claim: BatchClaim, lost: AbortSignal): Promise<BatchProgress> {
    const { store } = this.#deps;
    const { id, status, rows, counts } = claim.batch;
    const signal = AbortSignal.any([lost, this.#stopping.signal]);
    if (status === 'CHECKING') return checkSharedFile(this.#deps, claim, signal);
    if (status === 'RUNNING') return startOrFollow(this.#deps, claim, () => !signal.aborted);
    if (status === 'CANCELLED') await store.moveRows(id, ['VALID'], 'SKIPPED');
    return { dueAt: null, changes: { counts: rows > 0 ? await store.count(id) : counts } };
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
    const { place, retryAfterMs, maybeSent } = await teller.tell(batch, { lost, maybeSent: claim.maybeSent });
    const at = { maybeSent, ...(place === null ? {} : { place }) };
    if (retryAfterMs === null) return { ...at, toldAt: now, told };
    return { ...at, dueAt: dueAt ?? new Date(now.getTime() + Math.max(retryAfterMs, minRetryMs)) };
  }
}
