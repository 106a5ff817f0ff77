import type { TriggerOf } from '../../domain/trigger.ts';
import type { Manager } from '../people/manager.ts';
import type { TriggerListener } from './triggers.ts';

export type Schedule = TriggerOf<'schedule'>;

/** A schedule as it is made. */
export interface NewSchedule {
  /** Default: when it runs, in words, told apart from other names. */
  name?: string | undefined;
  /** In words or as cron, as `readScheduleWords` takes it; a time zone that stands there counts before `timeZone`. */
  when: string;
  /** By whose clocks: a name of the IANA database. */
  timeZone: string;
  inputsTemplate?: Schedule['settings']['inputsTemplate'] | undefined;
  missed?: Schedule['settings']['missed'] | undefined;
  overlap?: Schedule['settings']['overlap'] | undefined;
  postTo?: Schedule['settings']['postTo'] | undefined;
}

/** What of a schedule is to be changed; the rest stays. A name that follows from when it runs goes on following. */
export type ScheduleChanges = {
  [Field in Exclude<keyof NewSchedule, 'name'>]?: NewSchedule[Field] | undefined;
} & {
  /** Null: as it runs. */
  name?: string | null | undefined;
  enabled?: boolean | undefined;
};

/** A schedule and its times. */
export interface ScheduleWithTimes {
  schedule: Schedule;
  /** The next three; none while it is switched off. */
  nextRuns: Date[];
  /** The time that it last started a task for. */
  lastRunAt: Date | null;
  lastExecutionId: string | null;
}

/** Tasks that start by the clock. Rights, names and audit are those of triggers. */
export interface Schedules {
  /** @throws as `Triggers.create`; ValidationError for `when`, with examples, `timeZone`, and inputs that do not fit the workflow */
  create(by: Manager, workflowId: string, input: NewSchedule, id?: string): Promise<ScheduleWithTimes>;
  list(by: Manager, workflowId: string): Promise<ScheduleWithTimes[]>;
  /** @throws NotFoundError for a trigger that is no schedule; as `Triggers.get` */
  get(by: Manager, workflowId: string, scheduleId: string): Promise<ScheduleWithTimes>;
  /** @throws as `create` */
  change(
    by: Manager,
    workflowId: string,
    scheduleId: string,
    changes: ScheduleChanges,
  ): Promise<ScheduleWithTimes>;
  /** Keeps the clocks right when a schedule is changed. */
  onChange: TriggerListener;
}
