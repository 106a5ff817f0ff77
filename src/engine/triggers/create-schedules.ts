import type { ScheduleClock, ScheduleClockStore } from '../../../models/schedule-clock.ts';
import type { Clock } from '../../clock.ts';
import type { JsonSchema } from '../../domain/json-schema.ts';
import { isNameFromWords, nameFromWords } from '../../domain/schedule-name.ts';
import { type Recurrence, assertRecurrence, nextRun, nextRuns } from '../../domain/schedule-times.ts';
import { canonicalZone, readScheduleWords, wordsOf } from '../../domain/schedule-words.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { isTimeZone } from '../../domain/working-hours.ts';
import { NotFoundError, ValidationError } from '../../errors.ts';
import { definedOnly } from '../defined-only.ts';
import { assertScheduleInputs } from './schedule-inputs.ts';
import type { Schedule, ScheduleChanges, ScheduleWithTimes, Schedules } from './schedules.ts';
import type { FindWorkflow } from '../access/task-access.ts';
import type { Manager } from '../people/manager.ts';
import { requireEditable } from '../workflows/restrict-workflows.ts';
import type { TriggerChanges, Triggers } from './triggers.ts';

export interface SchedulesDeps {
  triggers: Pick<Triggers, 'create' | 'get' | 'list' | 'change'>;
  findWorkflow: FindWorkflow;
  clocks: ScheduleClockStore;
  clock: Clock;
}

const shownRuns = 3;

/** Schedules over triggers and their clocks. */
export function createSchedules({ triggers, findWorkflow, clocks, clock }: SchedulesDeps): Schedules {
  function withTimes(schedule: Schedule, found: ScheduleClock | null): ScheduleWithTimes {
    const { lastAt = null, lastExecutionId = null } = found ?? {};
    const runs = schedule.enabled ? nextRuns(schedule.settings, clock.now(), shownRuns) : [];
    return { schedule, nextRuns: runs, lastRunAt: lastAt, lastExecutionId };
  }

  /** What is there, for somebody who may change it: that they may comes before what is wrong with a schedule. */
  async function readForChange(
    by: Manager,
    workflowId: string,
  ): Promise<{ all: Trigger[]; schema: JsonSchema }> {
    const all = await triggers.list(by, workflowId);
    const workflow = await findWorkflow(by.access.orgId, workflowId);
    if (workflow === null) throw new NotFoundError('There is no such workflow.');
    requireEditable(by.access, workflow);
    return { all, schema: workflow.inputsSchema };
  }

  const schedules: Schedules = {
    async create(by, workflowId, { name, when, timeZone, inputsTemplate = {}, ...options }, id) {
      const { all, schema } = await readForChange(by, workflowId);
      const recurrence = readWhen(when, timeZone);
      assertScheduleInputs({ ...recurrence, inputsTemplate }, schema, clock.now());
      const { missed, overlap, postTo } = options;
      const given = { inputsTemplate, missed, overlap, postTo };
      const settings = { ...recurrence, ...definedOnly(given) } as Schedule['settings'];
      const named = name ?? nameFromWords(recurrence.words, namesOf(all, id));
      const input = { kind: 'schedule', name: named, enabled: true, settings } as const;
      const schedule = requireSchedule(await triggers.create(by, workflowId, input, id));
      return withTimes(schedule, await clocks.find(schedule.id));
    },
    async list(by, workflowId) {
      const all = (await triggers.list(by, workflowId)).filter((trigger) => trigger.kind === 'schedule');
      const found = await clocks.findMany(all.map(({ id }) => id));
      return all.map((schedule) => withTimes(schedule, found.find(({ id }) => id === schedule.id) ?? null));
    },
    async get(by, workflowId, scheduleId) {
      const schedule = requireSchedule(await triggers.get(by, workflowId, scheduleId));
      return withTimes(schedule, await clocks.find(scheduleId));
    },
    async change(by, workflowId, scheduleId, changes) {
      const { all, schema } = await readForChange(by, workflowId);
      const before = all.find(({ id }) => id === scheduleId);
      if (before?.kind !== 'schedule') throw noSuchSchedule();
      const wanted = changesOf(before, changes, namesOf(all, scheduleId));
      if (changes.inputsTemplate !== undefined)
        assertScheduleInputs({ ...before.settings, ...wanted.settings }, schema, clock.now());
      const after = await triggers.change(by, workflowId, scheduleId, wanted);
      return withTimes(requireSchedule(after), await clocks.find(scheduleId));
    },
    async onChange({ triggerId, trigger }) {
      if (trigger === null) return clocks.delete(triggerId);
      if (trigger.kind !== 'schedule') return;
      const next = clockOf(trigger, await clocks.find(triggerId), clock.now());
      if (next !== null) await clocks.set(next);
    },
  };
  return schedules;
}

/**
 * How the clock of a schedule has to stand; null when it stands right. A time that is awaited stays when only
 * something else is changed.
 */
export function clockOf(
  { id, orgId, enabled, settings }: Schedule,
  found: ScheduleClock | null,
  now: Date,
): Pick<ScheduleClock, 'id' | 'orgId' | 'recurrence' | 'nextAt'> | null {
  const recurrence = recurrenceKey(settings);
  const awaitedAt = found?.nextAt ?? null;
  if (!enabled) return awaitedAt === null ? null : { id, orgId, recurrence, nextAt: null };
  if (awaitedAt !== null && found?.recurrence === recurrence) return null;
  return { id, orgId, recurrence, nextAt: nextRun(settings, now) };
}

/** Says by what the times of a clock were computed. */
export function recurrenceKey({ cron, timeZone }: Recurrence): string {
  return `${cron} ${timeZone}`;
}

/** @param taken the names of the workflow's other triggers @throws ValidationError for `when` and `timeZone` */
function changesOf(
  schedule: Schedule,
  changes: ScheduleChanges,
  taken: readonly string[],
): TriggerChanges & { settings: Partial<Schedule['settings']> } {
  const { enabled, inputsTemplate, missed, overlap, postTo } = changes;
  const recurrence = movedTo(schedule, changes);
  const words = recurrence.words ?? wordsOf(schedule.settings);
  const follows = changes.name === undefined && isNameFromWords(schedule.name, schedule.settings.words);
  const isRenamed = changes.name === null || (follows && !isNameFromWords(schedule.name, words));
  const name = isRenamed ? nameFromWords(words, taken) : (changes.name ?? undefined);
  return {
    ...definedOnly({ name, enabled }),
    settings: { ...recurrence, ...definedOnly({ inputsTemplate, missed, overlap, postTo }) },
  };
}

/** When it runs from now on, as far as that is changed. A zone alone changes no pattern. */
function movedTo(
  { settings }: Schedule,
  { when, timeZone }: ScheduleChanges,
): Partial<Recurrence & { words: string }> {
  if (when !== undefined) return readWhen(when, timeZone ?? settings.timeZone);
  return timeZone === undefined ? {} : { timeZone: inZone(settings.cron, timeZone).timeZone };
}

/** Of all but the one with this id. */
function namesOf(triggers: readonly Trigger[], but: string | undefined): string[] {
  return triggers.filter(({ id }) => id !== but).map(({ name }) => name);
}

/** @throws ValidationError for `when` with examples, or for `timeZone` */
function readWhen(when: string, timeZone: string): Recurrence & { words: string } {
  const reading = readScheduleWords(when);
  if (!reading.ok) throw new ValidationError(reading.problem, [{ path: 'when', message: reading.problem }]);
  const { cron, words, timeZone: typed } = reading.schedule;
  return { ...inZone(cron, typed ?? timeZone), words };
}

/** @throws ValidationError */
function inZone(cron: string, zone: string): Recurrence {
  const recurrence = { cron, timeZone: isTimeZone(zone) ? canonicalZone(zone) : zone };
  assertRecurrence(recurrence);
  return recurrence;
}

function requireSchedule(trigger: Trigger): Schedule {
  if (trigger.kind !== 'schedule') throw noSuchSchedule();
  return trigger;
}

function noSuchSchedule(): NotFoundError {
  return new NotFoundError('There is no such schedule.');
}
