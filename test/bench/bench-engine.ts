import { randomUUID } from 'node:crypto';
import mongoose from 'mongoose';
import { type Database, connectDatabase, durable, nativeCollection } from '../../models/database.ts';
import { ensureIndexes } from '../../models/ensure-indexes.ts';
import { createMongoEventStore } from '../../models/mongo-event-store.ts';
import { MongoExecutionStore } from '../../models/mongo-execution-store.ts';
import { createWorkflowStore } from '../../models/workflow-store.ts';
import { systemClock } from '../../src/clock.ts';
import type { Person } from '../../src/domain/actor.ts';
import type { StepInput } from '../../src/domain/definition.ts';
import type { ExecutionState } from '../../src/domain/execution.ts';
import { createEngineCounters } from '../../src/engine/counters.ts';
import { createEngine } from '../../src/engine/create-engine.ts';
import { createWorkflows } from '../../src/engine/workflows/create-workflows.ts';
import { createDefinitionSource } from '../../src/engine/workflows/definition-cache.ts';
import type { EffectPerformer } from '../../src/engine/effect-performer.ts';
import { defaultRelayOptions } from '../../src/engine/engine-deps.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { createLogger } from '../../src/logger.ts';
import { systemTimers } from '../../src/timers.ts';
import type { Operation } from './measure.ts';

export const benchOrgId = 'b'.repeat(24);

export const approver: Person = {
  kind: 'person',
  userId: 'U0BO',
  name: 'bo',
  email: null,
  handles: [],
  channels: [],
};

/** The engine as the bot runs it, with something in Slack's place that answers at once. */
export interface BenchEngine {
  engine: Engine;
  database: Database;
  startTask(workflowId: string): Promise<ExecutionState>;
  createWorkflow(steps: StepInput[]): Promise<string>;
  close(): Promise<void>;
}

export async function createBenchEngine(uri: string, performer: EffectPerformer): Promise<BenchEngine> {
  const database = await connectDatabase(uri);
  await ensureIndexes(database);
  const newId = (): string => new mongoose.Types.ObjectId().toHexString();
  const store = createWorkflowStore(database);
  const definitions = createDefinitionSource(store, systemClock);
  const engine = createEngine({
    executions: new MongoExecutionStore(database),
    events: createMongoEventStore(database),
    definitions,
    performer,
    clock: systemClock,
    timers: systemTimers,
    newId,
    lease: { holder: randomUUID(), leaseMs: 20_000 },
    counters: createEngineCounters(),
    logger: createLogger('warn'),
    relay: defaultRelayOptions,
  });
  const workflows = createWorkflows({ store, definitions, clock: systemClock, newId });
  return {
    engine,
    database,
    startTask: (workflowId) =>
      engine.start({
        orgId: benchOrgId,
        workflowId,
        inputs: { customer: 'Acme', amount: 420 },
        startedBy: { kind: 'person', userId: 'U0ANA', name: 'ana' },
        origin: { kind: 'api' },
        startKey: null,
      }),
    async createWorkflow(steps) {
      const { workflow } = await workflows.create({
        orgId: benchOrgId,
        teamId: null,
        name: `Bench ${randomUUID()}`,
        description: '',
        inputsSchema: { type: 'object' },
        steps,
        status: 'ACTIVE',
        createdBy: { kind: 'system' },
      });
      return workflow.id;
    },
    async close() {
      await engine.drain(10_000);
      // Not only closed: mongoose would keep it for ever, and a bench opens many.
      await database.destroy();
    },
  };
}

type BareDocument = { _id: string; v: number; payload: string };

/**
 * The bare operation that everything is compared with: a `findOneAndUpdate` with the same write concern
 * on a document as large as an execution, that writes as much as a transition does.
 */
export async function createBareWrites(database: Database, documents: number): Promise<Operation> {
  const collection = nativeCollection<BareDocument>(database, 'bare');
  await collection.deleteMany({});
  const payload = 'x'.repeat(4_000);
  const rows = Array.from({ length: documents }, (_, index) => ({
    _id: `${index}`.padStart(24, '0'),
    v: 0,
    payload,
  }));
  await collection.insertMany(rows);
  const written = 'y'.repeat(1_500);
  return async (index) => {
    const _id = `${index % documents}`.padStart(24, '0');
    await collection.findOneAndUpdate(
      { _id },
      { $inc: { v: 1 }, $set: { written } as never },
      { returnDocument: 'after', writeConcern: durable, projection: { _id: 1 } },
    );
  };
}
