import type { ExecutionRecord, Lease } from '../domain/execution-record.ts';
import { type LeaseTerms, renewLease } from './lease.ts';

/** An execution whose lease this process took, as it last knew it. */
interface Live {
  record: ExecutionRecord;
  /** Effects up to this one may have been sent by a worker that was lost before it could say so. */
  inDoubtSeq: number;
}

/**
 * The executions whose lease this process holds, or was the last to hold, as it last wrote them, so that
 * an operation need not read what it wrote itself. A copy that has become stale does no harm: the
 * compare-and-set refuses it and the operation reads again.
 *
 * What is not in here is not this process's to work on, even if it took the lease: it does not know then
 * what it has sent already. A sweep takes such an execution over, as from a worker that died.
 *
 * Also the queue for each execution: within one process, operations on the same execution wait for
 * each other instead of losing races.
 */
export class LiveExecutions {
  readonly #terms: LeaseTerms;
  readonly #capacity: number;
  readonly #live = new Map<string, Live>();
  readonly #tails = new Map<string, Promise<void>>();
  #leases = 0;

  /** @param capacity how many records are kept at most; the one unused for longest goes first */
  constructor(terms: LeaseTerms, capacity: number) {
    this.#terms = terms;
    this.#capacity = capacity;
  }

  /** A lease to be taken, with a holder that no lease has had before. */
  newLease(now: Date): Lease {
    this.#leases += 1;
    const holder = `${this.#terms.holder}:${this.#leases}`;
    return renewLease({ holder, until: now, released: false }, this.#terms.leaseMs, now);
  }

  get(executionId: string): ExecutionRecord | undefined {
    return this.#live.get(executionId)?.record;
  }

  /** True when this process took the lease that the record shows, and knows all that it did under it. */
  holds({ state, delivery }: ExecutionRecord): boolean {
    return this.get(state.id)?.delivery.lease.holder === delivery.lease.holder;
  }

  /**
   * Keeps a record whose lease this process has just taken.
   * @param inDoubt true when it was taken from a worker that was lost: nobody knows what that had sent
   */
  take(record: ExecutionRecord, inDoubt: boolean): void {
    this.#put(record, inDoubt ? record.state.lastEffectSeq : 0);
    if (this.#live.size > this.#capacity) this.#evictOldest();
  }

  /** This process has taken the lease anew of an execution that it holds already. */
  takeAgain(executionId: string, lease: Lease): void {
    const live = this.#live.get(executionId);
    if (live !== undefined) this.#put(withLease(live.record, lease), live.inDoubtSeq);
  }

  /** Keeps a newer record of an execution if this process still holds its lease, and forgets it otherwise. */
  set(record: ExecutionRecord): void {
    if (this.holds(record)) this.#put(record, this.#live.get(record.state.id)?.inDoubtSeq ?? 0);
    else this.forget(record.state.id);
  }

  /** The lease was lost, or it is not known any more what was done under it. */
  forget(executionId: string): void {
    this.#live.delete(executionId);
  }

  /** Runs `work` alone among the works on this execution in this process, in the order of the calls. */
  async withLock<T>(executionId: string, work: () => Promise<T>): Promise<T> {
    const release = await this.#acquire(executionId);
    try {
      return await work();
    } finally {
      release();
    }
  }

  /** The same for several executions. Only one caller at a time may do this, or two could wait for each other. */
  async withLocks<T>(executionIds: readonly string[], work: () => Promise<T>): Promise<T> {
    const releases = await Promise.all(executionIds.map((id) => this.#acquire(id)));
    try {
      return await work();
    } finally {
      for (const release of releases) release();
    }
  }

  #put(record: ExecutionRecord, inDoubtSeq: number): void {
    const { id } = record.state;
    this.#live.delete(id);
    this.#live.set(id, { record: withDoubt(record, inDoubtSeq), inDoubtSeq });
  }

  async #acquire(executionId: string): Promise<() => void> {
    const previous = this.#tails.get(executionId);
    let release = (): void => {};
    const tail = new Promise<void>((resolve) => {
      release = resolve;
    });
    this.#tails.set(executionId, tail);
    if (previous !== undefined) await previous;
    return () => {
      release();
      if (this.#tails.get(executionId) === tail) this.#tails.delete(executionId);
    };
  }

  /** A record that the relay still has to do with stays. */
  #evictOldest(): void {
    for (const [id, { record }] of this.#live) {
      if (!record.delivery.lease.released) continue;
      this.#live.delete(id);
      return;
    }
  }
}

/** The record as a claim of the lease leaves it. */
export function withLease({ state, delivery }: ExecutionRecord, lease: Lease): ExecutionRecord {
  return { state, delivery: { ...delivery, lease, dueAt: lease.until } };
}

function withDoubt(record: ExecutionRecord, inDoubtSeq: number): ExecutionRecord {
  const { delivery } = record;
  const { events, effects } = delivery.outbox;
  if (!effects.some(({ seq, maybeSent }) => seq <= inDoubtSeq && !maybeSent)) return record;
  const doubted = effects.map((effect) =>
    effect.seq <= inDoubtSeq ? { ...effect, maybeSent: true } : effect,
  );
  return { ...record, delivery: { ...delivery, outbox: { events, effects: doubted } } };
}
