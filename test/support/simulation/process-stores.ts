import type { ExecutionEvent } from '../../../src/domain/event.ts';
import type { ExecutionRecord, Lease } from '../../../src/domain/execution-record.ts';
import type {
  Commit,
  EventStore,
  ExecutionStore,
  Inserted,
  Settlement,
} from '../../../src/domain/execution-store.ts';
import type { Journal } from './journal.ts';
import { type DatabaseFault, DatabaseGone, type ProcessGate } from './process-gate.ts';
import type { SimulatedTime } from './simulated-time.ts';

/** How one process reaches the database: a call and its answer each take as long as the scheduler wants. */
export interface Connection {
  gate: ProcessGate;
  journal: Journal;
  time: SimulatedTime;
  /** What the next writes run into. */
  faults: DatabaseFault[];
}

/** The shared store as one process sees it. */
export class ProcessExecutionStore implements ExecutionStore {
  readonly #inner: ExecutionStore;
  readonly #connection: Connection;

  constructor(inner: ExecutionStore, connection: Connection) {
    this.#inner = inner;
    this.#connection = connection;
  }

  load(executionId: string): Promise<ExecutionRecord | null> {
    return read(this.#connection, 'load', () => this.#inner.load(executionId));
  }

  findStarted(orgId: string, startKey: string): Promise<ExecutionRecord | null> {
    return read(this.#connection, 'findStarted', () => this.#inner.findStarted(orgId, startKey));
  }

  insert(record: ExecutionRecord): Promise<Inserted> {
    return write(this.#connection, 'insert', async () => {
      const result = await this.#inner.insert(record);
      if (result.inserted) this.#connection.journal.inserted(record, this.#connection.time.now());
      return result;
    });
  }

  commit(commit: Commit): Promise<ExecutionRecord | null> {
    return write(this.#connection, 'commit', async () => {
      const result = await this.#inner.commit(commit);
      if (result !== null) this.#connection.journal.committed(commit, this.#connection.time.now());
      return result;
    });
  }

  claimDue(now: Date, lease: Lease): Promise<ExecutionRecord | null> {
    return write(this.#connection, 'claimDue', () => this.#inner.claimDue(now, lease));
  }

  claimIfDue(executionId: string, now: Date, lease: Lease): Promise<ExecutionRecord | null> {
    return write(this.#connection, 'claimIfDue', () => this.#inner.claimIfDue(executionId, now, lease));
  }

  listDueByOrg(now: Date, maxPerOrg: number): Promise<string[][]> {
    return read(this.#connection, 'listDueByOrg', () => this.#inner.listDueByOrg(now, maxPerOrg));
  }

  settle(settlement: Settlement): Promise<boolean> {
    return write(this.#connection, 'settle', () => this.#settle(settlement));
  }

  settleAll(settlements: readonly Settlement[]): Promise<boolean[]> {
    return write(this.#connection, 'settleAll', () =>
      Promise.all(settlements.map((settlement) => this.#settle(settlement))),
    );
  }

  async #settle(settlement: Settlement): Promise<boolean> {
    const settled = await this.#inner.settle(settlement);
    if (settled) this.#connection.journal.settled(settlement);
    return settled;
  }
}

/** The shared log as one process sees it. */
export class ProcessEventStore implements EventStore {
  readonly #inner: EventStore;
  readonly #connection: Connection;

  constructor(inner: EventStore, connection: Connection) {
    this.#inner = inner;
    this.#connection = connection;
  }

  append(events: readonly ExecutionEvent[]): Promise<void> {
    return write(this.#connection, 'append', () => this.#inner.append(events));
  }

  list(executionId: string): Promise<ExecutionEvent[]> {
    return read(this.#connection, 'list', () => this.#inner.list(executionId));
  }
}

async function read<T>({ gate }: Connection, what: string, call: () => Promise<T>): Promise<T> {
  await gate.pass(what);
  const answer = await call();
  await gate.pass(`${what} answer`);
  return answer;
}

async function write<T>({ gate, faults }: Connection, what: string, call: () => Promise<T>): Promise<T> {
  await gate.pass(what);
  const fault = faults.shift();
  if (fault === 'late') {
    void gate
      .passLate(what)
      .then(call)
      .catch(() => {});
    throw new DatabaseGone(`there was no answer in time to ${what}`);
  }
  if (fault === 'before') throw new DatabaseGone(`the connection was reset before ${what}`);
  const answer = await call();
  await gate.pass(`${what} answer`);
  if (fault === 'after') throw new DatabaseGone(`the connection was reset after ${what}`);
  return answer;
}
