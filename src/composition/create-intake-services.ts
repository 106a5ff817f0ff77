import type { Database } from '../../models/database.ts';
import { MongoExecutionStore } from '../../models/mongo-execution-store.ts';
import { createScheduleClockStore } from '../../models/schedule-clock.ts';
import { createWorkItemStore } from '../../models/work-item.ts';
import type { Clock } from '../clock.ts';
import type { TriggerServices } from './create-trigger-services.ts';
import type { IdSource } from '../domain/ids.ts';
import type { Callbacks } from '../engine/intakes/callbacks.ts';
import { createIntakes } from '../engine/intakes/create-intakes.ts';
import { createSchedules } from '../engine/triggers/create-schedules.ts';
import type { Intakes } from '../engine/intakes/intakes.ts';
import type { NoteOrgEvent } from '../engine/audit/note-org-event.ts';
import { createReadWork } from '../engine/intakes/read-work.ts';
import { ScheduleRunner } from '../engine/triggers/schedule-runner.ts';
import type { Schedules } from '../engine/triggers/schedules.ts';
import type { FindWorkflow } from '../engine/access/task-access.ts';
import { WorkStarter } from '../engine/intakes/work-starter.ts';
import type { Logger } from '../logger.ts';

export interface IntakeServicesDeps {
  database: Database;
  triggers: TriggerServices;
  callbacks: Callbacks;
  findWorkflow: FindWorkflow;
  note: NoteOrgEvent;
  /** Why nothing is done for an org now; null when its work is done. Absent: it always is. */
  whyParked?: (orgId: string) => Promise<string | null>;
  clock: Clock;
  newId: IdSource;
  logger: Logger;
}

/** What starts tasks by a request from outside, or by the clock. */
export interface IntakeServices {
  intakes: Intakes;
  schedules: Schedules;
  scheduleRunner: ScheduleRunner;
}

/** Makes them over one database, and has them told of every change of a trigger. */
export function createIntakeServices(deps: IntakeServicesDeps): IntakeServices {
  const { database, callbacks } = deps;
  const { triggers, triggerSource: source, triggerStarts: starts } = deps.triggers;
  const { triggerListeners, switchOffArchived } = deps.triggers;
  const executions = new MongoExecutionStore(database, []);
  const items = createWorkItemStore(database);
  const clocks = createScheduleClockStore(database);
  const starter = new WorkStarter({ ...deps, items, source, starts });
  const readWork = createReadWork({ executions, triggers: source });
  const schedules = createSchedules({ ...deps, triggers, clocks });
  triggerListeners.push(schedules.onChange, ({ triggerId, trigger }) =>
    trigger === null ? callbacks.forget(triggerId) : undefined,
  );
  return {
    intakes: createIntakes({ ...deps, triggers, source, starts, items, starter, readWork }),
    schedules,
    scheduleRunner: new ScheduleRunner({ ...deps, source, starts, clocks, executions, switchOffArchived }),
  };
}
