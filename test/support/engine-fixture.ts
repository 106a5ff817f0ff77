import { randomUUID } from 'node:crypto';
import mongoose from 'mongoose';
import { connectDatabase, type Database } from '../../models/database.ts';
import { ensureIndexes } from '../../models/ensure-indexes.ts';
import { createMongoEventStore } from '../../models/mongo-event-store.ts';
import { MongoExecutionStore } from '../../models/mongo-execution-store.ts';
import { createOrgEventLog } from '../../models/org-event-log.ts';
import { createTeamStore } from '../../models/team-store.ts';
import { createTaskStore } from '../../models/task-store.ts';
import { createTriggerStore } from '../../models/trigger-store.ts';
import { createWorkflowOutbox } from '../../models/workflow-outbox.ts';
import { createWorkflowStore } from '../../models/workflow-store.ts';
import type { Clock } from '../../src/clock.ts';
import type { StepInput } from '../../src/domain/definition.ts';
import type { Effect } from '../../src/domain/effect.ts';
import type { JsonSchema } from '../../src/domain/json-schema.ts';
import type { EventFanOut } from '../../src/domain/outbound-event.ts';
import type { Workflow } from '../../src/domain/workflow.ts';
import type { CheckNamed } from '../../src/engine/workflows/check-named.ts';
import { createEngineCounters, type EngineCounters } from '../../src/engine/counters.ts';
import type { Checker } from '../../src/engine/workflows/checker.ts';
import { createEngine } from '../../src/engine/create-engine.ts';
import { createRestrict } from '../../src/engine/access/create-restrict.ts';
import { lintDefinition } from '../../src/engine/lint/lint-definition.ts';
import { createTasks } from '../../src/engine/create-tasks.ts';
import { createWorkflows } from '../../src/engine/workflows/create-workflows.ts';
import type { DefinitionSource } from '../../src/engine/engine-deps.ts';
import { createDefinitionSource } from '../../src/engine/workflows/definition-cache.ts';
import { createWorkflowEvents } from '../../src/engine/workflows/workflow-events.ts';
import type { EffectPerformer, EffectResult, Task } from '../../src/engine/effect-performer.ts';
import { defaultRelayOptions, type RelayOptions } from '../../src/engine/engine-deps.ts';
import type { EngineMeter } from '../../src/engine/engine-meter.ts';
import type { Engine } from '../../src/engine/engine.ts';
import type { Restrict } from '../../src/engine/access/restriction.ts';
import type { FindWorkflow } from '../../src/engine/access/task-access.ts';
import type { Tasks } from '../../src/engine/tasks.ts';
import type { Workflows } from '../../src/engine/workflows/workflows.ts';
import { createLogger } from '../../src/logger.ts';
import { systemTimers } from '../../src/timers.ts';
import { anyInputs, testOrgId } from './builders.ts';
import { ManualClock } from './manual-clock.ts';

/** Stands for Slack: remembers what it was asked to do, and answers as it is told. */
export class RecordingPerformer implements EffectPerformer {
  readonly performed: Effect[] = [];
  /** Decides the answer; by default everything is done. */
  answer: (effect: Effect, task: Task) => EffectResult | Promise<EffectResult> = () => ({ kind: 'done' });

  async perform(effect: Effect, task: Task): Promise<EffectResult> {
    this.performed.push(effect);
    return this.answer(effect, task);
  }

  kinds(): string[] {
    return this.performed.map(({ kind }) => kind);
  }
}

/** The real engine over the real MongoDB, as one process would have it. */
export interface EngineFixture {
  engine: Engine;
  workflows: Workflows;
  checker: Checker;
  tasks: Tasks;
  restrict: Restrict;
  findWorkflow: FindWorkflow;
  loadDefinition: DefinitionSource['loadDefinition'];
  database: Database;
  performer: RecordingPerformer;
  counters: EngineCounters;
  createWorkflow(steps: StepInput[], inputsSchema?: JsonSchema, orgId?: string): Promise<Workflow>;
  close(): Promise<void>;
}

export interface EngineFixtureOptions {
  clock?: Clock;
  leaseMs?: number;
  relay?: Partial<RelayOptions>;
  monitorCommands?: boolean;
  /** Does some of the effects itself, and leaves the others to who is given. */
  wrapPerformer?: (others: EffectPerformer) => EffectPerformer;
  /** Which orgs are not served. Absent: all are. */
  isParked?: (orgId: string) => Promise<boolean>;
  /** Counts commands and effects. Absent: nobody does. */
  meter?: EngineMeter;
  /** Whom events are offered to. Absent: nobody. */
  fanOut?: EventFanOut;
  /** Looks whether what steps name is there. Absent: whatever they name is taken. */
  checkNamed?: CheckNamed;
}

/** One "process": several on the same database behave like several bots. */
export async function createEngineFixture(
  uri: string,
  options: EngineFixtureOptions = {},
): Promise<EngineFixture> {
  const database = await connectDatabase(uri, { monitorCommands: options.monitorCommands ?? false });
  await ensureIndexes(database);
  const clock = options.clock ?? new ManualClock();
  const newId = (): string => new mongoose.Types.ObjectId().toHexString();
  const workflowStore = createWorkflowStore(database);
  const definitions = createDefinitionSource(workflowStore, clock);
  const performer = new RecordingPerformer();
  const counters = createEngineCounters();
  const fanOut = options.fanOut === undefined ? {} : { fanOut: options.fanOut };
  const engine = createEngine({
    executions: new MongoExecutionStore(database),
    events: createMongoEventStore(database),
    definitions,
    performer: options.wrapPerformer?.(performer) ?? performer,
    ...(options.isParked === undefined ? {} : { isParked: options.isParked }),
    ...(options.meter === undefined ? {} : { meter: options.meter }),
    clock,
    timers: systemTimers,
    newId,
    lease: { holder: `test-${randomUUID()}`, leaseMs: options.leaseMs ?? 20_000 },
    counters,
    logger: createLogger('fatal'),
    relay: { ...defaultRelayOptions, ...options.relay },
    ...fanOut,
  });
  // What agents and tools there are is another matter.
  const checker: Checker = { check: async (definition) => lintDefinition(definition) };
  const workflows = createWorkflows({
    store: workflowStore,
    checker,
    definitions,
    clock,
    newId,
    events: createWorkflowEvents({
      outbox: createWorkflowOutbox(database),
      orgEvents: createOrgEventLog(database),
      ...fanOut,
      logger: createLogger('fatal'),
    }),
    ...(options.checkNamed === undefined ? {} : { checkNamed: options.checkNamed }),
    switchOffTriggers: (...gone) => createTriggerStore(database).switchOffAll(...gone),
    hasTeam: async (orgId, teamId) => (await createTeamStore(database).find(orgId, teamId)) !== null,
  });
  const tasks = createTasks(createTaskStore(database));
  const findWorkflow = definitions.findWorkflow.bind(definitions);
  return {
    engine,
    workflows,
    checker,
    tasks,
    restrict: createRestrict({ engine, workflows, tasks }, findWorkflow),
    findWorkflow,
    loadDefinition: definitions.loadDefinition.bind(definitions),
    database,
    performer,
    counters,
    async createWorkflow(steps, inputsSchema = anyInputs, orgId = testOrgId) {
      const created = await workflows.create({
        orgId,
        teamId: null,
        name: `Workflow ${randomUUID()}`,
        description: '',
        inputsSchema,
        steps,
        status: 'ACTIVE',
        createdBy: { kind: 'system' },
      });
      return created.workflow;
    },
    async close() {
      await engine.drain(5_000);
      await database.close();
    },
  };
}
