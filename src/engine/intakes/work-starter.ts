import type { WorkItemStore } from '../../../models/work-item.ts';
import type { Clock } from '../../clock.ts';
import type { WorkItem } from '../../domain/work-item.ts';
import { AppError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { Callbacks } from './callbacks.ts';
import type { Fired, TriggerStarts } from '../triggers/start-by-trigger.ts';
import type { TriggerSource } from '../triggers/triggers.ts';

export interface WorkStarterDeps {
  items: WorkItemStore;
  source: Pick<TriggerSource, 'find'>;
  starts: Pick<TriggerStarts, 'start'>;
  callbacks: Pick<Callbacks, 'offer'>;
  clock: Clock;
  logger: Logger;
}

/** For how long nobody else looks at an item that somebody starts. */
const leaseMs = 30_000;
/** How long to wait after each time that it could not be started; the last of them again and again. */
const delaysMs = [10_000, 60_000, 300_000, 1_800_000, 3_600_000];
/** What could not be started for this long is given up, and says why. */
const giveUpAfterMs = 7 * 86_400_000;
/** What the workflow does not take for now: it was active when the work was accepted, and may be so again. */
const passingCodes: ReadonlySet<string> = new Set(['workflow-paused', 'workflow-draft']);

/** Makes tasks out of work items: each exactly one, whatever dies meanwhile. */
export class WorkStarter {
  readonly #deps: WorkStarterDeps;

  constructor(deps: WorkStarterDeps) {
    this.#deps = deps;
  }

  /** Until when an item that is stored now belongs to whoever stored it. */
  leaseEnd(now: Date): Date {
    return new Date(now.getTime() + leaseMs);
  }

  /** Starts an item that was just accepted. When that fails, a sweep goes on with it: this never rejects. */
  async tryNow(item: WorkItem): Promise<void> {
    try {
      await this.#advance(item);
    } catch (error) {
      this.#deps.logger.warn({ err: error, workId: item.id }, 'work was accepted and not started yet');
    }
  }

  /** Goes on with everything that is due. @returns how many items */
  async sweep({ maxMs }: { maxMs: number }): Promise<number> {
    const { items, clock, logger } = this.#deps;
    const endsAt = clock.now().getTime() + maxMs;
    for (let count = 0; ; count += 1) {
      const now = clock.now();
      const item = now.getTime() >= endsAt ? null : await items.claimDue(now, this.leaseEnd(now));
      if (item === null) return count;
      try {
        await this.#advance(item);
      } catch (error) {
        logger.warn({ err: error, workId: item.id }, 'work could not be started; it is tried again');
      }
    }
  }

  async #advance(item: WorkItem): Promise<void> {
    const { items, callbacks } = this.#deps;
    const now = item.executionId === null && item.error === null ? await this.#start(item) : item;
    if (now === null) return;
    if (now.callbackUrl === null) return;
    // Its task may have ended before it was known whose it is: then nobody was told yet.
    await callbacks.offer(now);
    await items.settle(now.id);
  }

  /** @returns the item as it is now; null when it is to be tried again later */
  async #start(item: WorkItem): Promise<WorkItem | null> {
    const { items, clock } = this.#deps;
    const fired = await this.#fire(item);
    const dueAt = item.callbackUrl === null ? null : this.leaseEnd(clock.now());
    if (fired.decision === 'started') {
      const { id: executionId } = fired.execution;
      await items.setStarted(item.id, executionId, dueAt);
      return { ...item, executionId };
    }
    const waitedMs = clock.now().getTime() - item.createdAt.getTime();
    if (passingCodes.has(fired.error.code) && waitedMs < giveUpAfterMs) {
      const delayMs = delaysMs[Math.min(item.attempts, delaysMs.length - 1)] ?? 0;
      await items.putOff(item.id, new Date(clock.now().getTime() + delayMs));
      return null;
    }
    await items.setFailed(item.id, fired.reason, dueAt);
    return { ...item, error: fired.reason };
  }

  async #fire({ id, intakeId, inputs, startedBy }: WorkItem): Promise<Fired> {
    const trigger = await this.#deps.source.find(intakeId);
    if (trigger === null) return gone();
    return this.#deps.starts.start({ trigger, sourceKey: id, inputs, startedBy, origin: { kind: 'api' } });
  }
}

/** The intake was deleted before the work that it had accepted could be started. */
function gone(): Fired {
  const error = new AppError('intake-deleted', 404, 'The intake was deleted before this work was started.');
  return { decision: 'failed', reason: error.message, fields: [], error };
}
