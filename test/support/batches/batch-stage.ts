import { setTimeout as sleep } from 'node:timers/promises';
import { type BatchStore, createBatchStore } from '../../../models/batch-store.ts';
import { ensureIndexes } from '../../../models/ensure-indexes.ts';
import { type Database, connectDatabase } from '../../../models/database.ts';
import { type Batch, BatchOptions, type BatchRow, noCounts } from '../../../src/domain/batch.ts';
import type { ExecutionState } from '../../../src/domain/execution.ts';
import { deriveId } from '../../../src/domain/ids.ts';
import type { Workflow } from '../../../src/domain/workflow.ts';
import { BatchWorker, type BatchWorkerDeps } from '../../../src/engine/batches/batch-worker.ts';
import type { StartRequest } from '../../../src/engine/engine.ts';
import type { BatchTeller } from '../../../src/engine/batches/tell-batch.ts';
import { createLogger } from '../../../src/logger.ts';
import { startTime, testOrgId } from '../builders.ts';
import { SimulatedTime } from '../simulation/simulated-time.ts';
import { createTestDatabase } from '../test-mongo.ts';

export const stageLeaseMs = 30_000;

/** The store of batches on the real MongoDB, in a time of its own, with as many workers as a test wants. */
export interface BatchStage {
  database: Database;
  store: BatchStore;
  time: SimulatedTime;
  /** A process of its own. @param sizes how many turns it takes at once */
  worker(
    changes: Partial<BatchWorkerDeps>,
    sizes?: ConstructorParameters<typeof BatchWorker>[1],
  ): BatchWorker;
  /** A batch that waits to be worked on; one that runs has a single row. */
  addBatch(changes?: Partial<Batch>): Promise<Batch>;
  close(): Promise<void>;
}

export async function setBatchStage({ monitorCommands = false } = {}): Promise<BatchStage> {
  const test = await createTestDatabase();
  const database = await connectDatabase(test.uri, { monitorCommands });
  await ensureIndexes(database);
  const store = createBatchStore(database);
  const time = new SimulatedTime(new Date());
  let made = 0;
  let tokens = 0;
  return {
    database,
    store,
    time,
    worker: (changes, sizes) => {
      const deps = {
        store,
        engine: { start: () => Promise.reject(new Error('nothing is to be started')) },
        findWorkflow: () => Promise.resolve(activeWorkflow),
        teller: null,
        note: () => Promise.resolve(),
        newToken: () => `token-${(tokens += 1)}`,
        timers: time.timers(() => true),
        clock: time.clock(() => 0),
        leaseMs: stageLeaseMs,
        logger: createLogger('silent'),
        ...changes,
      };
      return new BatchWorker(deps, sizes);
    },
    async addBatch(changes = {}) {
      const batch = { ...aBatch(deriveId('batch', made++), time.now()), ...changes };
      if (batch.status === 'RUNNING') await store.addRows([aRow(batch.id)], { ...batch, at: time.now() });
      await store.insert(batch, time.now());
      return batch;
    },
    async close() {
      await database.close();
      await test.drop();
    },
  };
}

const activeWorkflow = {
  id: deriveId('workflow', 1),
  orgId: testOrgId,
  status: 'ACTIVE',
  inputsSchema: { type: 'object', properties: { customer: { type: 'string' } }, required: ['customer'] },
} as unknown as Workflow;

function aBatch(id: string, createdAt: Date): Batch {
  const { rowKey: _rowKey, ...options } = BatchOptions.parse({});
  return {
    ...options,
    id,
    orgId: testOrgId,
    workflowId: activeWorkflow.id,
    rowKey: null,
    format: 'csv',
    status: 'CHECKING',
    reason: null,
    rows: 0,
    counts: noCounts,
    problems: [],
    digest: null,
    source: { fileId: 'F1' },
    place: null,
    createdBy: { kind: 'system' },
    createdAt,
    updatedAt: createdAt,
    startedAt: null,
    endedAt: null,
  };
}

function aRow(batchId: string): BatchRow {
  const inputs = { customer: 'Acme' };
  const made = { errors: [], executionId: null, wasThere: false };
  return { batchId, row: 1, rowKey: 'a', cellsText: '{}', inputs, status: 'VALID', ...made };
}

/** A task that has begun with what was asked for. */
export function begunTask({ inputs }: Pick<StartRequest, 'inputs'>): ExecutionState {
  const id = deriveId('task', 1);
  return { id, status: 'RUNNING', createdAt: startTime, context: { inputs } } as unknown as ExecutionState;
}

/** A file that comes in parts, each when it is let through. */
export class SlowFile {
  #open: (() => void)[] = [];
  readonly #gates: Promise<void>[];
  /** How often somebody began to read it. */
  reads = 0;
  /** How many have stopped reading, at its end or before. */
  ended = 0;
  readonly #parts: readonly string[];

  constructor(parts: readonly string[]) {
    this.#parts = parts;
    this.#gates = parts.map(() => new Promise((resolve) => this.#open.push(resolve)));
  }

  /** Lets the part through, for every reader. */
  let(part: number): void {
    this.#open[part]?.();
  }

  get teller(): BatchTeller {
    return {
      tell: () => Promise.resolve({ place: null, retryAfterMs: null, maybeSent: false }),
      readFile: () => this.#read(),
    };
  }

  async *#read(): AsyncGenerator<Uint8Array> {
    this.reads += 1;
    try {
      for (const [index, part] of this.#parts.entries()) {
        await this.#gates[index];
        yield new TextEncoder().encode(part);
      }
    } finally {
      this.ended += 1;
    }
  }
}

/** Waits for what is written meanwhile. */
export async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isSo())) await sleep(5);
}
