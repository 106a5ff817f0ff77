import type { ScheduleClock, ScheduleClockStore } from '../../../models/schedule-clock.ts';
import type { Clock } from '../../clock.ts';
import { type Recurrence, assertRecurrence, nextRun, nextRuns } from '../../domain/schedule-times.ts';
import { canonicalZone, readScheduleWords } from '../../domain/schedule-words.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { isTimeZone } from '../../domain/working-hours.ts';
import { NotFoundError, ValidationError } from '../../errors.ts';
import { definedOnly } from '../defined-only.ts';
import type { NewSchedule, Schedule, ScheduleChanges, ScheduleWithTimes, Schedules } from './schedules.ts';
import { requireWriter } from '../access/restrict-engine.ts';
import type { TriggerChanges, Triggers } from './triggers.ts';

export interface SchedulesDeps {
  triggers: Pick<Triggers, 'create' | 'get' | 'list' | 'change'>;
  clocks: ScheduleClockStore;
  clock: Clock;
}

const shownRuns = 3;
const maxNameLength = 80;

/** Schedules over triggers and their clocks. */
export function createSchedules({ triggers, clocks, clock }: SchedulesDeps): Schedules {
  function withTimes(schedule: Schedule, found: ScheduleClock | null): ScheduleWithTimes {
    const { lastAt = null, lastExecutionId = null } = found ?? {};
    const runs = schedule.enabled ? nextRuns(schedule.settings, clock.now(), shownRuns) : [];
    return { schedule, nextRuns: runs, lastRunAt: lastAt, lastExecutionId };
  }

  const schedules: Schedules = {
    async create(by, workflowId, { name, when, timeZone, inputsTemplate, missed, overlap, postTo }, id) {
      const recurrence = readWhen(when, timeZone);
      const given = { inputsTemplate, missed, overlap, postTo };
      const settings = { ...recurrence, ...definedOnly(given) } as Schedule['settings'];
      const named = name ?? recurrence.words.slice(0, maxNameLength);
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
      const before = (await triggers.list(by, workflowId)).find(({ id }) => id === scheduleId);
      requireWriter(by);
      if (before?.kind !== 'schedule') throw noSuchSchedule();
      const after = await triggers.change(by, workflowId, scheduleId, changesOf(before, changes));
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

function changesOf({ settings }: Schedule, changes: ScheduleChanges): TriggerChanges {
  const { name, enabled, when, timeZone, inputsTemplate, missed, overlap, postTo } = changes;
  const isMoved = when !== undefined || timeZone !== undefined;
  const recurrence = isMoved
    ? readWhen(when ?? settings.words ?? settings.cron, timeZone ?? settings.timeZone)
    : {};
  return {
    ...definedOnly({ name, enabled }),
    settings: { ...recurrence, ...definedOnly({ inputsTemplate, missed, overlap, postTo }) },
  };
}

/** @throws ValidationError for `when` with examples, or for `timeZone` */
function readWhen(when: string, timeZone: NewSchedule['timeZone']): Recurrence & { words: string } {
  const reading = readScheduleWords(when);
  if (!reading.ok) throw new ValidationError(reading.problem, [{ path: 'when', message: reading.problem }]);
  const { cron, words, timeZone: typed } = reading.schedule;
  const zone = typed ?? timeZone;
  const recurrence = { cron, timeZone: isTimeZone(zone) ? canonicalZone(zone) : zone };
  assertRecurrence(recurrence);
  return { ...recurrence, words };
}

function requireSchedule(trigger: Trigger): Schedule {
  if (trigger.kind !== 'schedule') throw noSuchSchedule();
  return trigger;
}

function noSuchSchedule(): NotFoundError {
  return new NotFoundError('There is no such schedule.');
}
