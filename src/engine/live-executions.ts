import type { ExecutionRecord } from '../domain/execution-record.ts';

/**
 * The executions whose lease this process holds, as it last wrote them, so that an operation need not
 * read what it wrote itself. A copy that has become stale does no harm: the compare-and-set
 * refuses it and the operation reads again.
 *
 * Also the queue for each execution: within one process, operations on the same execution wait for
 * each other instead of losing races.
 */
export class LiveExecutions {
  readonly #holder: string;
  readonly #capacity: number;
  readonly #records = new Map<string, ExecutionRecord>();
  readonly #tails = new Map<string, Promise<void>>();

  /** @param capacity how many records are kept at most; the one unused for longest goes first */
  constructor(holder: string, capacity: number) {
    this.#holder = holder;
    this.#capacity = capacity;
  }

  get(executionId: string): ExecutionRecord | undefined {
    return this.#records.get(executionId);
  }

  /** Keeps the record if this process holds its lease, and forgets it otherwise. */
  set(record: ExecutionRecord): void {
    const { id } = record.state;
    this.#records.delete(id);
    if (record.delivery.lease.holder !== this.#holder) return;
    this.#records.set(id, record);
    if (this.#records.size > this.#capacity) this.#evictOldest();
  }

  forget(executionId: string): void {
    this.#records.delete(executionId);
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

  /** A record with something left in its outbox is needed by the relay and stays. */
  #evictOldest(): void {
    for (const [id, { delivery }] of this.#records) {
      if (delivery.outbox.effects.length > 0 || delivery.outbox.events.length > 0) continue;
      this.#records.delete(id);
      return;
    }
  }
}
