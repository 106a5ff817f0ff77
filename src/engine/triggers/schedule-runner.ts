import type { ScheduleClock, ScheduleClockStore } from '../../../models/schedule-clock.ts';
import type { Clock } from '../../clock.ts';
import type { Actor } from '../../domain/actor.ts';
import { personBehind } from '../../domain/actor.ts';
import type { Origin } from '../../domain/execution.ts';
import type { ExecutionStore } from '../../domain/execution-store.ts';
import { lastRun, nextRun } from '../../domain/schedule-times.ts';
import type { Logger } from '../../logger.ts';
import { clockOf, recurrenceKey } from './create-schedules.ts';
import { scheduleInputs } from './schedule-inputs.ts';
import type { Schedule } from './schedules.ts';
import type { TriggerStarts } from './start-by-trigger.ts';
import type { FindWorkflow } from '../access/task-access.ts';
import type { TriggerSource } from './triggers.ts';

export interface ScheduleRunnerDeps {
  source: TriggerSource;
  starts: TriggerStarts;
  clocks: ScheduleClockStore;
  executions: Pick<ExecutionStore, 'load'>;
  findWorkflow: FindWorkflow;
  /** Switches off what still starts tasks of the org's archived workflows. */
  switchOffArchived: (orgId: string) => Promise<void>;
  /** Why nothing is done for the org now, in a sentence; null when its work is done. Absent: it always is. */
  whyParked?: (orgId: string) => Promise<string | null>;
  clock: Clock;
  logger: Logger;
}

/** For how long nobody else runs a schedule that somebody has claimed. */
const leaseMs = 60_000;
/** Later than this a time counts as missed: a restart takes less. */
const missedAfterMs = 5 * 60_000;
/** How soon after an org is served again a schedule that waited for it is looked at. */
const parkedRecheckMs = 10 * 60_000;

/** A task that was started, and the time that it was started for. */
interface Ran {
  at: Date;
  executionId: string;
}

/** Starts the tasks of schedules when it is time: each time once, whatever dies meanwhile. */
export class ScheduleRunner {
  readonly #deps: ScheduleRunnerDeps;

  constructor(deps: ScheduleRunnerDeps) {
    this.#deps = deps;
  }

  /** Runs everything that is due. @returns how many schedules were looked at */
  async fireDue({ maxMs }: { maxMs: number }): Promise<number> {
    const { clocks, clock, logger } = this.#deps;
    const endsAt = clock.now().getTime() + maxMs;
    for (let count = 0; ; count += 1) {
      const now = clock.now();
      const until = new Date(now.getTime() + leaseMs);
      const claimed = now.getTime() >= endsAt ? null : await clocks.claimDue(now, until);
      if (claimed === null) return count;
      try {
        await this.#run(claimed, now);
      } catch (error) {
        logger.warn({ err: error, triggerId: claimed.id }, 'schedule could not be run; it is tried again');
      }
    }
  }

  /**
   * Does what a process has left that died: triggers of every kind are switched off whose workflow was deleted, and the
   * clocks of schedules are wound.
   */
  async repair(orgId: string): Promise<void> {
    const { source, clocks, clock } = this.#deps;
    await this.#deps.switchOffArchived(orgId);
    const schedules = (await source.listEnabled(orgId, ['schedule'])).filter(
      (trigger) => trigger.kind === 'schedule',
    );
    const found = new Map(
      (await clocks.findMany(schedules.map(({ id }) => id))).map((each) => [each.id, each]),
    );
    for (const schedule of schedules) {
      const next = clockOf(schedule, found.get(schedule.id) ?? null, clock.now());
      if (next !== null) await clocks.set(next);
    }
  }

  /** The task first: when the process dies before the clock is moved on, whoever comes next finds it started. */
  async #run(claimed: ScheduleClock, now: Date): Promise<void> {
    const { source, clocks } = this.#deps;
    const trigger = await source.find(claimed.id);
    const isOurs = trigger?.kind === 'schedule' && trigger.enabled;
    if (!isOurs || claimed.nextAt === null) {
      await clocks.advance(claimed, null, null);
      return;
    }
    const { settings } = trigger;
    const isSame = claimed.recurrence === recurrenceKey(settings);
    if (isSame && (await this.#waitsForOrg(trigger, claimed, now))) return;
    const ran = isSame ? await this.#fire(trigger, claimed, claimed.nextAt, now) : null;
    const next = isSame ? nextRun(settings, now) : null;
    if (!(await clocks.advance(claimed, next, ran)) || isSame) return;
    // It was changed by a process that died before it could wind the clock.
    const rewound = clockOf(trigger, null, now);
    if (rewound !== null) await clocks.set(rewound);
  }

  /**
   * While the org is parked no timer fires. That counts as any other downtime: afterwards the last time that was missed is
   * made up for, or not, as the schedule says.
   */
  async #waitsForOrg(schedule: Schedule, claimed: ScheduleClock, now: Date): Promise<boolean> {
    const { starts, clocks, whyParked } = this.#deps;
    const why = (await whyParked?.(schedule.orgId)) ?? null;
    if (why === null || claimed.nextAt === null) return false;
    await starts.note(schedule, latestTime(schedule, claimed.nextAt, now).toISOString(), 'skipped', why);
    if (schedule.settings.missed === 'skip') {
      await clocks.advance(claimed, nextRun(schedule.settings, now), null);
    } else {
      await clocks.postpone(claimed, new Date(now.getTime() + parkedRecheckMs));
    }
    return true;
  }

  /** @returns the task that was started, if one was */
  async #fire(schedule: Schedule, claimed: ScheduleClock, dueAt: Date, now: Date): Promise<Ran | null> {
    const { starts, findWorkflow } = this.#deps;
    const { settings, orgId, workflowId } = schedule;
    const at = latestTime(schedule, dueAt, now);
    const sourceKey = at.toISOString();
    const why = await this.#whyNot(schedule, claimed, at, now);
    if (why !== null) {
      await starts.note(schedule, sourceKey, 'skipped', why);
      return null;
    }
    const workflow = await findWorkflow(orgId, workflowId);
    const inputs = scheduleInputs(settings, workflow?.inputsSchema ?? {}, at, claimed.lastAt);
    const startedBy = actorOf(schedule);
    const fired = await starts.start({
      trigger: schedule,
      sourceKey,
      inputs,
      startedBy,
      origin: originOf(schedule),
    });
    return fired.decision === 'started' ? { at, executionId: fired.execution.id } : null;
  }

  /** A sentence for the log; null when it runs. */
  async #whyNot(
    { settings }: Schedule,
    { lastExecutionId }: ScheduleClock,
    at: Date,
    now: Date,
  ): Promise<string | null> {
    if (settings.missed === 'skip' && now.getTime() - at.getTime() > missedAfterMs) {
      return 'Baton was not running at this time, and this schedule does not make up for what it missed.';
    }
    if (settings.overlap === 'allow' || lastExecutionId === null) return null;
    const last = await this.#deps.executions.load(lastExecutionId);
    if (last?.state.status !== 'RUNNING') return null;
    return 'The task of the time before is still running, and this schedule does not start another beside it.';
  }
}

/** Of several times that were missed only the last is made up for. */
function latestTime({ settings }: Schedule, dueAt: Date, now: Date): Date {
  const latest = lastRun(settings, new Date(now.getTime() + 1));
  return latest !== null && latest > dueAt && latest <= now ? latest : dueAt;
}

function actorOf({ id, name, createdBy }: Schedule): Actor {
  return { kind: 'schedule', triggerId: id, name, ownerId: personBehind(createdBy) };
}

function originOf({ settings: { postTo } }: Schedule): Origin {
  return postTo === null ? { kind: 'api' } : { kind: 'slack', channelId: postTo, threadTs: null };
}
