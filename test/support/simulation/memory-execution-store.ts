import type { ExecutionRecord, Lease } from '../../../src/domain/execution-record.ts';
import type { Commit, ExecutionStore, Inserted, Settlement } from '../../../src/domain/execution-store.ts';
import { deepCopy } from './deep-copy.ts';

/**
 * Executions in memory, by the same rules as in MongoDB; both pass the tests in
 * `execution-store-contract.test.ts`. Whoever gets or gives a record has a copy of their own.
 */
export class MemoryExecutionStore implements ExecutionStore {
  readonly #records = new Map<string, ExecutionRecord>();

  async load(executionId: string): Promise<ExecutionRecord | null> {
    return deepCopy(this.#records.get(executionId) ?? null);
  }

  async findStarted(orgId: string, startKey: string): Promise<ExecutionRecord | null> {
    return deepCopy(this.#findByStartKey(orgId, startKey) ?? null);
  }

  async insert(record: ExecutionRecord): Promise<Inserted> {
    const { id, orgId } = record.state;
    const { startKey } = record.delivery;
    const existing = startKey === null ? undefined : this.#findByStartKey(orgId, startKey);
    if (existing !== undefined) return { inserted: false, existing: deepCopy(existing) };
    if (this.#records.has(id)) throw new Error(`there is an execution ${id} already`);
    this.#records.set(id, deepCopy(record));
    return { inserted: true };
  }

  async commit(commit: Commit): Promise<ExecutionRecord | null> {
    const { before, state, events, effects, lease, dueAt } = commit;
    const expected = before.delivery.lease;
    const stored = this.#records.get(state.id);
    const keepsLease = lease === expected;
    if (stored?.state.v !== before.state.v || stored.delivery.lease.holder !== expected.holder) return null;
    if (keepsLease && stored.delivery.lease.until.getTime() !== expected.until.getTime()) return null;
    const { delivery } = stored;
    const outbox = {
      events: [...delivery.outbox.events, ...deepCopy(events)],
      effects: [...delivery.outbox.effects, ...deepCopy(effects)],
    };
    const after: ExecutionRecord = {
      state: deepCopy(state),
      delivery: {
        ...delivery,
        outbox,
        lease: keepsLease ? delivery.lease : deepCopy(lease),
        dueAt: deepCopy(dueAt),
      },
    };
    this.#records.set(state.id, after);
    // As in MongoDB: the holder of the lease is not told what it must know already.
    return !keepsLease && lease.holder === expected.holder ? applied(commit) : deepCopy(after);
  }

  async claimDue(now: Date, lease: Lease): Promise<ExecutionRecord | null> {
    let first: ExecutionRecord | undefined;
    for (const record of this.#records.values()) {
      if (isDue(record, now) && (first === undefined || compareDue(record, first) < 0)) first = record;
    }
    return first === undefined ? null : this.#claim(first, lease);
  }

  async claimIfDue(executionId: string, now: Date, lease: Lease): Promise<ExecutionRecord | null> {
    const record = this.#records.get(executionId);
    return record === undefined || !isDue(record, now) ? null : this.#claim(record, lease);
  }

  async listDueByOrg(now: Date, maxPerOrg: number): Promise<string[][]> {
    const idsByOrg = new Map<string, string[]>();
    const due = this.peek().filter((record) => isDue(record, now));
    for (const { state } of due.toSorted(compareDue)) {
      const ids = idsByOrg.get(state.orgId) ?? [];
      idsByOrg.set(state.orgId, ids);
      if (ids.length < maxPerOrg) ids.push(state.id);
    }
    return [...idsByOrg.values()];
  }

  async settle(settlement: Settlement): Promise<boolean> {
    const { executionId, v, holder, settleCount, events, effects, newMessages, newDead, lease, dueAt } =
      settlement;
    const stored = this.#records.get(executionId);
    if (stored?.state.v !== v || stored.delivery.lease.holder !== holder) return false;
    const { state, delivery } = stored;
    if (delivery.settleCount !== settleCount) return false;
    const settled = deepCopy({
      ...delivery,
      messages: { ...delivery.messages, ...newMessages },
      outbox: { events, effects },
      dead: [...delivery.dead, ...newDead],
      lease,
      dueAt,
      settleCount: settleCount + 1,
    });
    this.#records.set(executionId, { state, delivery: settled });
    return true;
  }

  async settleAll(settlements: readonly Settlement[]): Promise<boolean[]> {
    return Promise.all(settlements.map((settlement) => this.settle(settlement)));
  }

  /** Every record as it is stored, to look at and not to change. */
  peek(): ExecutionRecord[] {
    return [...this.#records.values()];
  }

  /** @returns the record as it was before */
  #claim(record: ExecutionRecord, lease: Lease): ExecutionRecord {
    const { state, delivery } = record;
    const claimed = { ...delivery, lease: deepCopy(lease), dueAt: new Date(lease.until) };
    this.#records.set(state.id, { state, delivery: claimed });
    return deepCopy(record);
  }

  #findByStartKey(orgId: string, startKey: string): ExecutionRecord | undefined {
    for (const record of this.#records.values()) {
      if (record.state.orgId === orgId && record.delivery.startKey === startKey) return record;
    }
    return undefined;
  }
}

function isDue({ delivery }: ExecutionRecord, now: Date): boolean {
  return delivery.dueAt !== null && delivery.dueAt.getTime() > 0 && delivery.dueAt <= now;
}

/** The order of the index on `dueAt`, `orgId` and id. */
function compareDue(left: ExecutionRecord, right: ExecutionRecord): number {
  const leftMs = left.delivery.dueAt?.getTime() ?? 0;
  const rightMs = right.delivery.dueAt?.getTime() ?? 0;
  if (leftMs !== rightMs) return leftMs - rightMs;
  const leftKey = `${left.state.orgId} ${left.state.id}`;
  const rightKey = `${right.state.orgId} ${right.state.id}`;
  return leftKey < rightKey ? -1 : 1;
}

function applied({ before, state, events, effects, lease, dueAt }: Commit): ExecutionRecord {
  const { delivery } = before;
  const outbox = {
    events: [...delivery.outbox.events, ...events],
    effects: [...delivery.outbox.effects, ...effects],
  };
  return deepCopy({ state, delivery: { ...delivery, outbox, lease, dueAt } });
}
