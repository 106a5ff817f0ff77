import type { HomeViewer, HomeViewers } from '../../models/home-viewer.ts';
import type { Clock } from '../clock.ts';
import type { ExecutionState } from '../domain/execution.ts';
import { AppError, PermissionError, errorMessage } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Timers } from '../timers.ts';
import { concernedPeople } from './concerned-people.ts';
import type { Directory } from './directory.ts';
import { createPacer } from './pacer.ts';
import { SlackRefused } from './slack-call.ts';

/** Keeps the Home tabs of those who have opened theirs up to date, without their opening it again. */
export interface HomeUpdates {
  /** A task has changed: whom it concerns sees that soon. Never throws. */
  touch(execution: ExecutionState): void;
  /** Draws what was left undone, now and from time to time. */
  start(): void;
  /** Begins nothing new, and waits for what is being drawn. */
  stop(): Promise<void>;
}

export interface HomeUpdatesDeps {
  viewers: HomeViewers;
  directoryOf: (orgId: string) => Promise<Directory>;
  /** Draws the tab of one person. */
  publish: (viewer: HomeViewer) => Promise<void>;
  clock: Clock;
  timers: Timers;
  logger: Logger;
}

/** What changes in quick succession is drawn once. */
const coalesceMs = 500;
/** Slack takes a hundred a minute and more; what is beyond that waits its turn. */
const publishEveryMs = 600;
const publishBurst = 20;
/** How long to wait after a failure that does not say. */
const retryMs = 5_000;
/** What could not be drawn, or was left behind by a process that died, is drawn by the next round. */
const roundEveryMs = 30_000;
const leftBehindAfterMs = 10_000;
const maxPerRound = 200;
const publishKey = 'views.publish';
/** They are gone, or have no Home tab. */
const gone = new Set(['user_not_found', 'user_disabled', 'not_enabled', 'users_not_found']);

export function createHomeUpdates(deps: HomeUpdatesDeps): HomeUpdates {
  return new PacedHomeUpdates(deps);
}

class PacedHomeUpdates implements HomeUpdates {
  readonly #deps: HomeUpdatesDeps;
  readonly #pacer;
  readonly #cancels = new Map<string, () => void>();
  readonly #running = new Set<Promise<void>>();
  #cancelRound: (() => void) | null = null;
  #isStopped = false;

  constructor(deps: HomeUpdatesDeps) {
    this.#deps = deps;
    this.#pacer = createPacer({ clock: deps.clock, intervalMs: publishEveryMs, burst: publishBurst });
  }

  touch(execution: ExecutionState): void {
    if (!this.#isStopped) this.#run(() => this.#markStale(execution));
  }

  start(): void {
    this.#run(() => this.#round());
    this.#cancelRound = this.#deps.timers.after(roundEveryMs, () => {
      if (!this.#isStopped) this.start();
    });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelRound?.();
    for (const cancel of this.#cancels.values()) cancel();
    await Promise.all(this.#running);
  }

  async #markStale(execution: ExecutionState): Promise<void> {
    const { viewers, directoryOf, clock } = this.#deps;
    const userIds = await concernedPeople(await directoryOf(execution.orgId), execution);
    for (const viewer of await viewers.markStale(execution.orgId, userIds, clock.now()))
      this.#schedule(viewer, coalesceMs);
  }

  async #round(): Promise<void> {
    const { viewers, clock } = this.#deps;
    const before = new Date(clock.now().getTime() - leftBehindAfterMs);
    for (const viewer of await viewers.listStale(before, maxPerRound)) this.#schedule(viewer, 0);
  }

  #schedule(viewer: HomeViewer, delayMs: number): void {
    const key = `${viewer.orgId}:${viewer.userId}`;
    if (this.#isStopped || this.#cancels.has(key)) return;
    const cancel = this.#deps.timers.after(delayMs, () => {
      this.#cancels.delete(key);
      const slot = this.#pacer.reserve(publishKey, 0);
      if (slot.granted) this.#run(() => this.#publish(viewer));
      else this.#schedule(viewer, slot.delayMs);
    });
    this.#cancels.set(key, cancel);
  }

  async #publish(viewer: HomeViewer): Promise<void> {
    const { publish, viewers } = this.#deps;
    try {
      await publish(viewer);
    } catch (error) {
      const isGone = error instanceof SlackRefused && gone.has(error.slackError);
      if (isGone || error instanceof PermissionError) return viewers.forget(viewer.orgId, viewer.userId);
      if (error instanceof AppError && error.retryable) this.#putOff(viewer, error);
      throw error;
    }
  }

  #putOff(viewer: HomeViewer, { code, retryAfterMs = retryMs }: AppError): void {
    // A rate is everybody's.
    if (code === 'slack-rate-limited') this.#pacer.pause(publishKey, retryAfterMs);
    this.#schedule(viewer, retryAfterMs);
  }

  /** What fails stays marked, and is drawn by a later round. */
  #run(work: () => Promise<void>): void {
    const running = work().catch((error: unknown) => {
      this.#deps.logger.warn({ detail: errorMessage(error) }, 'A Home tab was not brought up to date yet');
    });
    this.#running.add(running);
    void running.then(() => this.#running.delete(running));
  }
}
