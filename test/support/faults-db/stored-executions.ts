import { type Database, nativeCollection } from '../../../models/database.ts';
import { type ExecutionDocument, toDocument } from '../../../models/execution.ts';
import type { Definition } from '../../../src/domain/definition.ts';
import type { ExecutionState } from '../../../src/domain/execution.ts';
import { deriveId } from '../../../src/domain/ids.ts';
import { transition } from '../../../src/engine/transition.ts';

export interface StoredExecutions {
  definition: Definition;
  count: number;
  /** When the index-th was started; its timers follow from it. */
  startedAt: (index: number) => Date;
  /** Different for each call on one database. */
  series: string;
}

/** Not too many at once, or the driver holds them all in memory. */
const batchSize = 2_000;

/**
 * Stores executions as a bot that was stopped in order leaves them: at their first step, nothing in the
 * outbox, the lease given back, due for their next timer. Faster than to start them one by one.
 */
export async function insertStoredExecutions(database: Database, stored: StoredExecutions): Promise<void> {
  const collection = nativeCollection<ExecutionDocument>(database, 'executions');
  for (let from = 0; from < stored.count; from += batchSize) {
    const size = Math.min(batchSize, stored.count - from);
    const documents = Array.from({ length: size }, (_, offset) => storedExecution(stored, from + offset));
    await collection.insertMany(documents, { ordered: false, writeConcern: { w: 1 } });
  }
}

/** The id of the index-th execution of a series. */
export function storedExecutionId(series: string, index: number): string {
  return deriveId('stored', series, index);
}

function storedExecution(
  { definition, startedAt, series }: StoredExecutions,
  index: number,
): ExecutionDocument {
  const state = startedState(definition, storedExecutionId(series, index), startedAt(index));
  const lease = { holder: 'stopped', until: state.createdAt, released: true };
  const outbox = { events: [], effects: [] };
  return toDocument({
    state,
    delivery: { messages: {}, outbox, dead: [], lease, dueAt: state.timerAt, startKey: null },
  });
}

function startedState(definition: Definition, executionId: string, now: Date): ExecutionState {
  const startedBy = { kind: 'person', userId: 'U0ANA', name: 'ana' } as const;
  const command = { type: 'start', executionId, inputs: {}, startedBy, origin: { kind: 'api' } } as const;
  return transition(definition, null, command, now).execution;
}
