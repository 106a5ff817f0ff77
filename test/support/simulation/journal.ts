import type { Effect } from '../../../src/domain/effect.ts';
import type { ExecutionEvent } from '../../../src/domain/event.ts';
import type { ExecutionRecord } from '../../../src/domain/execution-record.ts';
import type { Commit, Settlement } from '../../../src/domain/execution-store.ts';
import type { ExecutionState } from '../../../src/domain/execution.ts';

/** One write of a transition, as it reached the store. */
export interface JournalEntry {
  /** The version that it was decided on; 0 for the start. */
  baseV: number;
  state: ExecutionState;
  events: readonly ExecutionEvent[];
  effects: readonly Effect[];
  /** The true time of the write. */
  at: Date;
}

/** What really happened to the store in a simulation, whatever anybody was told about it. */
export class Journal {
  readonly entriesById = new Map<string, JournalEntry[]>();
  /** Faults that show only while they happen. */
  readonly violations: string[] = [];
  readonly #open = new Map<string, Set<string>>();
  readonly #gone = new Set<string>();

  inserted({ state, delivery }: ExecutionRecord, at: Date): void {
    if (this.entriesById.has(state.id)) this.violations.push(`${state.id} was inserted twice`);
    const { events, effects } = delivery.outbox;
    this.entriesById.set(state.id, [{ baseV: 0, state, events, effects, at }]);
    this.#opened(state.id, effects);
  }

  committed({ before, state, events, effects }: Commit, at: Date): void {
    this.entriesById.get(state.id)?.push({ baseV: before.state.v, state, events, effects, at });
    this.#opened(state.id, effects);
  }

  /** What has left an outbox must not come back: somebody would do it again. */
  settled({ executionId, effects }: Settlement): void {
    const left = new Set(effects.map(({ id }) => id));
    for (const id of left) {
      if (this.#gone.has(id)) this.violations.push(`effect ${id} came back into the outbox`);
    }
    const open = this.#open.get(executionId) ?? new Set();
    for (const id of open) {
      if (!left.has(id)) this.#gone.add(id);
    }
    this.#open.set(executionId, left);
  }

  entries(): JournalEntry[] {
    return [...this.entriesById.values()].flat();
  }

  #opened(executionId: string, effects: readonly Effect[]): void {
    const open = this.#open.get(executionId) ?? new Set();
    for (const { id } of effects) open.add(id);
    this.#open.set(executionId, open);
  }
}
