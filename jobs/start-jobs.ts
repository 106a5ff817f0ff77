import type { Database } from '../models/database.ts';
import { createExecutionPurge } from '../models/execution-purge.ts';
import type { Clock } from '../src/clock.ts';
import type { Engine } from '../src/engine/engine.ts';
import type { WorkflowEvents } from '../src/engine/workflow-events.ts';
import type { Logger } from '../src/logger.ts';
import type { DeliveryWorker } from '../src/webhooks/delivery-worker.ts';
import { createAgenda } from './create-agenda.ts';
import { scheduleDeliverEvents } from './deliver-events.ts';
import { scheduleFlushWorkflowEvents } from './flush-workflow-events.ts';
import { schedulePurge } from './purge.ts';
import { scheduleSweep } from './sweep.ts';

/** The recurring work of this process. */
export interface Jobs {
  /** False while the queue of jobs cannot be reached. */
  isReady(): boolean;
  /** Begins no other job and unlocks those that are locked, for other processes to take. */
  stop(): Promise<void>;
}

/** How long after an error the queue is taken to be out of reach; it is polled every second. */
const errorLastsMs = 5_000;

export interface JobsDeps {
  database: Database;
  engine: Engine;
  deliveries: Pick<DeliveryWorker, 'sweep'>;
  workflowEvents: Pick<WorkflowEvents, 'flush'>;
  /** How long the engine's leases are. */
  leaseMs: number;
  clock: Clock;
  logger: Logger;
}

export async function startJobs(deps: JobsDeps): Promise<Jobs> {
  const { database, engine, deliveries, workflowEvents, leaseMs, clock, logger } = deps;
  let lastErrorAt = Number.NEGATIVE_INFINITY;
  const agenda = createAgenda(database, logger, () => {
    lastErrorAt = clock.now().getTime();
  });
  await agenda.start();
  await scheduleSweep(agenda, engine, leaseMs);
  await scheduleDeliverEvents(agenda, deliveries);
  await scheduleFlushWorkflowEvents(agenda, workflowEvents);
  await schedulePurge(agenda, createExecutionPurge(database), clock);
  return {
    isReady: () => clock.now().getTime() - lastErrorAt > errorLastsMs,
    stop: () => agenda.stop(false),
  };
}
