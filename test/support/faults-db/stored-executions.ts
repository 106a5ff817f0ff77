import { type Database, nativeCollection } from '../../../models/database.ts';
import { type ExecutionDocument, toDocument } from '../../../models/execution.ts';
import type { Definition } from '../../../src/domain/definition.ts';
import type { ExecutionState } from '../../../src/domain/execution.ts';
import { deriveId } from '../../../src/domain/ids.ts';
import { transition } from '../../../src/engine/transition.ts';

export interface StoredExecutions {
  definition: Definition;
  count: number;
  /** When the index-th was started; its timers follow from it. Asked once for each batch of two thousand. */
  startedAt: (index: number) => Date;
  /** Different for each call on one database. */
  series: string;
}

const batchSize = 2_000;
/** One is made while the other is written. */
const batchesAtOnce = 2;

/**
 * Stores executions as a bot that was stopped in order leaves them: at their first step, nothing in the
 * outbox, the lease given back, due for their next timer. Faster than to start them one by one; their
 * earlier events are not stored.
 */
export async function insertStoredExecutions(database: Database, stored: StoredExecutions): Promise<void> {
  const collection = nativeCollection<ExecutionDocument>(database, 'executions');
  const { definition, count, startedAt, series } = stored;
  let next = 0;
  async function insertBatches(): Promise<void> {
    while (next < count) {
      const from = next;
      next += batchSize;
      const template = startedState(definition, startedAt(from));
      const documents = Array.from({ length: Math.min(batchSize, count - from) }, (_, offset) =>
        storedExecution(template, storedExecutionId(series, from + offset)),
      );
      await collection.insertMany(documents, { ordered: false });
    }
  }
  await Promise.all(Array.from({ length: batchesAtOnce }, insertBatches));
}

/** The id of the index-th execution of a series. */
export function storedExecutionId(series: string, index: number): string {
  return deriveId('stored', series, index);
}

function storedExecution(template: ExecutionState, id: string): ExecutionDocument {
  const stack = template.stack.map((step) => ({ ...step, id: deriveId('step', id, step.index) }));
  const lease = { holder: 'stopped', until: template.createdAt, released: true };
  const outbox = { events: [], effects: [] };
  return toDocument({
    state: { ...template, id, stack },
    delivery: {
      messages: {},
      outbox,
      dead: [],
      lease,
      dueAt: template.timerAt,
      settleCount: 0,
      startKey: null,
    },
  });
}

function startedState(definition: Definition, now: Date): ExecutionState {
  const startedBy = { kind: 'person', userId: 'U0ANA', name: 'ana' } as const;
  const executionId = deriveId('template');
  const command = { type: 'start', executionId, inputs: {}, startedBy, origin: { kind: 'api' } } as const;
  return transition(definition, null, command, now).execution;
}
