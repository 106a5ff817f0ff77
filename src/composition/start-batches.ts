import { randomBytes } from 'node:crypto';
import { createBatchStore } from '../../models/batch-store.ts';
import { createTaskStore } from '../../models/task-store.ts';
import type { Database } from '../../models/database.ts';
import type { Clock } from '../clock.ts';
import type { IdSource } from '../domain/ids.ts';
import { BatchWorker, type BatchWorkerDeps } from '../engine/batches/batch-worker.ts';
import type { Batches } from '../engine/batches/batches.ts';
import { createBatches } from '../engine/batches/create-batches.ts';
import { type ResultDeps, writeResult } from '../engine/batches/write-result.ts';
import type { Engine } from '../engine/engine.ts';
import type { NoteOrgEvent } from '../engine/audit/note-org-event.ts';
import type { FindWorkflow } from '../engine/access/task-access.ts';
import type { Logger } from '../logger.ts';
import { createBatchTeller } from '../slack/batch-teller.ts';
import type { SlackConnections } from '../slack/connections.ts';
import { systemTimers } from '../timers.ts';
import type { Stoppers } from './stoppers.ts';

export interface BatchServices {
  batches: Batches;
  batchWorker: BatchWorker;
}

export interface BatchParts extends Pick<BatchWorkerDeps, 'failpoint'> {
  database: Database;
  engine: Pick<Engine, 'start'>;
  findWorkflow: FindWorkflow;
  note: NoteOrgEvent;
  slack: { connections: SlackConnections; apiUrl: { slackApiUrl?: string } } | null;
  clock: Clock;
  newId: IdSource;
  /** How long whoever works on a batch may be silent before another process takes it up. */
  leaseMs: number;
  logger: Logger;
  stoppers: Stoppers;
}

/** Batches, and what works them off. A job has to call it. */
export function startBatches(parts: BatchParts): BatchServices {
  const { database, engine, findWorkflow, note, slack, clock, newId, leaseMs, logger, stoppers } = parts;
  const store = createBatchStore(database);
  const tasks = createTaskStore(database);
  const readTasks: ResultDeps['readTasks'] = (orgId, ids) => tasks.findAll(orgId, ids);
  const teller =
    slack === null
      ? null
      : createBatchTeller({
          connections: slack.connections,
          ...slack.apiUrl,
          findWorkflow,
          resultOf: (batch, only) => writeResult({ store, readTasks }, batch, only),
          logger,
        });
  const newToken = (): string => randomBytes(18).toString('base64url');
  const holding = { store, newToken, timers: systemTimers, clock, leaseMs, logger };
  const faults = parts.failpoint === undefined ? {} : { failpoint: parts.failpoint };
  const batchWorker = new BatchWorker({ ...holding, ...faults, note, engine, findWorkflow, teller });
  stoppers.add(() => batchWorker.stop());
  return { batches: createBatches({ ...holding, readTasks, note, newId }), batchWorker };
}
