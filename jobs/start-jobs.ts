import type { Database } from '../models/database.ts';
import { createExecutionPurge } from '../models/execution-purge.ts';
import type { Clock } from '../src/clock.ts';
import type { BatchWorker } from '../src/engine/batches/batch-worker.ts';
import type { Engine } from '../src/engine/engine.ts';
import type { Intakes } from '../src/engine/intakes/intakes.ts';
import type { WorkflowEvents } from '../src/engine/workflows/workflow-events.ts';
import type { Logger } from '../src/logger.ts';
import type { DeliveryWorker } from '../src/webhooks/delivery-worker.ts';
import { createAgenda } from './create-agenda.ts';
import { scheduleDeliverEvents } from './deliver-events.ts';
import { type ScheduleWork, scheduleFireSchedule } from './fire-schedule.ts';
import { scheduleFlushWorkflowEvents } from './flush-workflow-events.ts';
import type { RunTicket } from '../src/engine/runs/run-ticket.ts';
import type { StepRunner } from '../src/engine/runs/step-runner.ts';
import { schedulePurge } from './purge.ts';
import { scheduleRunBatches } from './run-batches.ts';
import { defineRunStep } from './run-step.ts';
import { scheduleStartWork } from './start-work.ts';
import { scheduleSweep } from './sweep.ts';

/** The recurring work of this process. */
export interface Jobs {
  /** False while the queue of jobs cannot be reached. */
  isReady(): boolean;
  /** Tells the workers of all processes that a run may begin. */
  announceRun(ticket: RunTicket): Promise<void>;
  /** Begins no other job and unlocks those that are locked, for other processes to take. */
  stop(): Promise<void>;
}

/** How long after an error the queue is taken to be out of reach; it is polled every second. */
const errorLastsMs = 5_000;

export interface JobsDeps {
  database: Database;
  engine: Engine;
  runner: Pick<StepRunner, 'begin'>;
  deliveries: Pick<DeliveryWorker, 'sweep'>;
  workflowEvents: Pick<WorkflowEvents, 'flush'>;
  /** What starts tasks by itself. Absent: nothing does. */
  starting?: {
    intakes: Pick<Intakes, 'sweep'>;
    scheduleRunner: ScheduleWork;
    orgIds: () => Promise<string[]>;
  };
  /** What works off batches. Absent: nothing does. */
  batchWorker?: Pick<BatchWorker, 'sweep'>;
  /** How long the engine's leases are. */
  leaseMs: number;
  clock: Clock;
  logger: Logger;
}

export async function startJobs(deps: JobsDeps): Promise<Jobs> {
  const { database, engine, runner, deliveries, workflowEvents, starting, leaseMs, clock, logger } = deps;
  let lastErrorAt = Number.NEGATIVE_INFINITY;
  const agenda = createAgenda(database, logger, () => {
    lastErrorAt = clock.now().getTime();
  });
  await agenda.start();
  const announceRun = defineRunStep(agenda, runner);
  await scheduleSweep(agenda, engine, leaseMs);
  await scheduleDeliverEvents(agenda, deliveries);
  await scheduleFlushWorkflowEvents(agenda, workflowEvents);
  if (deps.batchWorker !== undefined) await scheduleRunBatches(agenda, deps.batchWorker);
  if (starting !== undefined) {
    await scheduleStartWork(agenda, starting.intakes);
    await scheduleFireSchedule(agenda, starting.scheduleRunner, starting.orgIds, clock);
  }
  await schedulePurge(agenda, createExecutionPurge(database), clock);
  return {
    isReady: () => clock.now().getTime() - lastErrorAt > errorLastsMs,
    announceRun,
    stop: () => agenda.stop(false),
  };
}
