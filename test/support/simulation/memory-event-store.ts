import type { ExecutionEvent } from '../../../src/domain/event.ts';
import type { EventStore } from '../../../src/domain/execution-store.ts';
import { deepCopy } from './deep-copy.ts';

/** The log in memory: an event that is there already stays as it is. */
export class MemoryEventStore implements EventStore {
  readonly #bySeq = new Map<string, Map<number, ExecutionEvent>>();

  async append(events: readonly ExecutionEvent[]): Promise<void> {
    for (const event of events) {
      const stored = this.#bySeq.get(event.executionId) ?? new Map<number, ExecutionEvent>();
      this.#bySeq.set(event.executionId, stored);
      if (!stored.has(event.seq)) stored.set(event.seq, deepCopy(event));
    }
  }

  async list(executionId: string): Promise<ExecutionEvent[]> {
    const stored = [...(this.#bySeq.get(executionId)?.values() ?? [])];
    return deepCopy(stored.toSorted((left, right) => left.seq - right.seq));
  }
}
