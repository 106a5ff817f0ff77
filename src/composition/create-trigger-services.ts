import type { Database } from '../../models/database.ts';
import { createTriggerLog, type TriggerLog } from '../../models/trigger-log.ts';
import { createTriggerStore } from '../../models/trigger-store.ts';
import type { Clock } from '../clock.ts';
import type { IdSource } from '../domain/ids.ts';
import { createTriggers } from '../engine/triggers/create-triggers.ts';
import type { Engine } from '../engine/engine.ts';
import type { NoteOrgEvent } from '../engine/audit/note-org-event.ts';
import { createTriggerStarts, type TriggerStarts } from '../engine/triggers/start-by-trigger.ts';
import type { FindWorkflow } from '../engine/access/task-access.ts';
import { createTriggerSource } from '../engine/triggers/trigger-source.ts';
import type { TriggerListener, TriggerSource, Triggers } from '../engine/triggers/triggers.ts';
import {
  type FindChannels,
  type MayStillHear,
  createMayStillHear,
} from '../engine/triggers/channel-access.ts';
import type { Members } from '../engine/people/members.ts';

export interface TriggerServicesDeps {
  database: Database;
  engine: Engine;
  findWorkflow: FindWorkflow;
  note: NoteOrgEvent;
  /** Default: there is no Slack. */
  findChannels?: FindChannels | null;
  members: Pick<Members, 'current' | 'accessOf'>;
  /** Told of each workflow whose triggers have changed. Absent: nobody is. */
  announce?: (workflowId: string) => void;
  clock: Clock;
  newId: IdSource;
}

/** What starts tasks without a person asking for each. */
export interface TriggerServices {
  triggers: Triggers;
  triggerSource: TriggerSource;
  triggerStarts: TriggerStarts;
  mayStillHear: MayStillHear;
  triggerLog: TriggerLog;
  /** Switches off what still starts tasks of the org's archived workflows. */
  switchOffArchived: (orgId: string) => Promise<void>;
  /** Told of every change; whoever has to set or forget something adds itself at the start. */
  triggerListeners: TriggerListener[];
}

/** Makes them over one database; nothing is read or written yet. */
export function createTriggerServices(deps: TriggerServicesDeps): TriggerServices {
  const { database, engine, findWorkflow, note, findChannels = null, members, clock, newId } = deps;
  const store = createTriggerStore(database);
  const log = createTriggerLog(database);
  const source = createTriggerSource(store, clock);
  const listeners: TriggerListener[] = [source.onChange, ({ workflowId }) => deps.announce?.(workflowId)];
  return {
    triggers: createTriggers({ store, log, findWorkflow, note, findChannels, listeners, clock, newId }),
    triggerSource: source,
    triggerStarts: createTriggerStarts({ engine, log, clock, newId }),
    mayStillHear: createMayStillHear(findChannels, members),
    triggerLog: log,
    switchOffArchived: (orgId) => store.switchOffArchived(orgId, clock.now()),
    triggerListeners: listeners,
  };
}
