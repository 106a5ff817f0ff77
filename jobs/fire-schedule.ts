import type { Agenda } from 'agenda';
import type { Clock } from '../src/clock.ts';
import type { ScheduleRunner } from '../src/engine/triggers/schedule-runner.ts';

/** What the job does. */
export type ScheduleWork = Pick<ScheduleRunner, 'fireDue' | 'repair'>;

const jobName = 'fire-schedule';
/** How late a schedule may run when nothing else is wrong. */
const fireEvery = '2 seconds';
/** When the process that looks for schedules dies, another one goes on after this. */
const lockLifetimeMs = 30_000;
/** A run ends well before its lock does. */
const maxMs = 10_000;
/** How often it is done what a process has left that died. */
const repairEveryMs = 600_000;

/**
 * Starts the tasks of the schedules that are due. An empty run reads no key.
 *
 * @param orgIds all orgs there are, each of which may have something to repair
 */
export async function scheduleFireSchedule(
  agenda: Agenda,
  runner: ScheduleWork,
  orgIds: () => Promise<string[]>,
  clock: Clock,
): Promise<void> {
  let repairedAt = Number.NEGATIVE_INFINITY;

  async function run(done: (error?: Error) => void): Promise<void> {
    try {
      const now = clock.now().getTime();
      if (now - repairedAt >= repairEveryMs) {
        for (const orgId of await orgIds()) await runner.repair(orgId);
        repairedAt = now;
      }
      await runner.fireDue({ maxMs });
      done();
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  }

  agenda.define(jobName, (_job, done) => void run(done), { concurrency: 1, lockLifetime: lockLifetimeMs });
  await agenda.every(fireEvery, jobName);
}
